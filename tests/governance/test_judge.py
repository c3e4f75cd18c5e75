from __future__ import annotations

from itertools import product

import pytest

from airflow_lineage_provider.governance.facts import ContractFact, DatasetFacts, OwnerFact
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.verdict import Finding, Level, Result
from airflow_lineage_provider.model.dataset_id import DatasetId

BAD = DatasetFacts(DatasetId("n", "bad"))
GOOD = DatasetFacts(
    DatasetId("n", "good"),
    owners=(OwnerFact("ann", "contract c 1"),),
    contracts=(ContractFact("c", "1", "active", "ann", None),),
)


def levels(owner: Level, contract: Level) -> dict[str, Level]:
    return {"owner-missing": owner, "contract-missing": contract}


@pytest.mark.parametrize(("owner", "contract"), list(product(Level, Level)))
def test_the_strictest_finding_decides(owner: Level, contract: Level):
    verdict = judge([GOOD, BAD], levels=levels(owner, contract))

    strictest = max(owner, contract, key=lambda level: level.rank)
    expected = {Level.BLOCK: Result.FAIL, Level.WARN: Result.WARN}.get(strictest, Result.PASS)
    assert verdict.result is expected
    assert verdict.blocks is (strictest is Level.BLOCK)
    assert len(verdict.findings) == sum(level is not Level.OFF for level in (owner, contract))


@pytest.mark.parametrize("level", list(Level))
def test_no_dataset_is_unknown_at_every_level(level: Level):
    verdict = judge([], levels=levels(level, level))

    assert (verdict.result, verdict.blocks) == (Result.UNKNOWN, False)


def test_findings_that_block_come_first():
    verdict = judge([BAD], levels=levels(Level.WARN, Level.BLOCK))

    assert [finding.rule for finding in verdict.findings] == ["contract-missing", "owner-missing"]


def test_an_error_is_weaker_than_a_failure_and_stronger_than_a_warning():
    error = Finding("x", Level.WARN, Result.ERROR, "m", "f")

    assert judge([BAD], levels=levels(Level.BLOCK, Level.OFF), errors=[error]).result is Result.FAIL
    assert judge([BAD], levels=levels(Level.WARN, Level.OFF), errors=[error]).result is Result.ERROR
    assert judge([], levels={}, errors=[error]).result is Result.ERROR


def test_the_same_facts_give_the_same_answer():
    once, twice = (judge([GOOD, BAD], levels=levels(Level.BLOCK, Level.WARN)).to_wire() for _ in range(2))

    assert once == twice


def test_rule_ids_are_kebab_case_and_unique():
    ids = [rule.id for rule in RULES]

    assert ids == ["owner-missing", "contract-missing"]
    assert all(rule.title for rule in RULES)


def test_a_ceiling_makes_levels_milder_and_never_stricter():
    assert [level.at_most(Level.WARN) for level in Level] == [
        Level.OFF,
        Level.OBSERVE,
        Level.WARN,
        Level.WARN,
    ]
