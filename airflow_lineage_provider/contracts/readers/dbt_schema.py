"""``schema.yml`` of dbt: models with an enforced contract, and sources, as they are written before dbt compiles them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from airflow_lineage_provider.contracts.document import Document
from airflow_lineage_provider.contracts.error import ContractError, Path, Problem
from airflow_lineage_provider.contracts.load import LoadedContract
from airflow_lineage_provider.contracts.readers.dbt_contract import draft_of, is_enforced
from airflow_lineage_provider.contracts.readers.dbt_owner import groups_of
from airflow_lineage_provider.contracts.readers.dbt_relation import relation_of
from airflow_lineage_provider.contracts.readers.dbt_tests import written_tests
from airflow_lineage_provider.contracts.readers.draft import finish
from airflow_lineage_provider.contracts.readers.loose import items, mapping, text
from airflow_lineage_provider.contracts.readers.place import Place


def is_schema_file(data: Any) -> bool:
    """Whether a mapping looks like a schema file of dbt."""
    return isinstance(data, dict) and any(isinstance(data.get(key), list) for key in ("models", "sources"))


def read_schema_file(document: Document, place: Place) -> list[LoadedContract]:
    """Contracts of a schema file. Raises :class:`ContractError` with the problems of all of them.

    Where a table lies is decided elsewhere in the project, so ``database`` and ``schema`` are known only where the
    file says them.
    """
    groups = groups_of(items(document.data.get("groups")))
    contracts: list[LoadedContract] = []
    problems: list[Problem] = []
    seen: dict[str, Path] = {}
    for path, contract_id, node in _tables(document.data):
        relation = relation_of(node)
        if contract_id is None or relation is None:
            problems.append(document.problem((*path, "name"), "is missing; add it"))
            continue
        if items(node.get("versions")):
            problems.append(
                document.problem(
                    (*path, "versions"),
                    "cannot be told apart before dbt compiles; read target/manifest.json instead",
                )
            )
            continue
        if contract_id in seen:
            problems.append(document.problem((*path, "name"), f"stands here twice: {contract_id}"))
            continue
        seen[contract_id] = path
        columns = items(node.get("columns"))
        tests = [*written_tests(node, None)]
        for column in columns:
            tests += written_tests(mapping(column), text(mapping(column).get("name")))
        draft = draft_of(
            contract_id, node, relation, columns=columns, tests=tests, groups=groups, place=place
        )
        try:
            contracts.append(finish(draft, document, path, "dbt"))
        except ContractError as error:
            problems += error.problems
    if problems:
        raise ContractError(problems)
    return contracts


def _tables(data: Mapping[str, Any]) -> Iterator[tuple[Path, str | None, dict[str, Any]]]:
    for index, value in enumerate(items(data.get("models"))):
        model = mapping(value)
        if is_enforced(model):
            config = mapping(model.get("config"))
            places = {key: config[key] for key in ("alias", "database", "schema") if key in config}
            name = text(model.get("name"))
            yield ("models", index), name and f"model.{name}", {**model, **places}
    for index, value in enumerate(items(data.get("sources"))):
        source = mapping(value)
        name = text(source.get("name"))
        for number, entry in enumerate(items(source.get("tables"))):
            table = mapping(entry)
            if not items(table.get("columns")):
                continue
            named = text(table.get("name"))
            node = {
                **table,
                "database": source.get("database"),
                # The schema of a source is its name unless it says otherwise.
                "schema": source.get("schema") or name,
                "source_meta": {
                    **mapping(source.get("meta")),
                    **mapping(mapping(source.get("config")).get("meta")),
                },
                "freshness": table.get("freshness") or source.get("freshness"),
            }
            yield (
                ("sources", index, "tables", number),
                f"source.{name}.{named}" if name and named else None,
                node,
            )
