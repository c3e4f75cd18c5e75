"""From facts and levels to a verdict. Pure: the same facts give the same answer at every gate."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from airflow_lineage_provider.governance.facts import AskerFact, DatasetFacts, ScopeFacts
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.rules.comparison import Comparisons
from airflow_lineage_provider.governance.rules.option import InvalidOption, check_options
from airflow_lineage_provider.governance.rules.rule import Moment, Rule, ScopeRule, Violation
from airflow_lineage_provider.governance.verdict import Finding, GrantNote, Verdict
from airflow_lineage_provider.governance.waiver import Waiver, waiver_of
from airflow_lineage_provider.model.canonical import content_hash
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.error_text import message_of
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.printable import line_of
from airflow_lineage_provider.model.rule_id import RULE_IDS
from airflow_lineage_provider.model.rule_policy import Place

log = logging.getLogger(__name__)

MAX_SUBJECT = 1_000
"""Characters."""

MOST_TOLD = 50
"""Findings that the message for people describes, the gravest; the wire form has all."""

_ORDER = {rule_id: index for index, rule_id in enumerate(RULE_IDS)}
_MOST = {Result.WARN: Level.WARN, Result.UNKNOWN: Level.OBSERVE}
"""Most that a finding does, by its result."""
_GRAVITY = (Result.UNKNOWN, Result.WARN, Result.FAIL, Result.ERROR)


def judge(
    scope: ScopeFacts,
    *,
    levels: Levels,
    now: datetime,
    waivers: Collection[Waiver] = (),
    baseline: Collection[str] = (),
    grant: GrantNote | None = None,
    errors: Iterable[Finding] = (),
    error_level: Level = Level.WARN,
    environment: str | None = None,
    rules: Sequence[Rule] = RULES,
) -> Verdict:
    """Judge all that a question is about.

    :param waivers: those in force let pass what they cover, also a rule that could not judge.
    :param baseline: keys of findings that were there before governance was.
    :param grant: break-glass grant of the asking run: findings are shown, nothing blocks.
    :param errors: findings with result ``error`` about what could not be judged; one at level block blocks.
    :param error_level: most that a rule that cannot judge does; its own level is the other bound.

    ``fail`` where a finding is at block, ``error`` where something could not be judged, ``warn`` where a finding is
    at warn, else ``pass``; findings at observe are listed and change nothing. ``skip`` where every rule is off,
    ``unknown`` where there is no dataset to judge and no finding. A detail that is not known is listed and never blocks.
    """
    asker = scope.asker.dag_id if scope.asker is not None else None
    found = [let_pass(finding, asker, waivers, baseline, now) for finding in errors]
    judged: set[str] = set()
    left_out: set[tuple[str, str]] = set()
    comparisons = Comparisons()
    for rule in rules:
        moment = Moment(now, levels.policy.options(rule.id), comparisons)
        # A contract that is bound to a dataset twice says the same twice: a finding is what its key is made of.
        of_rule: dict[tuple[DatasetId | None, str, str], Finding] = {}
        for finding in _findings(rule, scope, levels, moment, error_level, environment, judged, left_out):
            key = finding.dataset, finding.dag_id or "", finding.subject
            known = of_rule.get(key)
            if known is None or _gravity(finding) > _gravity(known):
                of_rule[key] = finding
        found += [let_pass(finding, asker, waivers, baseline, now) for finding in of_rule.values()]
    findings = tuple(sorted(found, key=_severity))
    result = _result(findings, is_asked=bool(judged), anything_known=bool(scope.datasets))
    is_blocked = any(finding.level is Level.BLOCK for finding in findings)
    used = grant if is_blocked else None
    return Verdict(
        result=result,
        findings=findings,
        datasets=scope.datasets,
        message=_message(result, findings, len(scope.datasets), used, scope.asker),
        blocks=is_blocked and grant is None,
        judged=frozenset(judged),
        left_out=frozenset(left_out),
        grant=used,
    )


def _findings(
    rule: Rule,
    scope: ScopeFacts,
    levels: Levels,
    moment: Moment,
    error_level: Level,
    environment: str | None,
    judged: set[str],
    left_out: set[tuple[str, str]],
) -> Iterator[Finding]:
    """What a rule says; an error of its own is a finding and no end of the judging."""
    dag_id = scope.asker.dag_id if scope.asker is not None else None
    tags = scope.asker.tags if scope.asker is not None else frozenset[str]()
    owners = scope.asker.owners if scope.asker is not None and rule.is_of_dag else ()
    today = moment.now.date()

    def place_of(facts: DatasetFacts | None) -> Place:
        return Place(dag_id, tags, facts.dataset if facts is not None else None, environment)

    def finding(violation: Violation, facts: DatasetFacts | None, level: Level) -> Finding:
        return Finding(
            rule.id,
            most_of(violation.result, level),
            violation.result,
            violation.message,
            violation.fix,
            facts,
            subject=_bounded(violation.subject),
            dag_id=dag_id if rule.is_of_dag else None,
            about=violation.dataset,
            evidence=violation.evidence,
            enforce_from=levels.enforce_from(rule, place_of(facts), today),
            owners=owners,
        )

    def could_not(error: Exception, facts: DatasetFacts | None, level: Level) -> Finding:
        told = message_of(error)
        if isinstance(error, InvalidOption):
            message = f"rule {rule.id} cannot judge, for it is configured wrongly: {told}"
            fix = f"correct the options of {rule.id} in [lineage_provider] rules"
        else:
            log.warning("Rule %s could not judge %s", rule.id, facts.dataset if facts else "", exc_info=error)
            message = f"rule {rule.id} could not judge: {type(error).__name__}: {told}"
            fix = "report it with the log of what judged; at gates [lineage_provider] on_error says whether it blocks"
        return Finding(
            rule.id,
            error_level.at_most(level),
            Result.ERROR,
            message,
            fix,
            facts,
            dag_id=dag_id if rule.is_of_dag else None,
            owners=owners,
        )

    # Asked for once, and not for each dataset.
    ask = _asking(rule, scope, moment)
    asked: list[tuple[DatasetFacts | None, Level]] = []
    everywhere = levels.everywhere(rule, today)
    for facts in (None,) if hasattr(rule, "check_scope") else scope.datasets:
        level = everywhere if everywhere is not None else levels.of(rule, place_of(facts), today)
        if level is not Level.OFF:
            asked.append((facts, level))
        elif facts is not None:
            left_out.add((rule.id, facts.dataset.digest))
    if not asked:
        return
    try:
        check_options(rule.options, moment.options)
    except InvalidOption as error:
        yield could_not(error, None, max((level for _, level in asked), key=lambda level: level.rank))
        return
    judged.add(rule.id)
    for facts, level in asked:
        try:
            # Whole before any of it is told: of a rule that fails half-way only the failure is.
            if violations := [*ask(facts)]:
                yield from [finding(violation, facts, level) for violation in violations]
        except Exception as error:
            yield could_not(error, facts, level)


def _bounded(subject: str) -> str:
    """A subject that can be stored and named in a waiver; two that differ stay different."""
    if len(subject) <= MAX_SUBJECT:
        return subject
    return f"{subject[: MAX_SUBJECT - 13]} {content_hash(subject)[:12]}"


def _asking(
    rule: Rule, scope: ScopeFacts, moment: Moment
) -> Callable[[DatasetFacts | None], Iterable[Violation]]:
    """What a rule says of a dataset; of ``None`` where it asks about the whole scope."""
    if hasattr(rule, "check_scope"):
        check_scope = cast("ScopeRule", rule).check_scope
        return lambda _: check_scope(scope, moment)
    check: Any = rule.check
    return lambda facts: check(facts, moment)


def most_of(result: Result, level: Level) -> Level:
    """The level, or the most that a finding of such a result does."""
    return level.at_most(_MOST.get(result, Level.BLOCK))


def let_pass(
    finding: Finding,
    asker: str | None,
    waivers: Collection[Waiver],
    baseline: Collection[str],
    now: datetime,
) -> Finding:
    """The finding at ``observe`` where a waiver or the baseline covers it.

    :param asker: DAG on whose behalf is judged.
    """
    if finding.result not in (Result.FAIL, Result.WARN, Result.ERROR):
        return finding
    waiver = waiver_of(finding, waivers, asker=asker, now=now)
    if waiver is not None:
        return replace(finding, level=finding.level.at_most(Level.OBSERVE), waiver=waiver.note())
    if finding.result is not Result.ERROR and finding.key in baseline:
        return replace(finding, level=finding.level.at_most(Level.OBSERVE), is_baselined=True)
    return finding


def _gravity(finding: Finding) -> tuple[int, int]:
    return finding.level.rank, _GRAVITY.index(finding.result)


def _severity(finding: Finding) -> tuple[int, int, str, str]:
    return (
        -finding.level.rank,
        _ORDER.get(finding.rule, len(_ORDER)),
        str(finding.dataset or ""),
        finding.subject,
    )


def _result(findings: Sequence[Finding], *, is_asked: bool, anything_known: bool) -> Result:
    failed = {finding.level for finding in findings if finding.result in (Result.FAIL, Result.WARN)}
    if Level.BLOCK in failed:
        return Result.FAIL
    if any(
        finding.result is Result.ERROR and finding.level.rank > Level.OBSERVE.rank for finding in findings
    ):
        return Result.ERROR
    if Level.WARN in failed:
        return Result.WARN
    if not anything_known:
        return Result.UNKNOWN
    return Result.PASS if is_asked else Result.SKIP


def _message(
    result: Result,
    findings: Sequence[Finding],
    datasets: int,
    grant: GrantNote | None,
    asker: AskerFact | None,
) -> str:
    judged = f"{datasets} upstream dataset{'s' if datasets != 1 else ''}"
    problems = [line_of(f"Not followed: {problem}.") for problem in (asker.gate_problems if asker else ())]
    if result is Result.SKIP:
        return "\n".join([f"Every rule is off; {judged} not judged.", *problems])
    if not findings and result is Result.UNKNOWN:
        return "\n".join(["There is no upstream dataset to judge.", *problems])
    if not findings:
        return "\n".join([f"All is well with {judged}.", *problems])
    count = f"{len(findings)} finding{'s' if len(findings) != 1 else ''}"
    lines = [f"{count} on {judged}; result: {result.value}.", *problems]
    if grant is not None:
        lines.append(
            line_of(
                f"Goes on by break-glass grant {grant.name} until {grant.expires}, "
                f"approved by {grant.approver}: {grant.reason}"
            )
        )
    lines += [f"{number}. {finding.describe()}" for number, finding in enumerate(findings[:MOST_TOLD], 1)]
    if len(findings) > MOST_TOLD:
        of_dag = f" --dag-id {shlex.quote(asker.dag_id)}" if asker is not None else ""
        lines.append(line_of(f"and {len(findings) - MOST_TOLD} more: `airflow lineage findings{of_dag}`"))
    return "\n".join(lines)
