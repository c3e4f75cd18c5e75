"""``target/manifest.json`` of dbt: its models with an enforced contract, and its sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from airflow_lineage_provider.contracts.error import ContractError, Problem
from airflow_lineage_provider.contracts.load import LoadedContract
from airflow_lineage_provider.contracts.readers.dbt_contract import draft_of, is_enforced
from airflow_lineage_provider.contracts.readers.dbt_owner import groups_of
from airflow_lineage_provider.contracts.readers.dbt_relation import relation_of
from airflow_lineage_provider.contracts.readers.dbt_tests import compiled_tests
from airflow_lineage_provider.contracts.readers.draft import MAX_CONTRACTS, finish
from airflow_lineage_provider.contracts.readers.json_text import JsonText
from airflow_lineage_provider.contracts.readers.loose import mapping, text
from airflow_lineage_provider.contracts.readers.place import Place

Node = tuple[str, str, Mapping[str, Any]]
"""Section of the manifest, unique id, and what stands there."""


def is_manifest(data: Any) -> bool:
    """Whether a JSON value looks like a manifest of dbt."""
    return (
        isinstance(data, dict)
        and isinstance(data.get("metadata"), dict)
        and isinstance(data.get("nodes"), dict)
        and "results" not in data
    )


def read_manifest(file: JsonText, place: Place) -> list[LoadedContract]:
    """Contracts of a manifest. Raises :class:`ContractError` with the problems of all of them."""
    data = mapping(file.data)
    adapter = adapter_of(data)
    tests = compiled_tests(mapping(data.get("nodes")))
    groups = groups_of(mapping(data.get("groups")).values())
    contracts: list[LoadedContract] = []
    problems: list[Problem] = []
    for section, unique_id, node in tables_of(data):
        columns = mapping(node.get("columns"))
        if not (is_enforced(node) if section == "nodes" else columns):
            continue
        path = (section, unique_id)
        relation = relation_of(node, adapter)
        contract_id = text(unique_id)
        if relation is None or contract_id is None:
            problems.append(file.problem(path, "has no name"))
            continue
        if len(contracts) == MAX_CONTRACTS:
            raise ContractError([file.problem(path, f"is one of more than {MAX_CONTRACTS} contracts")])
        draft = draft_of(
            contract_id,
            node,
            relation,
            columns=columns.values(),
            tests=tests.get(unique_id, ()),
            groups=groups,
            place=place,
        )
        try:
            contracts.append(finish(draft, file, path, "dbt"))
        except ContractError as error:
            problems += error.problems
    if problems:
        raise ContractError(problems)
    return contracts


def tables_of(data: Mapping[str, Any]) -> Iterator[Node]:
    """Models, seeds, snapshots and sources of a manifest."""
    for section in ("nodes", "sources"):
        for unique_id, value in mapping(data.get(section)).items():
            node = mapping(value)
            if section == "sources" or node.get("resource_type") in ("model", "seed", "snapshot"):
                yield section, unique_id, node


def adapter_of(data: Mapping[str, Any]) -> str | None:
    """The system that the project runs on."""
    return text(mapping(data.get("metadata")).get("adapter_type"))
