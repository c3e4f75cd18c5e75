"""From facts and levels to a verdict. Pure: the same facts give the same answer at every gate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.rules.rule import Rule
from airflow_lineage_provider.governance.verdict import Finding, Level, Result, Verdict

NOTHING_KNOWN = (
    "Nothing is known yet about what this DAG reads: no task declares inlets, no asset schedules it and no run "
    "of its tasks has been recorded with inputs. Declare inlets, or name the datasets, to judge the first run too."
)


def judge(
    facts: Sequence[DatasetFacts],
    *,
    levels: Mapping[str, Level],
    errors: Iterable[Finding] = (),
    rules: Sequence[Rule] = RULES,
) -> Verdict:
    """Judge datasets.

    :param levels: level of each rule by its id; a rule that is not in there is off.
    :param errors: findings with result ``error`` about what could not be judged; one at level block blocks.

    ``fail`` where a finding is at block, ``error`` where something could not be judged, ``warn`` where a finding is
    at warn, else ``pass``; findings at observe are listed and change nothing. Without any dataset the result is
    ``unknown``, which never blocks.
    """
    found = [*errors]
    for dataset in facts:
        for rule in rules:
            level = levels.get(rule.id, Level.OFF)
            if level is Level.OFF:
                continue
            violation = rule.check(dataset)
            if violation is not None:
                found.append(Finding(rule.id, level, Result.FAIL, violation.message, violation.fix, dataset))
    findings = tuple(sorted(found, key=lambda finding: -finding.level.rank))
    result = _result(findings, anything_known=bool(facts))
    return Verdict(
        result=result,
        findings=findings,
        datasets=tuple(facts),
        message=_message(result, findings, len(facts)),
        blocks=any(finding.level is Level.BLOCK for finding in findings),
    )


def _result(findings: Sequence[Finding], *, anything_known: bool) -> Result:
    failed = {finding.level for finding in findings if finding.result is Result.FAIL}
    if Level.BLOCK in failed:
        return Result.FAIL
    if any(finding.result is Result.ERROR for finding in findings):
        return Result.ERROR
    if Level.WARN in failed:
        return Result.WARN
    return Result.PASS if anything_known else Result.UNKNOWN


def _message(result: Result, findings: Sequence[Finding], datasets: int) -> str:
    judged = f"{datasets} upstream dataset{'s' if datasets != 1 else ''}"
    if result is Result.UNKNOWN:
        return NOTHING_KNOWN
    if not findings:
        return f"All is well with {judged}."
    count = f"{len(findings)} finding{'s' if len(findings) != 1 else ''}"
    lines = [f"{count} on {judged}; result: {result.value}."]
    lines += [f"{number}. {finding.describe()}" for number, finding in enumerate(findings, 1)]
    return "\n".join(lines)
