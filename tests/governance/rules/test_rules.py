"""Every rule: broken it speaks, satisfied it is quiet, and what it says helps."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from datetime import timedelta

import pytest

from airflow_lineage_provider.governance.facts import DatasetFacts, ScopeFacts
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules import RULES, UNRULED
from airflow_lineage_provider.governance.rules.rule import Rule
from airflow_lineage_provider.governance.verdict import Finding
from airflow_lineage_provider.model.rule_id import RULE_IDS
from tests.governance.rules.examples import EXAMPLES
from tests.governance.rules.well import ASKER, NOW, WELL, Example

BY_ID = {rule.id: rule for rule in RULES}
UNKNOWN_ONLY = {"schema-unknown"}
"""Rules that can only say that something is not known."""
COMMANDS = {
    "contracts apply", "contracts diff", "contracts infer", "contracts status", "contracts list", "contracts lint", "owners set",
    "why", "runs", "history", "explain", "graph",
}  # fmt: skip


def findings_of(rule: Rule, scope: ScopeFacts) -> tuple[Finding, ...]:
    return judge(scope, levels=Levels(), now=NOW, rules=[rule]).findings


examples = pytest.mark.parametrize("example", EXAMPLES, ids=[example.rule for example in EXAMPLES])


def test_every_id_has_a_rule_in_the_same_order() -> None:
    assert (*(rule.id for rule in RULES), UNRULED) == RULE_IDS


def test_every_rule_has_an_example() -> None:
    assert [example.rule for example in EXAMPLES] == [rule.id for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=BY_ID)
def test_a_rule_is_a_file_that_is_named_like_it(rule: Rule) -> None:
    assert type(rule).__module__.rpartition(".")[2] == rule.id.replace("-", "_")
    assert type(rule).__name__ == "".join(part.title() for part in rule.id.split("-"))
    assert rule.title
    assert (type(rule).__doc__ or "").strip()
    assert hasattr(rule, "check") is not hasattr(rule, "check_scope")


@pytest.mark.parametrize("rule", RULES, ids=BY_ID)
def test_defaults_of_options_are_allowed(rule: Rule) -> None:
    for option in rule.options:
        assert option.of({}) == option.of({option.name: option.default}) == option.default
        assert option.text.endswith(".")


def early_and_late(rules: list[Rule], scope: ScopeFacts, days: int) -> list[tuple[Finding, ...]]:
    """What rules say at both ends of a day, counted from that of the examples."""
    day = NOW.replace(hour=0) + timedelta(days=days)
    ends = (day + timedelta(minutes=1), day + timedelta(hours=23, minutes=58))
    return [judge(scope, levels=Levels(), now=now, rules=rules).findings for now in ends]


@examples
def test_a_rule_that_is_not_timed_says_the_same_all_day(example: Example) -> None:
    untimed = [rule for rule in RULES if not rule.is_timed]
    own = [rule for rule in untimed if rule.id == example.rule]
    for scope in (example.broken, example.mended):
        for days in range(-60, 60):
            early, late = early_and_late(untimed if abs(days) < 3 else own, scope, days)
            assert early == late


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.is_timed], ids=lambda rule: rule.id)
def test_a_timed_rule_finds_something_new_within_a_day(rule: Rule) -> None:
    (example,) = [each for each in EXAMPLES if each.rule == rule.id]
    said = [early_and_late([rule], example.mended, days) for days in range(60)]
    assert any(not early and late for early, late in said)


@pytest.mark.parametrize("rule", RULES, ids=BY_ID)
def test_a_rule_is_content_where_all_is_well(rule: Rule) -> None:
    assert findings_of(rule, ScopeFacts((WELL,), ASKER, is_whole_upstream=True)) == ()


@pytest.mark.parametrize("rule", RULES, ids=BY_ID)
def test_a_rule_can_judge_what_nothing_is_known_of(rule: Rule) -> None:
    bare = DatasetFacts(WELL.dataset)
    bound = DatasetFacts(WELL.dataset, contracts=(replace(WELL.contracts[0], promise=None, previous=None),))

    for facts in (bare, bound):
        for finding in findings_of(rule, ScopeFacts((facts,))):
            assert finding.result is not Result.ERROR
            assert finding.result is not Result.FAIL or rule.id in ("owner-missing", "contract-missing")


@examples
def test_a_rule_speaks_where_it_is_broken(example: Example) -> None:
    found = findings_of(BY_ID[example.rule], example.broken)

    assert len(found) == 1
    expected = Result.UNKNOWN if example.rule in UNKNOWN_ONLY else Result.FAIL
    assert found[0].result is expected
    if expected is Result.FAIL:
        assert found[0].level is BY_ID[example.rule].severity.level


@examples
def test_a_rule_is_quiet_where_it_is_satisfied_again(example: Example) -> None:
    assert findings_of(BY_ID[example.rule], example.mended) == ()


@examples
def test_an_example_breaks_no_rule_that_it_is_not_about(example: Example) -> None:
    verdict = judge(example.broken, levels=Levels(), now=NOW)
    others = {finding.rule for finding in verdict.findings} - {example.rule}

    assert others == {
        # Whose contract is gone back to a draft has a draft.
        "status-regressed": {"contract-draft"},
    }.get(example.rule, set())


@examples
def test_a_mended_example_is_wholly_well(example: Example) -> None:
    assert judge(example.mended, levels=Levels(), now=NOW).findings == ()


@examples
def test_a_message_says_all_that_somebody_needs(example: Example) -> None:
    (finding,) = findings_of(BY_ID[example.rule], example.broken)
    text = finding.describe()
    lines = text.splitlines()

    assert lines[0].startswith(f"{example.rule} (")
    assert finding.message.strip() in text
    assert f"fix: {finding.fix}" in text
    if finding.result is not Result.UNKNOWN:
        assert f"waive: airflow lineage waivers create --rule {example.rule} " in text
    if finding.dag_id:
        assert f"DAG: {finding.dag_id}" in text
    if finding.facts is not None:
        assert lines[0].endswith(f": {finding.facts.dataset}")
        bound = finding.contract
        assert f"contract: {bound.label} ({bound.status})" in text if bound else "contract: none" in text
        assert f"owner: {finding.owner or 'nobody'}; channel: #sales" in text
    elif example.broken.loose_contracts:
        loose = example.broken.loose_contracts[0]
        for part in (loose.contract_id, loose.version, loose.owner, loose.channel, loose.source):
            assert part is not None
            assert part in text or part == loose.source
    else:
        assert example.broken.asker is not None
        assert f"DAG {example.broken.asker.dag_id} " in text
        assert "owner: finance; channel: mailto:finance@example.com" in text


@examples
def test_a_fix_is_concrete(example: Example) -> None:
    (finding,) = findings_of(BY_ID[example.rule], example.broken)

    assert len(finding.fix) > 30
    for quoted in re.findall(r"`([^`]+)`", finding.fix):
        if not quoted.startswith("airflow"):
            assert quoted.startswith("lineage.")
            continue
        words = shlex.split(quoted)
        assert words[:2] == ["airflow", "lineage"]
        assert {" ".join(words[2:4]), words[2]} & COMMANDS, quoted
    assert shlex.split(finding.waive)[:5] == ["airflow", "lineage", "waivers", "create", "--rule"]


@examples
def test_evidence_is_json_and_the_subject_does_not_vary_with_time(example: Example) -> None:
    rule = BY_ID[example.rule]
    (finding,) = findings_of(rule, example.broken)
    assert json.loads(json.dumps(finding.evidence, allow_nan=False)) == dict(finding.evidence)

    later = judge(example.broken, levels=Levels(), now=NOW.replace(hour=13), rules=[rule]).findings
    assert [one.key for one in later] == [finding.key]
