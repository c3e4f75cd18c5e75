from __future__ import annotations

import re

import pytest

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.identity import IdentityRules
from airflow_lineage_provider.model.namespace_alias import read_aliases
from airflow_lineage_provider.model.naming import asset_of
from airflow_lineage_provider.model.partition_pattern import read_patterns
from tests.docs.pages import DOCS, fences, table

PAGE = (DOCS / "identity.md").read_text()
RULES = IdentityRules()


def cells(name: str) -> list[list[str]]:
    rows = table(PAGE, name)
    assert rows
    return [[cell.strip("`") for cell in row] for row in rows]


@pytest.mark.parametrize("row", cells("namespaces"), ids=lambda row: row[0])
def test_namespaces_are_spelled_as_the_page_says(row: list[str]) -> None:
    assert RULES.canonical(DatasetId(row[0], "x")).namespace == row[1]


@pytest.mark.parametrize("row", cells("tables"), ids=lambda row: row[0])
def test_tables_are_stored_as_the_page_says(row: list[str]) -> None:
    assert RULES.canonical(DatasetId(row[0], row[1])) == DatasetId(row[0], row[2])


@pytest.mark.parametrize("row", cells("uris"), ids=lambda row: row[0])
def test_uris_are_read_as_the_page_says(row: list[str]) -> None:
    assert asset_of(row[0], None) == DatasetId(row[1], row[2])


@pytest.mark.parametrize("row", cells("files"), ids=lambda row: row[0])
def test_files_are_folded_as_the_page_says(row: list[str]) -> None:
    identity = RULES.identify(DatasetId("s3://lake", row[0]))
    assert (identity.dataset.name, identity.partition or "") == (row[1], row[2])


def test_the_examples_of_options_can_be_used() -> None:
    aliases, patterns = (re.sub(r"^\[lineage_provider\]\n\w+ = ", "", block) for block in fences(PAGE, "ini"))
    assert len(read_aliases(aliases)) == 2
    rules = IdentityRules(patterns=read_patterns(patterns))
    assert rules.canonical(DatasetId("s3://lake", "a/batch_7/x.csv")).name == "a"
    assert rules.canonical(DatasetId("bigquery", "p.d.events_20261121")).name == "p.d.events_{shard}"
