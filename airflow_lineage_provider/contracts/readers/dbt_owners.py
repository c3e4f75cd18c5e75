"""Owners out of a dbt manifest: everything that dbt builds or reads, with or without a contract."""

from __future__ import annotations

from pathlib import Path as FilePath
from typing import NamedTuple

from airflow_lineage_provider.contracts.error import ContractError, Problem
from airflow_lineage_provider.contracts.readers.dbt_manifest import adapter_of, is_manifest, tables_of
from airflow_lineage_provider.contracts.readers.dbt_owner import groups_of, owner_of
from airflow_lineage_provider.contracts.readers.dbt_relation import DbtRelation, relation_of
from airflow_lineage_provider.contracts.readers.file_text import read_text
from airflow_lineage_provider.contracts.readers.json_text import parse_json
from airflow_lineage_provider.contracts.readers.loose import mapping


class OwnedTable(NamedTuple):
    """A table of dbt and who owns it."""

    relation: DbtRelation
    """``dataset_name`` is its name within a namespace; ``physical_name`` goes with a connection."""
    owner: str
    channel: str | None


def owners_of_manifest(path: FilePath) -> list[OwnedTable]:
    """Tables of a manifest that have an owner in ``meta`` or through their group, each table once.

    :raises ContractError: when the file is no manifest.
    """
    file = parse_json(read_text(path), str(path))
    if not is_manifest(file.data):
        raise ContractError([Problem(str(path), "is no manifest.json of dbt: it has no metadata and nodes")])
    data = mapping(file.data)
    adapter = adapter_of(data)
    groups = groups_of(mapping(data.get("groups")).values())
    found: dict[str, OwnedTable] = {}
    for _, _, node in tables_of(data):
        told = owner_of(node, groups)
        owner = told.owner or told.group
        relation = relation_of(node, adapter)
        if relation is not None and owner is not None:
            found.setdefault(relation.physical_name, OwnedTable(relation, owner, told.channel))
    return list(found.values())
