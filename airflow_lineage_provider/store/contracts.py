"""Contracts by content: which are in force, since when, and which of them speak for a dataset."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.contract_bodies import CONTRACT, LateBodies
from airflow_lineage_provider.store.contract_writes import (
    BINDING,
    BoundSchema,
    Retracted,
    change_of,
    retract,
    save,
)
from airflow_lineage_provider.store.loose_contracts import LooseRow, loose_contracts
from airflow_lineage_provider.store.row_ids import chunks, in_digests, in_ids
from airflow_lineage_provider.store.upsert import CHUNK

__all__ = [
    "BoundSchema",
    "ContractSummary",
    "ContractVersion",
    "LooseRow",
    "Retracted",
    "StoredContract",
    "StoredVersion",
    "bindings_in_force",
    "bound_datasets",
    "change_of",
    "current_for",
    "loose_contracts",
    "previous_versions",
    "retract",
    "save",
    "summaries",
    "versions",
]


Contents = dict[str, Any] | Callable[[], dict[str, Any]]
"""The contract in JSON values, or what reads it: most of what is asked of contracts is remembered by their hash."""


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """The version of a contract that was in force before the one that is."""

    version: str
    status: str | None
    contents: Contents
    content_hash: str = ""

    @property
    def body(self) -> dict[str, Any]:
        """The contract in JSON values. Shared: nobody may change it."""
        return self.contents() if callable(self.contents) else self.contents


@dataclass(frozen=True, slots=True)
class StoredContract:
    """A contract in force, as one of its schema objects speaks for a dataset."""

    contract_id: str
    version: str
    status: str | None
    name: str | None
    contents: Contents
    content_hash: str
    schema_name: str
    """Which of its schema objects is bound to the dataset."""
    origin: str
    bound_by: str
    previous: StoredVersion | None = None

    @property
    def body(self) -> dict[str, Any]:
        """The contract in JSON values. Shared: nobody may change it."""
        return self.contents() if callable(self.contents) else self.contents


@dataclass(frozen=True, slots=True)
class ContractSummary:
    """A current contract in a list."""

    contract_id: str
    version: str
    status: str | None
    applied_at: datetime
    applied_by: str | None
    source: str | None
    schemas: tuple[BoundSchema, ...]
    name: str | None = None
    origin: str = "odcs"
    managed_by: str | None = None
    row_id: int = 0
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class ContractVersion:
    """One version of a contract that was ever applied."""

    row_id: int
    contract_id: str
    version: str
    api_version: str
    status: str | None
    name: str | None
    content_hash: str
    is_current: bool
    applied_at: datetime
    """When it was applied last."""
    applied_by: str | None
    source: str | None
    origin: str
    managed_by: str | None
    schemas: tuple[BoundSchema, ...]


def current_for(digests: Collection[str], *, session: Session) -> dict[str, list[StoredContract]]:
    """Contracts in force by the digest of the dataset they are bound to, in the order of their ids.

    Their bodies are read when they are asked for, as long as the session lasts.
    """
    wanted = sorted(set(digests))
    rows: list[Any] = []
    for part in chunks(wanted):
        rows += session.execute(_BOUND, {"digests": part}).all()
    rows.sort(key=lambda row: (row.contract_id, row.schema_name))
    bodies = LateBodies({row.id: row.content_hash for row in rows}, session)
    before = previous_versions({row.id for row in rows}, session=session)
    found: dict[str, list[StoredContract]] = {}
    for row in rows:
        found.setdefault(str(row.digest), []).append(
            StoredContract(
                row.contract_id,
                row.version,
                row.status,
                row.name,
                partial(bodies.of, row.id),
                row.content_hash,
                row.schema_name,
                row.origin,
                row.bound_by,
                before.get(row.contract_id),
            )
        )
    return found


_BOUND = (
    select(
        BINDING.c.digest,
        BINDING.c.schema_name,
        BINDING.c.bound_by,
        CONTRACT.c.id,
        CONTRACT.c.contract_id,
        CONTRACT.c.version,
        CONTRACT.c.status,
        CONTRACT.c.name,
        CONTRACT.c.content_hash,
        CONTRACT.c.origin,
    )
    .join(CONTRACT, CONTRACT.c.id == BINDING.c.contract_id)
    .where(in_digests(BINDING.c.digest), CONTRACT.c.is_current.is_(True))
)


def previous_versions(row_ids: Collection[int], *, session: Session) -> dict[str, StoredVersion]:
    """The version of each contract that was applied before the one in force; contracts with one only are left out.

    :param row_ids: of the versions in force.
    :return: by the contract's id.
    """
    wanted = sorted(set(row_ids))
    newest: dict[str, Any] = {}
    for part in chunks(wanted):
        newest |= {row.contract_id: row for row in session.execute(_BEFORE, {"ids": part})}
    bodies = LateBodies({row.id: row.content_hash for row in newest.values()}, session)
    return {
        contract_id: StoredVersion(row.version, row.status, partial(bodies.of, row.id), row.content_hash)
        for contract_id, row in newest.items()
    }


_OLD = CONTRACT.alias("old")
_BEFORE = (
    select(_OLD.c.id, _OLD.c.contract_id, _OLD.c.version, _OLD.c.status, _OLD.c.content_hash)
    .join(CONTRACT, CONTRACT.c.contract_id == _OLD.c.contract_id)
    .where(in_ids(CONTRACT.c.id), _OLD.c.is_current.is_(False))
    .order_by(_OLD.c.applied_at, _OLD.c.id)
)


def bound_datasets(*, session: Session) -> list[DatasetId]:
    """What current contracts are bound to, under the names that it had when they were applied."""
    rows = session.execute(
        select(BINDING.c.namespace, BINDING.c.name)
        .join(CONTRACT, CONTRACT.c.id == BINDING.c.contract_id)
        .where(CONTRACT.c.is_current.is_(True), BINDING.c.digest.is_not(None))
        .distinct()
    )
    return [DatasetId(namespace, name) for namespace, name in rows if namespace and name]


def bindings_in_force(*, session: Session) -> list[tuple[str, str | None, DatasetId]]:
    """(contract id, its status, dataset) of every object that names a dataset."""
    rows = session.execute(
        select(CONTRACT.c.contract_id, CONTRACT.c.status, BINDING.c.namespace, BINDING.c.name)
        .join(BINDING, BINDING.c.contract_id == CONTRACT.c.id)
        .where(CONTRACT.c.is_current.is_(True), BINDING.c.digest.is_not(None))
        .order_by(CONTRACT.c.contract_id)
    )
    return [(row[0], row[1], DatasetId(row[2], row[3])) for row in rows if row[2] and row[3]]


def summaries(
    *, after: str = "", limit: int | None = None, ids: Collection[str] | None = None, session: Session
) -> list[ContractSummary]:
    """Contracts in force with what they are bound to, in the order of their ids.

    :param after: only those whose ids follow.
    :param ids: only these; at most ``CHUNK`` of them.
    """
    query = select(CONTRACT).with_only_columns(*_WITHOUT_BODY).where(CONTRACT.c.is_current.is_(True))
    if after:
        query = query.where(CONTRACT.c.contract_id > after)
    if ids is not None:
        query = query.where(CONTRACT.c.contract_id.in_(sorted(ids)))
    rows = session.execute(query.order_by(CONTRACT.c.contract_id).limit(limit)).all()
    bound = _bindings([row.id for row in rows], session=session)
    return [
        ContractSummary(
            row.contract_id,
            row.version,
            row.status,
            row.applied_at,
            row.applied_by,
            row.source,
            bound.get(row.id, ()),
            row.name,
            row.origin,
            row.managed_by,
            row.id,
            row.content_hash,
        )
        for row in rows
    ]


def versions(contract_id: str, *, session: Session) -> list[ContractVersion]:
    """Every version of a contract, the one that was applied last first."""
    rows = session.execute(
        select(CONTRACT)
        .with_only_columns(*_WITHOUT_BODY)
        .where(CONTRACT.c.contract_id == contract_id)
        .order_by(CONTRACT.c.is_current.desc(), CONTRACT.c.applied_at.desc(), CONTRACT.c.id.desc())
    ).all()
    bound = _bindings([row.id for row in rows], session=session)
    return [
        ContractVersion(
            row.id,
            row.contract_id,
            row.version,
            row.api_version,
            row.status,
            row.name,
            row.content_hash,
            row.is_current,
            row.applied_at,
            row.applied_by,
            row.source,
            row.origin,
            row.managed_by,
            bound.get(row.id, ()),
        )
        for row in rows
    ]


_WITHOUT_BODY = [column for column in CONTRACT.c if column.name != "body"]


def _bindings(row_ids: Collection[int], *, session: Session) -> dict[int, tuple[BoundSchema, ...]]:
    wanted = sorted(row_ids)
    found: dict[int, tuple[BoundSchema, ...]] = {}
    for part in parts(wanted, CHUNK):
        query = (
            select(BINDING)
            .where(BINDING.c.contract_id.in_(part))
            .order_by(BINDING.c.contract_id, BINDING.c.schema_name)
        )
        for row in session.execute(query):
            dataset = DatasetId(row.namespace, row.name) if row.namespace and row.name else None
            bound = BoundSchema(row.schema_name, dataset, row.bound_by, row.detail)
            found[row.contract_id] = (*found.get(row.contract_id, ()), bound)
    return found
