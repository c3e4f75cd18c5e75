from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from airflow_lineage_provider.governance.facts import (
    AskerFact,
    ContractFact,
    DatasetFacts,
    OwnerFact,
    ScopeFacts,
)
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules.contract_missing import ContractMissing
from airflow_lineage_provider.governance.rules.option import Option, WholeOption
from airflow_lineage_provider.governance.rules.owner_missing import OwnerMissing
from airflow_lineage_provider.governance.rules.rule import Moment, Rule, Severity, Violation
from airflow_lineage_provider.governance.verdict import Finding, GrantNote, Verdict
from airflow_lineage_provider.governance.waiver import Waiver
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_policy import RulePolicy, RuleScope, RuleSetting

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
BAD = DatasetFacts(DatasetId("n", "bad"))
GOOD = DatasetFacts(
    DatasetId("n", "good"),
    owners=(OwnerFact("ann", "contract c 1"),),
    contracts=(ContractFact("c", "1", "active", "ann", None),),
)
TWO: tuple[Rule, ...] = (OwnerMissing(), ContractMissing())
GRANT = GrantNote(3, "night-shift", "the warehouse burns", "bob", date(2026, 6, 16))


@dataclass(frozen=True)
class Says:
    """A rule that says of each dataset what it was given to say."""

    says: tuple[Violation, ...]
    id: str = "schema-stale"
    title: str = "t"
    severity: Severity = Severity.ERROR
    is_of_dag: bool = False
    options: tuple[Option, ...] = ()

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        yield from self.says


@dataclass(frozen=True)
class Raises:
    """A rule with a bug that shows with the datasets it is given."""

    names: frozenset[str] = frozenset({"bad"})
    id: str = "volume-out-of-bounds"
    title: str = "t"
    severity: Severity = Severity.ERROR
    is_of_dag: bool = False
    options: tuple[Option, ...] = field(default=(WholeOption("days", 30, "d"),))

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        yield Violation("found before it broke", "f")
        if facts.dataset.name in self.names:
            raise KeyError("rows")


def levels(owner: Level, contract: Level) -> Levels:
    return Levels(asked={"owner-missing": owner, "contract-missing": contract})


def policy(**settings: Any) -> RulePolicy:
    """Settings by rule id with _ for -."""
    return RulePolicy({name.replace("_", "-"): RuleSetting(**given) for name, given in settings.items()})


def judged(*facts: DatasetFacts, **options: Any) -> Verdict:
    given: dict[str, Any] = {"levels": Levels(), "now": NOW, "rules": TWO, **options}
    asker = given.pop("asker", None)
    return judge(ScopeFacts(facts, asker), **given)


def waiver(rule: str, **changes: Any) -> Waiver:
    given = {"approved_at": NOW, "approver": "bob", **changes}
    return Waiver(7, rule, "known, see ticket", NOW + timedelta(days=9), **given)


@pytest.mark.parametrize(("owner", "contract"), list(product(Level, Level)))
def test_the_strictest_finding_decides(owner: Level, contract: Level) -> None:
    verdict = judged(GOOD, BAD, levels=levels(owner, contract))

    strictest = max(owner, contract, key=lambda level: level.rank)
    expected = {Level.BLOCK: Result.FAIL, Level.WARN: Result.WARN, Level.OFF: Result.SKIP}
    assert verdict.result is expected.get(strictest, Result.PASS)
    assert verdict.blocks is (strictest is Level.BLOCK)
    assert len(verdict.findings) == sum(level is not Level.OFF for level in (owner, contract))


@pytest.mark.parametrize("level", list(Level))
def test_no_dataset_is_unknown_at_every_level(level: Level) -> None:
    verdict = judged(levels=levels(level, level))

    assert (verdict.result, verdict.blocks) == (Result.UNKNOWN, False)
    assert verdict.message == "There is no upstream dataset to judge."


def test_a_good_dataset_passes() -> None:
    verdict = judged(GOOD)

    assert (verdict.result, verdict.findings) == (Result.PASS, ())
    assert verdict.message == "All is well with 1 upstream dataset."


def test_findings_that_block_come_first_then_the_order_of_rules_then_datasets() -> None:
    worse = DatasetFacts(DatasetId("n", "awful"))
    verdict = judged(BAD, worse, levels=levels(Level.WARN, Level.BLOCK))

    assert [(finding.rule, finding.dataset.name) for finding in verdict.findings if finding.dataset] == [
        ("contract-missing", "awful"),
        ("contract-missing", "bad"),
        ("owner-missing", "awful"),
        ("owner-missing", "bad"),
    ]


def test_an_error_is_weaker_than_a_failure_and_stronger_than_a_warning() -> None:
    error = Finding("x", Level.WARN, Result.ERROR, "m", "f")

    assert judged(BAD, levels=levels(Level.BLOCK, Level.OFF), errors=[error]).result is Result.FAIL
    assert judged(BAD, levels=levels(Level.WARN, Level.OFF), errors=[error]).result is Result.ERROR
    assert judged(levels=Levels(), errors=[error]).result is Result.ERROR


def test_an_error_that_blocks_blocks() -> None:
    error = Finding("x", Level.BLOCK, Result.ERROR, "m", "f")

    assert judged(GOOD, errors=[error]).blocks


def test_an_error_that_is_only_observed_changes_nothing() -> None:
    error = Finding("x", Level.OBSERVE, Result.ERROR, "m", "f")
    verdict = judged(GOOD, errors=[error])

    assert (verdict.result, verdict.findings) == (Result.PASS, (error,))


def test_unknown_is_observed_whatever_the_level_is() -> None:
    rule = Says((Violation("m", "f", result=Result.UNKNOWN),))
    verdict = judged(GOOD, rules=[rule], levels=Levels(asked={rule.id: Level.BLOCK}))

    assert (verdict.result, verdict.blocks) == (Result.PASS, False)
    assert [(finding.result, finding.level) for finding in verdict.findings] == [
        (Result.UNKNOWN, Level.OBSERVE)
    ]


def test_a_mild_violation_warns_at_most() -> None:
    rule = Says((Violation("m", "f", result=Result.WARN),))
    at = {level: judged(GOOD, rules=[rule], levels=Levels(asked={rule.id: level})) for level in Level}

    assert at[Level.BLOCK].findings[0].level is Level.WARN
    assert [verdict.result for verdict in at.values()] == [Result.SKIP, Result.PASS, Result.WARN, Result.WARN]
    assert not at[Level.BLOCK].blocks


def test_one_key_is_one_finding_and_the_graver_one() -> None:
    rule = Says((Violation("a", "f", "c", Result.WARN), Violation("b", "f", "c"), Violation("c", "f", "d")))

    assert [finding.message for finding in judged(GOOD, rules=[rule]).findings] == ["b", "c"]


def test_long_subjects_are_cut_and_stay_different() -> None:
    rule = Says((Violation("a", "f", "c" * 5_000), Violation("b", "f", "c" * 5_001)))
    subjects = {finding.subject for finding in judged(GOOD, rules=[rule]).findings}

    assert [len(subject) for subject in subjects] == [1_000, 1_000]


def test_a_rule_that_raises_is_an_error_and_the_others_judge_on(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        verdict = judged(
            GOOD, BAD, rules=[Raises(), *TWO], levels=Levels(asked={"contract-missing": Level.OFF})
        )

    errors = [finding for finding in verdict.findings if finding.result is Result.ERROR]
    assert [(finding.rule, finding.dataset, finding.level) for finding in errors] == [
        ("volume-out-of-bounds", BAD.dataset, Level.WARN)
    ]
    assert "rule volume-out-of-bounds could not judge: KeyError: 'rows'" in errors[0].message
    assert {finding.rule for finding in verdict.findings} == {"volume-out-of-bounds", "owner-missing"}
    assert verdict.result is Result.FAIL
    assert "Rule volume-out-of-bounds could not judge n bad" in caplog.text


@pytest.mark.parametrize(
    ("error_level", "asked", "expected"),
    [
        (Level.WARN, Level.BLOCK, Level.WARN),
        (Level.BLOCK, Level.BLOCK, Level.BLOCK),
        (Level.BLOCK, Level.OBSERVE, Level.OBSERVE),
    ],
)
def test_a_rule_that_raises_does_no_more_than_it_would(
    error_level: Level, asked: Level, expected: Level
) -> None:
    verdict = judged(BAD, rules=[Raises()], error_level=error_level, levels=Levels(asked={Raises.id: asked}))

    assert verdict.findings[0].level is expected
    assert verdict.blocks is (expected is Level.BLOCK)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"days": "14"}, "option days must be a whole number from 1 to 36500, not"),
        ({"days": 0}, "option days must be a whole number from 1 to 36500, not 0"),
        ({"days": True}, "option days must be"),
        ({"dayz": 3}, "there is no option dayz; did you mean days?"),
    ],
)
def test_a_wrong_option_is_one_error_that_names_it(options: dict[str, Any], words: str) -> None:
    configured = policy(volume_out_of_bounds={"options": options})
    verdict = judged(GOOD, BAD, rules=[Raises()], levels=Levels(configured))

    (finding,) = verdict.findings
    assert (finding.result, finding.level, finding.dataset) == (Result.ERROR, Level.WARN, None)
    assert "rule volume-out-of-bounds cannot judge" in finding.message
    assert words in finding.message
    assert "options of volume-out-of-bounds in [lineage_provider] rules" in finding.fix
    assert verdict.judged == frozenset()


def test_a_verdict_says_which_rules_were_asked_and_where_they_were_off() -> None:
    scopes = (RuleScope(Level.OFF, names=("good",)),)
    verdict = judged(
        GOOD,
        BAD,
        levels=Levels(policy(owner_missing={"scopes": scopes}, contract_missing={"level": Level.OFF})),
    )

    assert verdict.judged == {"owner-missing"}
    assert ("owner-missing", GOOD.dataset.digest) in verdict.left_out
    assert ("owner-missing", BAD.dataset.digest) not in verdict.left_out


def test_a_waiver_lets_pass_and_is_named() -> None:
    verdict = judged(BAD, waivers=[waiver("owner-missing")], levels=levels(Level.BLOCK, Level.OFF))

    (finding,) = verdict.findings
    assert (verdict.result, verdict.blocks, finding.level) == (Result.PASS, False, Level.OBSERVE)
    assert "owner-missing (waived): n bad" in verdict.message
    assert "waived until 2026-06-24 by bob: known, see ticket" in verdict.message


@pytest.mark.parametrize(
    "changes",
    [
        {"approved_at": None},
        {"revoked_at": NOW},
        {"name": "god*"},
        {"namespace": "m"},
        {"dag_id": "daily*"},
        {"subject": "email"},
    ],
)
def test_a_waiver_that_does_not_hold_changes_nothing(changes: dict[str, Any]) -> None:
    verdict = judged(BAD, waivers=[waiver("owner-missing", **changes)], levels=levels(Level.BLOCK, Level.OFF))

    assert (verdict.result, verdict.findings[0].waiver) == (Result.FAIL, None)


def test_a_waiver_of_a_dag_holds_where_that_dag_asks() -> None:
    given = {"waivers": [waiver("owner-missing", dag_id="daily_*")], "rules": TWO[:1]}
    held = [
        judged(BAD, asker=AskerFact(dag_id), **given).findings[0].waiver
        for dag_id in ("daily_report", "other")
    ]

    assert held[0] is not None
    assert held[1] is None


def test_an_expired_waiver_changes_nothing() -> None:
    expired = replace(waiver("owner-missing"), expires_at=NOW)

    assert judged(BAD, waivers=[expired]).blocks


def test_a_rule_that_cannot_judge_can_be_waived() -> None:
    options: dict[str, Any] = {"rules": [Raises()], "error_level": Level.BLOCK}

    assert judged(BAD, **options).blocks
    verdict = judged(BAD, waivers=[waiver(Raises.id)], **options)
    assert (verdict.blocks, verdict.result) == (False, Result.PASS)


def test_the_baseline_lets_pass_what_was_there_before() -> None:
    key = judged(BAD).findings[0].key
    verdict = judged(BAD, baseline={key})

    assert [(finding.level, finding.is_baselined) for finding in verdict.findings] == [
        (Level.BLOCK, False),
        (Level.OBSERVE, True),
    ]
    assert "(in the baseline)" in verdict.message


def test_the_baseline_hides_no_error() -> None:
    options: dict[str, Any] = {"rules": [Raises()], "error_level": Level.BLOCK}
    keys = {finding.key for finding in judged(BAD, **options).findings}

    assert judged(BAD, baseline=keys, **options).blocks


def test_a_grant_never_blocks_and_is_named() -> None:
    verdict = judged(BAD, grant=GRANT)

    assert (verdict.result, verdict.blocks, verdict.grant) == (Result.FAIL, False, GRANT)
    assert (
        "Goes on by break-glass grant night-shift until 2026-06-16, approved by bob: the warehouse burns"
        in (verdict.message)
    )
    assert {finding.level for finding in verdict.findings} == {Level.BLOCK}


def test_a_grant_that_nothing_needed_is_not_used() -> None:
    assert judged(GOOD, grant=GRANT).grant is None


def test_no_name_can_add_a_line_or_another_finding_to_the_message() -> None:
    facts = DatasetFacts(DatasetId("n", "x\n2. owner-missing (block): forged"), known_by=("a\nfix: nothing",))
    lines = judged(facts, levels=levels(Level.BLOCK, Level.OFF)).message.splitlines()

    assert len([line for line in lines if line.lstrip().startswith(("2.", "fix: nothing"))]) == 0


def test_a_dag_rule_has_a_key_for_each_dag() -> None:
    rule = replace(Says((Violation("m", "f"),)), is_of_dag=True)
    keys = {judged(GOOD, rules=[rule], asker=AskerFact(dag_id)).findings[0].key for dag_id in "ab"}
    shared = {judged(BAD, asker=AskerFact(dag_id)).findings[0].key for dag_id in "ab"}

    assert (len(keys), len(shared)) == (2, 1)


def test_a_day_to_come_is_told() -> None:
    configured = policy(owner_missing={"level": Level.BLOCK, "enforce_from": date(2026, 7, 1)})
    verdict = judged(BAD, levels=Levels(configured, {"contract-missing": Level.OFF}))

    assert verdict.result is Result.WARN
    assert "owner-missing (warn, enforced from 2026-07-01)" in verdict.message


def test_a_ceiling_makes_levels_milder_and_never_stricter() -> None:
    assert [level.at_most(Level.WARN) for level in Level] == [
        Level.OFF,
        Level.OBSERVE,
        Level.WARN,
        Level.WARN,
    ]


def test_a_wrong_option_does_what_the_rule_would_where_it_is_strictest() -> None:
    setting = {"options": {"days": 0}, "scopes": (RuleScope(Level.OBSERVE, names=("good",)),)}
    configured = Levels(policy(volume_out_of_bounds=setting))

    for facts, expected in [((GOOD, BAD), Level.BLOCK), ((GOOD,), Level.OBSERVE)]:
        verdict = judged(*facts, rules=[Raises()], levels=configured, error_level=Level.BLOCK)
        assert [finding.level for finding in verdict.findings] == [expected]


def test_a_mild_violation_can_be_waived() -> None:
    rule = Says((Violation("m", "f", result=Result.WARN),))
    verdict = judged(GOOD, rules=[rule], waivers=[waiver(rule.id)])

    assert (verdict.result, verdict.findings[0].level) == (Result.PASS, Level.OBSERVE)


def test_a_day_to_come_holds_back_a_rule_whose_level_nobody_set() -> None:
    tomorrow = policy(owner_missing={"enforce_from": NOW.date() + timedelta(days=1)})
    today = policy(owner_missing={"enforce_from": NOW.date()})

    assert judged(BAD, rules=[OwnerMissing()], levels=Levels(tomorrow)).result is Result.WARN
    assert judged(BAD, rules=[OwnerMissing()], levels=Levels(today)).blocks


def test_a_message_names_the_gravest_findings_and_where_the_rest_is() -> None:
    many = tuple(Violation("m", "f", subject=f"column_{number:04}") for number in range(4_000))
    verdict = judged(BAD, rules=[Says(many)], asker=AskerFact("a shop"))

    assert len(verdict.findings) == 4_000
    assert len(verdict.message) < 50_000
    assert verdict.message.splitlines()[-1] == "and 3950 more: `airflow lineage findings --dag-id 'a shop'`"


def test_a_dataset_that_is_known_for_many_reasons_names_some() -> None:
    facts = replace(BAD, known_by=tuple(f"read by task {number}" for number in range(2_000)))
    verdict = judged(facts, rules=[OwnerMissing()])

    assert "read by task 9; and 1990 more" in verdict.message
    assert len(verdict.message) < 2_000


@pytest.mark.parametrize("name", ["\x1b[2J", "\u202e", "\x07", "\0", "\u2028", "\x85", "\ud800"])
def test_no_name_can_steer_a_terminal(name: str) -> None:
    facts = DatasetFacts(DatasetId("n", f"x{name}y"), known_by=(f"a{name}b",))
    grant = replace(GRANT, reason=f"fire{name}!")
    message = judged(facts, levels=levels(Level.BLOCK, Level.OFF), grant=grant).message

    assert all(line.isprintable() for line in message.split("\n"))
