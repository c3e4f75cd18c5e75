from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from airflow_lineage_provider.contracts.compatibility import ChangeKind, ColumnChange, compare
from airflow_lineage_provider.contracts.contract_diff import diff
from airflow_lineage_provider.contracts.load import load_text
from airflow_lineage_provider.contracts.promise import promise_of
from airflow_lineage_provider.model.io_entry import Column
from tests.contracts.schema_changes import TABLES, TYPES, VERSIONS, TableCase, VersionCase, versions_of

TODAY = date(2026, 6, 1)
ROWS = [(dialect, *case) for dialect, cases in TYPES.items() for case in cases]


def contract(properties: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": "t", "version": "1.0.0", "schema": [{"name": "t", "properties": properties}]}


def compared(
    properties: list[dict[str, Any]],
    observed: list[tuple[str, str | None, bool | None]],
    dialect: str | None,
) -> tuple[ColumnChange, ...]:
    promise = promise_of(contract(properties), "t")
    assert promise is not None
    return compare(promise, [Column(name, kind, nullable) for name, kind, nullable in observed], dialect)


def test_there_are_cases_enough_of_dialects_enough() -> None:
    assert len(ROWS) + len(TABLES) + len(VERSIONS) >= 120
    assert len(TYPES) >= 6
    assert len(set(ROWS)) == len(ROWS)


@pytest.mark.parametrize(("dialect", "promised", "observed", "gate", "version"), ROWS)
def test_an_observed_type_against_the_contract(
    dialect: str, promised: str, observed: str, gate: str, version: str | None
) -> None:
    changes = compared(
        [{"name": "c", "physicalType": promised}],
        [("c", observed, None)],
        None if dialect == "file" else dialect,
    )
    assert [change.kind.value for change in changes] == ([] if gate == "fine" else [gate])
    for change in changes:
        assert promised in change.message
        assert observed in change.message


@pytest.mark.parametrize(("dialect", "was", "now", "gate", "version"), ROWS)
def test_the_same_types_in_two_versions_of_a_contract(
    dialect: str, was: str, now: str, gate: str, version: str | None
) -> None:
    old, new = (contract([{"name": "c", "physicalType": kind}]) for kind in (was, now))
    changes = diff(old, new, dialect=None if dialect == "file" else dialect).changes
    assert [change.kind for change in changes] == ([] if version is None else [version])


@pytest.mark.parametrize("case", TABLES, ids=lambda case: f"{case.dialect}: {case.title}")
def test_columns_against_the_contract(case: TableCase) -> None:
    changes = compared(case.contract, case.observed, case.dialect)
    assert [(change.kind.value, change.column) for change in changes] == case.gate


@pytest.mark.parametrize("case", VERSIONS, ids=lambda case: case.title)
def test_two_versions_of_a_contract(case: VersionCase) -> None:
    old, new = versions_of(case)
    found = diff(old, new, dialect="postgres", today=TODAY)
    assert found.changes
    worst = found.changes[0]
    assert (worst.kind, worst.impact.value) == (case.kind, case.impact)
    assert all(change.message for change in found.changes)


def test_the_contracts_of_the_table_are_valid() -> None:
    documents = [document for case in VERSIONS for document in versions_of(case)]
    schemas = [schema for document in documents for schema in document["schema"]]
    schemas += [{"name": "t", "properties": case.contract} for case in TABLES]
    parts = {
        key: [one for document in documents for one in document.get(key, ())]
        for key in ("slaProperties", "servers")
    }
    whole = {**documents[0], **parts, "schema": [{**one, "name": f"t{n}"} for n, one in enumerate(schemas)]}
    assert load_text(json.dumps(whole)).contract_id == "orders"


def test_each_kind_of_change_of_a_column_is_in_the_table() -> None:
    told = {row[3] for row in ROWS} | {kind for case in TABLES for kind, _ in case.gate}
    assert told - {"fine"} == {kind.value for kind in ChangeKind}
