"""Contracts that stand in files of other tools."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath

from airflow_lineage_provider.contracts.document import parse
from airflow_lineage_provider.contracts.error import ContractError, Problem
from airflow_lineage_provider.contracts.load import LoadedContract, load_text
from airflow_lineage_provider.contracts.readers.avro_schema import is_avro_schema
from airflow_lineage_provider.contracts.readers.dbt_manifest import is_manifest, read_manifest
from airflow_lineage_provider.contracts.readers.dbt_schema import is_schema_file, read_schema_file
from airflow_lineage_provider.contracts.readers.file_text import read_text
from airflow_lineage_provider.contracts.readers.json_schema import is_json_schema
from airflow_lineage_provider.contracts.readers.json_text import parse_json
from airflow_lineage_provider.contracts.readers.place import Place
from airflow_lineage_provider.contracts.readers.registry import is_registry, read_registry, read_schema

MAX_SCHEMA_CHARACTERS = 16 * 1024 * 1024
"""Of a schema file or an export of a registry."""


def read_any(path: FilePath, *, binding: Mapping[str, str | None] | None = None) -> list[LoadedContract]:
    """Contracts of a file, whose format shows in its content: ODCS, dbt, JSON Schema, Avro or a schema registry.

    :param binding: where the datasets are, for formats that do not say: ``connection_id``, ``namespace``.
    :raises ContractError: with every problem. A file without any contract has one too.
    """
    place = Place.of(binding)
    contracts = read_any_text(read_text(path), str(path), place)
    if not contracts:
        raise ContractError(
            [
                Problem(
                    str(path),
                    "holds no contract: no model with contract.enforced, and no source with columns",
                )
            ]
        )
    return contracts


def read_any_text(text: str, source: str, place: Place) -> list[LoadedContract]:
    """Contracts of a text. Raises :class:`ContractError`."""
    if text.lstrip()[:1] in ("{", "["):
        return _read_json(text, source, place)
    document = parse(text, source)
    if "apiVersion" in document.data or not is_schema_file(document.data):
        return [load_text(text, source)]
    return read_schema_file(document, place)


def _read_json(text: str, source: str, place: Place) -> list[LoadedContract]:
    file = parse_json(text, source)
    if is_manifest(file.data):
        return read_manifest(file, place)
    if len(text) > MAX_SCHEMA_CHARACTERS:
        raise ContractError([Problem(source, f"is larger than {MAX_SCHEMA_CHARACTERS // 1024**2} MB")])
    if isinstance(file.data, dict) and "apiVersion" in file.data:
        return [load_text(text, source)]
    if is_avro_schema(file.data):
        return read_schema(file, place)
    if is_registry(file.data):
        return read_registry(file, place)
    if is_json_schema(file.data):
        return read_schema(file, place)
    raise ContractError(
        [
            Problem(
                source,
                "is no format that contracts are read from: ODCS, dbt's manifest.json or schema.yml, JSON Schema, "
                "Avro, or the export of a schema registry",
            )
        ]
    )
