"""All that is wrong with contract files, and what is valid and will be missed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from airflow_lineage_provider.contracts.binding import (
    CONNECTION_PROPERTY,
    NAME_PROPERTY,
    NAMESPACE_PROPERTY,
    bind,
)
from airflow_lineage_provider.contracts.document import Document, parse
from airflow_lineage_provider.contracts.duration import day_of, seconds_of
from airflow_lineage_provider.contracts.error import ContractError, Path as Place, Problem
from airflow_lineage_provider.contracts.load import LoadedContract, find_files, load_file, load_text
from airflow_lineage_provider.contracts.promise import CLOSED_PROPERTY, sla_name
from airflow_lineage_provider.contracts.team import owner_of
from airflow_lineage_provider.model.connection import ConnectionIdentity

OUR_PROPERTIES = (NAMESPACE_PROPERTY, NAME_PROPERTY, CONNECTION_PROPERTY, CLOSED_PROPERTY)
_DURATIONS = frozenset({"freshness", "latency", "frequency"})
_DAYS = frozenset({"endofsupport", "endoflife"})
_LIKENESS = 0.8


@dataclass(frozen=True, slots=True)
class LintReport:
    """Findings of files."""

    files: int
    problems: tuple[Problem, ...]
    """With any of these a contract cannot be applied."""
    warnings: tuple[Problem, ...]
    """With these it can, and something that people expect of it will be missing."""


def lint_paths(paths: Iterable[str | Path], *, today: date) -> LintReport:
    """Look at every contract under files and folders, as ``apply`` takes them. Asks no database and no network."""
    problems: list[Problem] = []
    warnings: list[Problem] = []
    files: dict[str, Path] = {}
    for path in paths:
        try:
            for file in find_files(Path(path)):
                files.setdefault(os.path.realpath(file), file)
        except ContractError as error:
            problems += error.problems
    holders: dict[str, LoadedContract] = {}
    for file in files.values():
        try:
            contract = load_file(file)
        except ContractError as error:
            problems += error.problems
            continue
        document = parse(file.read_text("utf-8-sig"), str(file))
        other = holders.setdefault(contract.contract_id, contract)
        if other.content_hash != contract.content_hash:
            message = (
                f"{contract.contract_id!r} stands in {other.source} with other content; keep one of the two"
            )
            problems.append(document.problem(("id",), message))
        warnings += warnings_of(contract, document, today=today)
    return LintReport(len(files), tuple(problems), tuple(warnings))


def lint_text(text: str, source: str, *, today: date) -> LintReport:
    """The same of one text."""
    try:
        contract = load_text(text, source)
    except ContractError as error:
        return LintReport(1, error.problems, ())
    return LintReport(1, (), tuple(warnings_of(contract, parse(text, source), today=today)))


def warnings_of(contract: LoadedContract, document: Document, *, today: date) -> list[Problem]:
    """What a valid contract leaves out or spells in a way that nothing reads, in the order of the file."""
    found = [document.problem(path, message) for path, message in _warnings(contract, today)]
    return sorted(found, key=lambda problem: problem.line or 0)


def _warnings(contract: LoadedContract, today: date) -> Iterator[tuple[Place, str]]:
    data = contract.data
    if owner_of(data, today).name is None:
        yield ("team",), "names no owner today; add a name to the team, or a member with role owner"
    description = data.get("description")
    if not (isinstance(description, Mapping) and description.get("purpose")) and not isinstance(
        description, str
    ):
        yield ("description",), "says nothing of the purpose; add description.purpose"
    if not data.get("schema"):
        yield ("schema",), "is missing or empty, so the contract speaks for no dataset"
    for index, binding in enumerate(bind(contract.model, lookup=_any_connection)):
        if binding.dataset is None:
            yield ("schema", index), f"speaks for no dataset: {binding.detail}"
    yield from _slas(data)
    yield from _properties(data, ())


def _slas(data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    for index, entry in enumerate(data.get("slaProperties") or ()):
        name, value, unit = sla_name(entry.get("property")), entry.get("value"), entry.get("unit")
        path: Place = ("slaProperties", index)
        if name in _DURATIONS and seconds_of(value, unit) is None:
            said = repr(value) if unit is None else f"{value!r} with unit {unit!r}"
            key = "value" if unit is None else "unit"
            yield (
                (*path, key),
                f"{said} is no duration; write a number and a unit such as h, d or minutes, or PT4H",
            )
        elif name in _DAYS and day_of(value) is None:
            yield (*path, "value"), f"{value!r} is no day; write it as 2026-12-31"


def _properties(value: Any, path: Place) -> Iterator[tuple[Place, str]]:
    """Custom properties whose names are nearly ours: ODCS takes any name, so nothing else tells of the slip."""
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key == "customProperties" and isinstance(part, list):
                for index, entry in enumerate(part):
                    meant = _meant(entry.get("property")) if isinstance(entry, Mapping) else None
                    if meant is not None:
                        place: Place = (*path, key, index, "property")
                        yield place, f"{entry['property']!r} is read by nobody; did you mean {meant!r}?"
            else:
                yield from _properties(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _properties(part, (*path, index))


def _meant(name: Any) -> str | None:
    if not isinstance(name, str) or name in OUR_PROPERTIES:
        return None
    plain = {_plain(known): known for known in OUR_PROPERTIES}
    near = get_close_matches(_plain(name), plain, n=1, cutoff=_LIKENESS)
    if near:
        # Case and separators of `closed` do not count, those of the others do.
        return (
            None
            if plain[near[0]] == CLOSED_PROPERTY and name.strip().casefold() == CLOSED_PROPERTY
            else plain[near[0]]
        )
    return NAMESPACE_PROPERTY if _plain(name).startswith("openlineage") else None


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())


def _any_connection(conn_id: str) -> ConnectionIdentity:
    """Airflow is not asked: whether it has the connection is a matter of where the contract is applied."""
    return ConnectionIdentity(conn_id, "postgres", "host", 5432, "database", "schema")
