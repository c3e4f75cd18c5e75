"""Contract files, each for itself: one that is not valid is a finding, and the others count."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from airflow_lineage_provider.contracts.document import Document, parse
from airflow_lineage_provider.contracts.error import ContractError, Problem, path_text
from airflow_lineage_provider.contracts.load import SUFFIXES, LoadedContract, find_files, load_file
from airflow_lineage_provider.contracts.readers import read_any
from airflow_lineage_provider.governance.facts import LooseContract


@dataclass(slots=True)
class ContractFiles:
    """What came of contract files."""

    contracts: dict[str, LoadedContract] = field(default_factory=dict)
    """By contract id."""
    invalid: list[LooseContract] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    """Of the invalid ones, with lines."""
    paths: list[Path] = field(default_factory=list)
    """As they were given."""

    def refuse(self, source: str, problems: Iterable[Problem]) -> None:
        """Note a file that is no valid contract."""
        told = tuple(problems)
        self.problems += told
        count = f"{len(told)} problem{'' if len(told) == 1 else 's'}"
        self.invalid.append(
            LooseContract(None, None, None, source, f"{count} in {source}", problems=tuple(map(_line, told)))
        )


def read_contract_files(paths: Iterable[Path]) -> ContractFiles:
    """Read every contract under files and folders.

    :raises ContractError: for a path that is not there or cannot be read, and a folder without any contract.
    """
    found = ContractFiles(paths=list(paths))
    seen: set[str] = set()
    for path in found.paths:
        for file in find_files(path):
            real = os.path.realpath(file)
            if real not in seen:
                seen.add(real)
                _read(file, found, is_named=not path.is_dir())
    return found


def document_of(contract: LoadedContract) -> Document | None:
    """The lines of a contract; ``None`` where it came out of no YAML file."""
    if not contract.source.endswith((*SUFFIXES, ".yaml", ".yml")):
        return None
    try:
        return parse(Path(contract.source).read_text("utf-8-sig"), contract.source)
    except (ContractError, OSError, UnicodeDecodeError):
        return None


def _read(file: Path, found: ContractFiles, *, is_named: bool) -> None:
    try:
        loaded = read_any(file) if is_named else [load_file(file)]
    except ContractError as error:
        found.refuse(str(file), error.problems)
        return
    for contract in loaded:
        other = found.contracts.setdefault(contract.contract_id, contract)
        if other.content_hash != contract.content_hash:
            message = (
                f"{contract.contract_id!r} stands in {other.source} with other content; keep one of the two"
            )
            document = document_of(contract)
            at = document.problem(("id",), message) if document else Problem(contract.source, message)
            found.refuse(contract.source, [at])


def _line(problem: Problem) -> str:
    line = f"line {problem.line}" if problem.line is not None else ""
    place = ", ".join(part for part in (line, path_text(problem.path)) if part)
    return f"{place}: {problem.message}" if place else problem.message
