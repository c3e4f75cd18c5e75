"""Apply contract files: all of them or none."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.contracts.binding import Binding, Lookup, bind
from airflow_lineage_provider.contracts.connection import connection_identity
from airflow_lineage_provider.contracts.error import ContractError, Problem
from airflow_lineage_provider.contracts.folder import managing_folder
from airflow_lineage_provider.contracts.load import LoadedContract, find_files, load_file, load_text
from airflow_lineage_provider.contracts.prune import no_longer_there
from airflow_lineage_provider.contracts.readers import read_any
from airflow_lineage_provider.store import contracts as store


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one contract."""

    path: str
    contract_id: str
    version: str
    action: str
    """``created``, ``updated`` (a new version of a known contract), ``restored`` (an older one again), ``unchanged``
    or ``retracted`` (its file is no longer there)."""
    bindings: tuple[Binding, ...] = ()

    def to_wire(self) -> dict[str, Any]:
        """JSON object: ``path, contract_id, version, action, bindings: [{schema, namespace, name, bound_by, detail}]``."""
        return {
            "path": self.path,
            "contract_id": self.contract_id,
            "version": self.version,
            "action": self.action,
            "bindings": [bound_schema(binding).to_wire() for binding in self.bindings],
        }


def apply_paths(
    paths: Iterable[str | Path],
    *,
    session: Session,
    applied_by: str | None = None,
    prune: bool = False,
    dry_run: bool = False,
    place: Mapping[str, str | None] | None = None,
    lookup: Lookup = connection_identity,
) -> list[Applied]:
    """Apply every contract under ``paths``, in the order of the files. Does not commit.

    :param paths: files of any format that is read, or folders whose ``*.odcs.yaml`` and ``*.odcs.yml`` are taken.
    :param applied_by: who applies them.
    :param place: where the datasets of a file are whose format does not say: ``connection_id``, ``namespace``.
    :param prune: take out of force what was applied from these folders before and is no longer there.
    :param dry_run: say what would happen and write nothing.
    :param lookup: from an Airflow connection id to the connection's identity.
    :raises ContractError: when any file is invalid; it lists the problems of all files, and nothing is applied.
    """
    given = [Path(path) for path in paths]
    contracts = load_paths(given, place=place)
    # Connections are looked up before the first write: Airflow's lookup may commit the thread's session.
    bound = [(contract, bind_here(contract, lookup=lookup)) for contract in contracts]
    applied = []
    now = datetime.now(UTC)
    watched = config.contracts_path()
    for contract, bindings in bound:
        if dry_run:
            action = store.change_of(contract.data, session=session)
        else:
            action = save(
                contract,
                bindings,
                source=os.path.abspath(contract.source),
                managed_by=managing_folder(Path(contract.source), watched),
                applied_by=applied_by,
                origin=contract.origin,
                now=now,
                session=session,
            )
        applied.append(Applied(contract.source, contract.contract_id, contract.version, action, bindings))
    if prune:
        there = {os.path.abspath(contract.source): contract.contract_id for contract in contracts}
        gone = no_longer_there([path for path in given if path.is_dir()], there, session=session)
        if not dry_run:
            store.retract(
                [entry.contract_id for entry in gone],
                reason="its file is no longer there",
                actor=applied_by,
                now=now,
                session=session,
            )
        applied += [
            Applied(entry.source or "", entry.contract_id, entry.version, "retracted") for entry in gone
        ]
    return applied


def apply_text(
    text: str,
    *,
    source: str,
    session: Session,
    applied_by: str | None = None,
    dry_run: bool = False,
    lookup: Lookup = connection_identity,
) -> Applied:
    """Apply one contract from its text. Does not commit. Raises :class:`ContractError`.

    :param source: what problems call the text, and where the contract is said to come from.
    :param dry_run: say what would happen and write nothing.
    """
    contract = load_text(text, source)
    bindings = bind_here(contract, lookup=lookup)
    if dry_run:
        change = store.change_of(contract.data, session=session)
        return Applied(source, contract.contract_id, contract.version, change, bindings)
    action = save(
        contract, bindings, source=source, applied_by=applied_by, now=datetime.now(UTC), session=session
    )
    return Applied(source, contract.contract_id, contract.version, action, bindings)


def bind_here(
    contract: LoadedContract, *, lookup: Lookup = connection_identity, **options: Any
) -> tuple[Binding, ...]:
    """Bind a contract in the environment that is configured."""
    return tuple(bind(contract.model, lookup=lookup, environment=config.environment(), **options))


def save(
    contract: LoadedContract,
    bindings: Sequence[Binding],
    *,
    source: str | None,
    applied_by: str | None,
    managed_by: str | None = None,
    origin: str = "odcs",
    now: datetime,
    session: Session,
) -> str:
    """Put a contract into force. Returns ``created``, ``updated``, ``restored`` or ``unchanged``."""
    return store.save(
        contract.data,
        [bound_schema(binding) for binding in bindings],
        source=source,
        applied_by=applied_by,
        managed_by=managed_by,
        origin=origin,
        now=now,
        session=session,
    )


def bound_schema(binding: Binding) -> store.BoundSchema:
    """A binding as it is stored."""
    return store.BoundSchema(binding.schema_name, binding.dataset, binding.bound_by.value, binding.detail)


def load_paths(
    paths: Iterable[str | Path], *, place: Mapping[str, str | None] | None = None
) -> list[LoadedContract]:
    """Load every contract under ``paths``; a file that is named twice counts once.

    :param place: see :func:`apply_paths`.
    :raises ContractError: with the problems of all files, also where two files disagree about one contract.
    """
    problems: list[Problem] = []
    files: dict[str, Path] = {}
    named: set[str] = set()
    for path in map(Path, paths):
        if not path.is_dir():
            named.add(os.path.realpath(path))
        try:
            for file in find_files(path):
                files.setdefault(os.path.realpath(file), file)
        except ContractError as error:
            problems += error.problems
    contracts: dict[str, LoadedContract] = {}
    for resolved, file in files.items():
        try:
            # A folder may hold any YAML; a file that somebody names is meant to be read.
            loaded = read_any(file, binding=place) if resolved in named else [load_file(file)]
        except ContractError as error:
            problems += error.problems
            continue
        for contract in loaded:
            other = contracts.setdefault(contract.contract_id, contract)
            if other.content_hash != contract.content_hash:
                problems.append(
                    Problem(
                        contract.source,
                        f"{contract.contract_id!r} stands in {other.source} with other content; "
                        "keep one of the two",
                        ("id",),
                    )
                )
    if problems:
        raise ContractError(problems)
    return list(contracts.values())
