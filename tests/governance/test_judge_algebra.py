"""What must hold of the judge whatever is configured, waived and known."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given, strategies as st

from airflow_lineage_provider.governance.facts import AskerFact, DatasetFacts, ScopeFacts
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules.option import Option
from airflow_lineage_provider.governance.rules.rule import Moment, Rule, Severity, Violation
from airflow_lineage_provider.governance.verdict import GrantNote, Verdict
from airflow_lineage_provider.governance.waiver import Waiver
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_id import RULE_IDS
from airflow_lineage_provider.model.rule_policy import Place, RulePolicy, RuleScope, RuleSetting

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
NAMES = ("a", "b", "c")
IDS = RULE_IDS[:4]
SUBJECTS = ("", "x", "y")
GRAVITY = {
    Result.SKIP: 0, Result.UNKNOWN: 0, Result.PASS: 0, Result.WARN: 1, Result.ERROR: 2, Result.FAIL: 3,
}  # fmt: skip

Says = dict[str, tuple[tuple[str, Result] | None, ...]]
"""By dataset: (subject, result) of each violation; ``None``: the rule raises."""


@dataclass(frozen=True)
class Scripted:
    """A rule that does what a test wrote down for it."""

    id: str
    severity: Severity
    is_of_dag: bool
    script: Says
    title: str = "t"
    options: tuple[Option, ...] = ()

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        for item in self.script.get(facts.dataset.name, ()):
            if item is None:
                raise LookupError("broken")
            yield Violation(f"{self.id} {item[0]}", "f", item[0], item[1])


level_of = st.sampled_from(list(Level))
maybe_level = st.none() | level_of
results = st.sampled_from([Result.FAIL, Result.WARN, Result.UNKNOWN])
scripts = st.dictionaries(
    st.sampled_from(NAMES),
    st.lists(st.none() | st.tuples(st.sampled_from(SUBJECTS), results), max_size=3).map(tuple),
    max_size=3,
)
days = st.none() | st.sampled_from([date(2026, 1, 1), date(2027, 1, 1)])
scopes = st.builds(
    RuleScope,
    maybe_level,
    days,
    dags=st.sampled_from([(), ("d*",), ("other",)]),
    names=st.sampled_from([(), ("a",), ("[bc]",)]),
)
settings_of = st.builds(RuleSetting, maybe_level, days, st.lists(scopes, max_size=2).map(tuple))
levels = st.builds(
    Levels,
    st.builds(RulePolicy, st.dictionaries(st.sampled_from(IDS), settings_of, max_size=4)),
    st.dictionaries(st.sampled_from(IDS), level_of, max_size=4),
    level_of,
    level_of,
)
waivers = st.builds(
    Waiver,
    st.integers(1, 9),
    st.sampled_from(IDS),
    st.just("known"),
    st.sampled_from([NOW - timedelta(days=1), NOW, NOW + timedelta(days=1)]),
    name=st.sampled_from([None, "a", "*", "z"]),
    dag_id=st.sampled_from([None, "d*", "other"]),
    subject=st.sampled_from([None, *SUBJECTS]),
    approver=st.just("bob"),
    approved_at=st.sampled_from([None, NOW]),
    revoked_at=st.sampled_from([None, None, NOW]),
)


@st.composite
def questions(draw: st.DrawFn) -> dict[str, Any]:
    """Arguments of the judge."""
    rules: list[Rule] = [
        Scripted(rule_id, draw(st.sampled_from(list(Severity))), draw(st.booleans()), draw(scripts))
        for rule_id in IDS
    ]
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    asker = draw(st.sampled_from([None, AskerFact("daily")]))
    facts = tuple(DatasetFacts(DatasetId("n", name)) for name in names)
    return {
        "scope": ScopeFacts(facts, asker),
        "levels": draw(levels),
        "now": NOW,
        "waivers": draw(st.lists(waivers, max_size=2)),
        "error_level": draw(st.sampled_from([Level.WARN, Level.BLOCK])),
        "rules": rules,
    }


def answer(question: dict[str, Any], **changes: Any) -> Verdict:
    given = {**question, **changes}
    return judge(given.pop("scope"), **given)


def is_no_worse(verdict: Verdict, than: Verdict) -> bool:
    return GRAVITY[verdict.result] <= GRAVITY[than.result] and verdict.blocks <= than.blocks


@given(question=questions(), more=waivers)
def test_a_waiver_makes_no_verdict_worse(question: dict[str, Any], more: Waiver) -> None:
    before = answer(question)
    after = answer(question, waivers=[*question["waivers"], more])

    assert is_no_worse(after, before)
    assert {finding.key for finding in after.findings} == {finding.key for finding in before.findings}


@given(question=questions(), data=st.data())
def test_a_baseline_entry_makes_no_verdict_worse(question: dict[str, Any], data: st.DataObject) -> None:
    before = answer(question)
    keys = [finding.key for finding in before.findings] or ["none"]
    baseline = set(data.draw(st.lists(st.sampled_from(keys))))
    more = data.draw(st.sampled_from(keys))

    assert is_no_worse(answer(question, baseline=baseline | {more}), answer(question, baseline=baseline))


@given(question=questions())
def test_what_is_wholly_in_the_baseline_blocks_only_by_errors(question: dict[str, Any]) -> None:
    keys = {finding.key for finding in answer(question).findings}
    verdict = answer(question, baseline=keys)

    assert verdict.result is not Result.FAIL
    assert verdict.blocks is any(
        finding.level is Level.BLOCK and finding.result is Result.ERROR for finding in verdict.findings
    )


@given(
    question=questions(),
    rule=st.sampled_from(IDS),
    place=st.sampled_from(["asked", "policy"]),
    data=st.data(),
)
def test_a_stricter_level_makes_no_verdict_milder(
    question: dict[str, Any], rule: str, place: str, data: st.DataObject
) -> None:
    given_levels: Levels = question["levels"]
    low, high = sorted(data.draw(st.tuples(level_of, level_of)), key=lambda level: level.rank)

    def with_level(level: Level) -> Levels:
        if place == "asked":
            return Levels(
                given_levels.policy,
                {**given_levels.asked, rule: level},
                given_levels.asked_ceiling,
                given_levels.ceiling,
            )
        setting = given_levels.policy.settings.get(rule, RuleSetting())
        settings = {
            **given_levels.policy.settings,
            rule: RuleSetting(level, setting.enforce_from, setting.scopes),
        }
        return Levels(
            RulePolicy(settings), given_levels.asked, given_levels.asked_ceiling, given_levels.ceiling
        )

    milder, stricter = (answer(question, levels=with_level(level)) for level in (low, high))
    assert is_no_worse(milder, than=stricter)


@given(question=questions(), data=st.data())
def test_a_higher_ceiling_makes_no_verdict_milder(question: dict[str, Any], data: st.DataObject) -> None:
    of: Levels = question["levels"]
    low, high = sorted(data.draw(st.tuples(level_of, level_of)), key=lambda level: level.rank)
    asked = data.draw(st.booleans())

    milder, stricter = (
        answer(
            question,
            levels=Levels(
                of.policy, of.asked, ceiling if asked else of.asked_ceiling, of.ceiling if asked else ceiling
            ),
        )
        for ceiling in (low, high)
    )
    assert is_no_worse(milder, than=stricter)


@given(question=questions(), seed=st.integers(0, 99))
def test_the_order_of_facts_rules_and_waivers_does_not_matter(question: dict[str, Any], seed: int) -> None:
    shuffled = random.Random(seed).sample
    scope: ScopeFacts = question["scope"]
    facts = tuple(shuffled(scope.datasets, len(scope.datasets)))
    once = answer(question)
    twice = answer(
        question,
        scope=ScopeFacts(facts, scope.asker),
        waivers=shuffled(question["waivers"], len(question["waivers"])),
        rules=shuffled(question["rules"], len(question["rules"])),
    )

    wire = [{**verdict.to_wire(), "datasets": None} for verdict in (once, twice)]
    assert wire[0] == wire[1]
    assert (once.judged, once.left_out) == (twice.judged, twice.left_out)


@given(question=questions())
def test_unknown_never_blocks_and_says_nothing_of_the_result(question: dict[str, Any]) -> None:
    verdict = answer(question)

    assert all(
        finding.level.rank <= Level.OBSERVE.rank
        for finding in verdict.findings
        if finding.result is Result.UNKNOWN
    )
    only_unknown = [
        Scripted(
            rule.id,
            rule.severity,
            rule.is_of_dag,
            dict.fromkeys(NAMES, (("", Result.UNKNOWN),)),
        )
        for rule in question["rules"]
    ]
    unknown = answer(question, rules=only_unknown)
    assert not unknown.blocks
    assert GRAVITY[unknown.result] == 0


@given(question=questions())
def test_with_a_grant_nothing_blocks_and_nothing_is_hidden(question: dict[str, Any]) -> None:
    note = GrantNote(1, "night", "fire", "bob", NOW.date())
    before, after = answer(question), answer(question, grant=note)

    assert not after.blocks
    assert after.findings == before.findings
    assert (after.grant is not None) is before.blocks


@given(question=questions())
def test_a_key_is_found_once_and_what_blocks_comes_first(question: dict[str, Any]) -> None:
    verdict = answer(question)
    keys = [finding.key for finding in verdict.findings]
    ranks = [finding.level.rank for finding in verdict.findings]

    assert len(set(keys)) == len(keys)
    assert ranks == sorted(ranks, reverse=True)
    assert verdict.blocks is (Level.BLOCK.rank in ranks)


@given(
    of=levels,
    rule=st.sampled_from(IDS),
    name=st.sampled_from(NAMES),
    severity=st.sampled_from(list(Severity)),
)
def test_an_asker_only_tightens_what_is_configured(
    of: Levels, rule: str, name: str, severity: Severity
) -> None:
    place = Place("daily", frozenset(), DatasetId("n", name), None)
    found = of.of(Scripted(rule, severity, False, {}), place, NOW.date())
    configured = of.policy.level(rule, place, NOW.date())

    assert found.rank <= of.ceiling.rank
    if configured is not None:
        assert found.rank >= configured.at_most(of.ceiling).rank
    else:
        assert found.rank <= of.asked_ceiling.rank
