"""Contracts of topics: a schema registry's export, or one schema in a file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from airflow_lineage_provider.contracts.error import ContractError, Path, Problem
from airflow_lineage_provider.contracts.load import LoadedContract
from airflow_lineage_provider.contracts.readers.avro_schema import (
    Names,
    columns_of_avro_schema,
    is_avro_schema,
    named_types,
)
from airflow_lineage_provider.contracts.readers.draft import MAX_CONTRACTS, Draft, finish
from airflow_lineage_provider.contracts.readers.json_schema import columns_of_json_schema
from airflow_lineage_provider.contracts.readers.json_text import JsonText
from airflow_lineage_provider.contracts.readers.loose import items, mapping, text
from airflow_lineage_provider.contracts.readers.place import Place
from airflow_lineage_provider.contracts.readers.schema_trouble import SchemaTrouble

_ENDINGS = re.compile(r"(\.schema)?\.(json|avsc|avro)\Z", re.IGNORECASE)
_KEY, _VALUE = "-key", "-value"
_KINDS = {"AVRO": "avro", "JSON": "json-schema"}


@dataclass(frozen=True, slots=True)
class Subject:
    """One version of one subject of a registry."""

    name: str
    number: int
    kind: str
    """``AVRO``, ``JSON`` or ``PROTOBUF``."""
    schema: Any
    """The schema itself, parsed."""
    path: Path
    references: Mapping[str, str]
    """Name in the schema to subject."""

    @property
    def topic(self) -> str:
        return self.name.removesuffix(_VALUE)


def is_registry(data: Any) -> bool:
    """Whether a JSON value looks like subjects of a schema registry."""
    return next(_entries(data), None) is not None


def read_registry(file: JsonText, place: Place) -> list[LoadedContract]:
    """Contracts of the newest version of each subject, but of keys and of Protocol Buffers.

    :raises ContractError: with the problems of all subjects.
    """
    problems: list[Problem] = []
    newest: dict[str, Subject] = {}
    for path, entry in _entries(file.data):
        try:
            subject = _subject(path, entry)
        except SchemaTrouble as trouble:
            problems.append(file.problem(trouble.path, str(trouble)))
            continue
        if subject.name not in newest or newest[subject.name].number < subject.number:
            newest[subject.name] = subject
    wanted = [
        subject for subject in newest.values() if not subject.name.endswith(_KEY) and subject.kind in _KINDS
    ]
    if len(wanted) > MAX_CONTRACTS:
        raise ContractError([file.problem((), f"holds more than {MAX_CONTRACTS} subjects")])
    if not wanted and not problems:
        raise ContractError(
            [file.problem((), "holds no value schema in Avro or JSON Schema; Protocol Buffers are not read")]
        )
    names: Names = {}
    for subject in newest.values():
        if subject.kind == "AVRO":
            names.update(named_types(subject.schema))
    contracts: list[LoadedContract] = []
    # Subjects that others refer to describe parts of messages, and no topic.
    parts = {name for subject in newest.values() for name in subject.references.values()}
    for subject in wanted:
        if subject.name in parts:
            continue
        others = {name: newest[of].schema for name, of in subject.references.items() if of in newest}
        try:
            contracts.append(_contract(file, subject, place, others, names))
        except ContractError as error:
            problems += error.problems
    if problems:
        raise ContractError(problems)
    return contracts


def read_schema(file: JsonText, place: Place) -> list[LoadedContract]:
    """Contract of a file that holds one schema; the topic is the file's name."""
    name = _ENDINGS.sub("", PurePath(file.source).name)
    kind = "AVRO" if is_avro_schema(file.data) else "JSON"
    subject = Subject(text(name) or "schema", 0, kind, file.data, (), {})
    return [_contract(file, subject, place, {}, {})]


def _contract(
    file: JsonText, subject: Subject, place: Place, others: Mapping[str, Any], names: Names
) -> LoadedContract:
    schema = mapping(subject.schema)
    try:
        if subject.kind == "AVRO":
            columns = columns_of_avro_schema(subject.schema, names)
            description = text(schema.get("doc"))
        else:
            columns = columns_of_json_schema(subject.schema, others)
            description = text(schema.get("description")) or text(schema.get("title"))
    except SchemaTrouble as trouble:
        inside = f"{subject.name}: " if subject.path else ""
        path = subject.path or trouble.path
        raise ContractError([file.problem(path, f"{inside}{_inside(subject, trouble)}{trouble}")]) from None
    draft = Draft(
        subject.topic,
        subject.topic,
        subject.topic,
        # The number of a registry counts changes, and says nothing about whether they break anything.
        version=f"1.{subject.number}.0" if subject.number else "1.0.0",
        description=description,
        columns=columns,
        # A connection of Airflow names no brokers that a topic's namespace could be told by.
        custom=Place(namespace=place.namespace).properties(subject.topic),
    )
    return finish(draft, file, subject.path, _KINDS[subject.kind])


def _inside(subject: Subject, trouble: SchemaTrouble) -> str:
    """Where in the schema; it is a text within the text of an export, so its lines are not the file's."""
    if not subject.path or not trouble.path:
        return ""
    return "/".join(str(step) for step in trouble.path)[:300] + " "


def _entries(data: Any) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Entries of a list, of ``{"subjects": [...]}``, of ``{subject: {...} or [...]}``, or the only one."""
    if isinstance(data, dict):
        if _is_entry(data):
            yield (), data
            return
        for key, value in data.items():
            for index, entry in enumerate(items(value)):
                if _is_entry(entry):
                    yield (key, index), entry if "subject" in entry else {"subject": key, **entry}
            if isinstance(value, dict) and "schema" in value and ("version" in value or "subject" in value):
                yield (key,), {"subject": key, **value}
    for index, entry in enumerate(items(data)):
        if _is_entry(entry):
            yield (index,), entry


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and "schema" in entry and ("subject" in entry or "version" in entry)


def _subject(path: Path, entry: Mapping[str, Any]) -> Subject:
    name = text(entry.get("subject"))
    if name is None:
        raise SchemaTrouble(path, "names no subject")
    number = entry.get("version")
    kind = (text(entry.get("schemaType")) or "AVRO").upper()
    schema = entry["schema"]
    if isinstance(schema, str) and kind in _KINDS:
        try:
            schema = json.loads(schema)
        except (ValueError, RecursionError) as error:
            raise SchemaTrouble((*path, "schema"), f"{name}: is not valid JSON: {error}") from None
    references = {
        key: of
        for item in items(entry.get("references"))
        if (key := text(mapping(item).get("name"))) and (of := text(mapping(item).get("subject")))
    }
    return Subject(
        name, number if type(number) is int and 0 <= number < 2**31 else 0, kind, schema, path, references
    )
