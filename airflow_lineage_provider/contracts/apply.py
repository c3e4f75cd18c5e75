"""Apply contract files: all of them or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.contracts.binding import Binding, Lookup, bind
from airflow_lineage_provider.contracts.connection import connection_identity
from airflow_lineage_provider.contracts.error import ContractError, Problem
from airflow_lineage_provider.contracts.load import LoadedContract, find_files, load_file
from airflow_lineage_provider.store import contracts as store


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one contract file."""

    path: str
    contract_id: str
    version: str
    action: str
    """``created``, ``updated`` (a new version of a known contract), ``restored`` (an older one again) or ``unchanged``."""
    bindings: tuple[Binding, ...]

    def to_wire(self) -> dict[str, Any]:
        """JSON object: ``path, contract_id, version, action, bindings: [{schema, namespace, name, bound_by, detail}]``."""
        return {
            "path": self.path,
            "contract_id": self.contract_id,
            "version": self.version,
            "action": self.action,
            "bindings": [
                {
                    "schema": binding.schema_name,
                    "namespace": binding.dataset.namespace if binding.dataset else None,
                    "name": binding.dataset.name if binding.dataset else None,
                    "bound_by": binding.bound_by.value,
                    "detail": binding.detail,
                }
                for binding in self.bindings
            ],
        }


def apply_paths(
    paths: Iterable[str | Path],
    *,
    session: Session,
    applied_by: str | None = None,
    dry_run: bool = False,
    lookup: Lookup = connection_identity,
) -> list[Applied]:
    """Apply every contract under ``paths``, in the order of the files. Does not commit.

    :param paths: files, or folders whose ``*.odcs.yaml`` and ``*.odcs.yml`` are taken.
    :param applied_by: who applies them.
    :param dry_run: say what would happen and write nothing.
    :param lookup: from an Airflow connection id to the connection's identity.
    :raises ContractError: when any file is invalid; it lists the problems of all files, and nothing is applied.
    """
    contracts = load_paths(paths)
    # Connections are looked up before the first write: Airflow's lookup may commit the thread's session.
    bound = [(contract, tuple(bind(contract.model, lookup=lookup))) for contract in contracts]
    applied = []
    now = datetime.now(UTC)
    for contract, bindings in bound:
        if dry_run:
            action = store.change_of(contract.data, session=session)
        else:
            action = store.save(
                contract.data,
                [
                    store.BoundSchema(item.schema_name, item.dataset, item.bound_by.value, item.detail)
                    for item in bindings
                ],
                source=contract.source,
                applied_by=applied_by,
                now=now,
                session=session,
            )
        applied.append(Applied(contract.source, contract.contract_id, contract.version, action, bindings))
    return applied


def load_paths(paths: Iterable[str | Path]) -> list[LoadedContract]:
    """Load every contract under ``paths``; a file that is named twice counts once.

    :raises ContractError: with the problems of all files, also where two files disagree about one contract.
    """
    problems: list[Problem] = []
    files: dict[Path, Path] = {}
    for path in paths:
        try:
            for file in find_files(Path(path)):
                files.setdefault(file.resolve(), file)
        except ContractError as error:
            problems += error.problems
    contracts: dict[str, LoadedContract] = {}
    for file in files.values():
        try:
            contract = load_file(file)
        except ContractError as error:
            problems += error.problems
            continue
        other = contracts.setdefault(contract.contract_id, contract)
        if other.content_hash != contract.content_hash:
            problems.append(
                Problem(
                    contract.source,
                    f"{contract.contract_id!r} stands in {other.source} with other content; keep one of the two files",
                    ("id",),
                )
            )
    if problems:
        raise ContractError(problems)
    return list(contracts.values())
