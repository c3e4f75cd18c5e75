from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from airflow_lineage_provider.contracts.contract_diff import diff
from airflow_lineage_provider.governance.facts import (
    LooseContract,
    OwnerFact,
    PreviousContract,
    ScopeFacts,
    VainContract,
)
from tests.governance.rules.speak import results, say
from tests.governance.rules.well import CONTRACT, CUSTOMERS, NOW, ORDERS, PROMISE, contract, world

TODAY = NOW.date()
LEFT = OwnerFact("bob", "contract orders 1.2.0", valid_to=date(2026, 1, 31))


def of(*statuses: str) -> dict[str, Any]:
    """The contract several times over, with a status each."""
    return {
        "contracts": tuple(
            replace(CONTRACT, contract_id=f"c{index}", status=status, previous=None)
            for index, status in enumerate(statuses)
        )
    }


@pytest.mark.parametrize(
    ("statuses", "speaking"),
    [
        ((), {"contract-missing"}),
        (("active",), set()),
        (("ACTIVE ",), set()),
        (("draft",), {"contract-draft"}),
        (("proposed",), {"contract-draft"}),
        (("deprecated",), {"contract-deprecated"}),
        (("retired",), {"contract-retired"}),
        (("retired", "Retired"), {"contract-retired"}),
        (("retired", "draft"), {"contract-draft"}),
        (("draft", "active"), set()),
        (("deprecated", "active"), set()),
        (("draft", "deprecated"), {"contract-deprecated"}),
        (("active", "active", "retired"), {"contract-duplicated"}),
        (("draft", "proposed"), {"contract-draft", "contract-duplicated"}),
    ],
)
def test_what_is_said_of_contracts_by_their_status(statuses: tuple[str, ...], speaking: set[str]) -> None:
    rules = [f"contract-{word}" for word in ("missing", "draft", "deprecated", "retired", "duplicated")]

    assert {rule for rule in rules if say(rule, world(**of(*statuses)))} == speaking


def test_a_contract_that_is_bound_twice_says_by_what() -> None:
    twice = (CONTRACT, replace(CONTRACT, promise=replace(PROMISE, schema_name="orders_view")))
    (violation,) = say("contract-duplicated", world(contracts=twice))

    assert violation.message == (
        "contract orders 1.2.0 speaks for this dataset 2 times: orders, orders_view; it is judged by orders"
    )


def test_an_active_contract_is_the_one_that_is_judged_by() -> None:
    scope = world(**of("draft", "deprecated", "active"))

    found = scope.datasets[0].contract
    assert found is not None
    assert found.contract_id == "c2"


@pytest.mark.parametrize(
    ("days", "result", "words"),
    [
        (-1, "fail", "reached its end of life on 2026-06-14"),
        (0, "warn", "reaches its end of life today"),
        (1, "warn", "reaches its end of life on 2026-06-16, 1 day left"),
        (30, "warn", "30 days left"),
    ],
)
def test_an_end_is_told_before_it_comes(days: int, result: str, words: str) -> None:
    (violation,) = say(
        "contract-deprecated", world(contracts=contract(end_of_life=TODAY + timedelta(days=days)))
    )

    assert violation.result.value == result
    assert words in violation.message


def test_an_end_that_is_far_is_not_told() -> None:
    changes = {"contracts": contract(end_of_support=TODAY + timedelta(days=31))}

    assert results("contract-deprecated", **changes) == []
    assert results("contract-deprecated", options={"days": 31}, **changes) == ["warn"]


def test_support_that_ended_is_told_with_what_is_to_come() -> None:
    ends = contract(end_of_support=TODAY - timedelta(days=9), end_of_life=TODAY + timedelta(days=9))
    (violation,) = say("contract-deprecated", world(contracts=ends))

    assert (
        "reached its end of support on 2026-06-06 and reaches its end of life on 2026-06-24"
        in violation.message
    )
    assert violation.result.value == "fail"


def test_an_owner_who_has_left_is_not_also_missing() -> None:
    changes = {"owners": (), "departed": (LEFT,)}

    assert results("owner-missing", **changes) == []
    (violation,) = say("owner-departed", world(**changes))
    assert "bob (contract orders 1.2.0, until 2026-01-31)" in violation.message


@pytest.mark.parametrize(
    ("previous", "now", "speaks"),
    [
        ("active", "draft", True),
        ("deprecated", "proposed", True),
        ("Active", "Draft", True),
        ("draft", "draft", False),
        ("retired", "draft", False),
        ("active", "deprecated", False),
        (None, "draft", False),
    ],
)
def test_only_who_was_active_goes_back(previous: str | None, now: str, speaks: bool) -> None:
    assert CONTRACT.previous is not None
    changed = contract(status=now, previous=replace(CONTRACT.previous, status=previous))

    assert bool(results("status-regressed", contracts=changed)) is speaks


@pytest.mark.parametrize("rule", ["owner-regressed", "contract-breaking-change", "status-regressed"])
def test_the_first_version_regresses_in_nothing(rule: str) -> None:
    assert results(rule, contracts=contract(previous=None, owner=None, status="draft")) == []


def test_a_retired_contract_loses_no_owner() -> None:
    assert results("owner-regressed", contracts=contract(owner=None, status="retired")) == []


def document(version: str, *columns: str, **changes: Any) -> dict[str, Any]:
    return {
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "orders", "version": version, "status": "active",
        "schema": [
            {"name": "orders", "properties": [{"name": name, "logicalType": "string"} for name in columns]}
        ],
        **changes,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("new", "speaks"),
    [
        (document("1.1.0", "id"), True),
        (document("1.0.1", "id"), True),
        (document("1.0.0", "id"), True),
        (document("2.0.0", "id"), False),
        (document("1.0.1", "id", "email", "phone"), False),
        (document("1.0.1", "id", "email", description={"purpose": "all"}), False),
        (document("1.0.1", "id", "email", status="draft"), False),
        (document("1.0.1", "id", status="draft"), True),
    ],
)
def test_only_what_breaks_consumers_takes_a_major_version(new: dict[str, Any], speaks: bool) -> None:
    found = diff(document("1.0.0", "id", "email"), new)
    changed = contract(version=new["version"], previous=PreviousContract("1.0.0", "active", None, found))
    said = say("contract-breaking-change", world(contracts=changed))

    assert bool(said) is speaks
    for violation in said:
        assert f"contract orders {new['version']} breaks version 1.0.0" in violation.message
        assert "email" in violation.message
        assert "draft" not in violation.message


def loose(**changes: Any) -> ScopeFacts:
    given = {
        "contract_id": "orders", "version": "1.2.0", "schema_name": "orders", "source": "a.yaml", "reason": "no host",
        **changes,
    }  # fmt: skip
    return ScopeFacts(loose_contracts=(LooseContract(**given),))


def test_a_file_without_an_id_is_invalid_and_not_unbound() -> None:
    scope = loose(contract_id=None, version=None, schema_name=None, reason="it is no YAML")

    (violation,) = say("contract-invalid", scope)
    assert violation.message.startswith(
        "a.yaml is no valid contract (owner: nobody; channel: none known): it is no"
    )
    assert violation.subject == "a.yaml"
    assert say("contract-unbound", scope) == []


def test_each_loose_schema_object_is_a_finding_of_its_own() -> None:
    one, two = loose().loose_contracts[0], loose(schema_name="items").loose_contracts[0]
    found = say("contract-unbound", ScopeFacts(loose_contracts=(one, two, one)))

    assert [violation.subject for violation in found] == ["orders orders", "orders items"]
    assert say("contract-invalid", ScopeFacts(loose_contracts=(one, two))) == []


def test_what_is_closest_is_named() -> None:
    (violation,) = say("contract-unbound", loose(closest=(ORDERS, CUSTOMERS)))

    assert f"closest: {ORDERS}, {CUSTOMERS}" in violation.message
    assert f"openlineageNamespace: {ORDERS.namespace} and openlineageName: {ORDERS.name}" in violation.fix


def test_a_missing_contract_names_one_that_may_be_meant() -> None:
    (plain,) = say("contract-missing", world(contracts=()))
    (found,) = say("contract-missing", world(contracts=(), near=VainContract("orders 1.2.0", CUSTOMERS)))

    assert (found.message, found.subject) == (plain.message, plain.subject)
    assert found.fix == (
        f"{plain.fix}; or is it meant by contract orders 1.2.0? It is bound to {CUSTOMERS}, which nobody has seen"
    )
