"""Contracts by content, and which of them speak for a dataset."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json, content_hash
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.tables import Contract, ContractDataset
from airflow_lineage_provider.store.upsert import CHUNK

_DETAIL = 2000


@dataclass(frozen=True, slots=True)
class BoundSchema:
    """A schema object and the dataset it speaks for, or ``None`` and the reason in ``detail``."""

    schema_name: str
    dataset: DatasetId | None
    bound_by: str
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class StoredContract:
    """A contract that is current."""

    contract_id: str
    version: str
    status: str | None
    name: str | None
    body: dict[str, Any]
    """The contract in JSON values."""


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


def change_of(data: dict[str, Any], *, session: Session) -> str:
    """What applying ``data`` would do: ``created``, ``updated``, ``restored`` or ``unchanged``."""
    same = session.scalar(select(Contract.is_current).where(Contract.content_hash == content_hash(data)))
    if same is not None:
        return "unchanged" if same else "restored"
    known = session.scalar(select(Contract.id).where(Contract.contract_id == data["id"]).limit(1))
    return "created" if known is None else "updated"


def save(
    data: dict[str, Any],
    bindings: Iterable[BoundSchema],
    *,
    source: str | None,
    applied_by: str | None,
    now: datetime,
    session: Session,
) -> str:
    """Make ``data`` the current version of its contract and write its bindings anew. Returns :func:`change_of`.

    :param data: a valid contract in JSON values.
    """
    change = change_of(data, session=session)
    if change != "unchanged":
        session.execute(
            update(Contract)
            .where(Contract.contract_id == data["id"], Contract.is_current.is_(True))
            .values(is_current=False)
        )
    row = session.scalar(select(Contract).where(Contract.content_hash == content_hash(data)))
    if row is None:
        row = Contract(
            contract_id=data["id"],
            version=data["version"],
            api_version=data["apiVersion"],
            status=data.get("status"),
            name=data.get("name"),
            content_hash=content_hash(data),
            body=zlib.compress(canonical_json(data)),
        )
        session.add(row)
    if change != "unchanged":
        row.is_current, row.applied_at = True, now
        row.applied_by, row.source = applied_by, source[-2000:] if source else None
    session.flush()
    _rebind(row.id, bindings, session=session)
    return change


def current_for(digests: Collection[str], *, session: Session) -> dict[str, list[StoredContract]]:
    """Current contracts by the digest of the dataset they are bound to, in the order of their ids."""
    found: dict[str, list[StoredContract]] = {}
    wanted = sorted(digests)
    read: dict[int, StoredContract] = {}
    for start in range(0, len(wanted), CHUNK):
        rows = session.execute(
            select(
                ContractDataset.digest,
                Contract.id,
                Contract.contract_id,
                Contract.version,
                Contract.status,
                Contract.name,
                Contract.body,
            )
            .join(Contract, Contract.id == ContractDataset.contract_id)
            .where(ContractDataset.digest.in_(wanted[start : start + CHUNK]), Contract.is_current.is_(True))
            .order_by(Contract.contract_id)
        )
        for digest, row_id, contract_id, version, status, name, body in rows:
            if row_id not in read:
                read[row_id] = StoredContract(
                    contract_id, version, status, name, json.loads(zlib.decompress(body))
                )
            contracts = found.setdefault(str(digest), [])
            if read[row_id] not in contracts:
                contracts.append(read[row_id])
    return found


def bound_datasets(*, session: Session) -> list[DatasetId]:
    """What current contracts are bound to, under the names that it had when they were applied."""
    rows = session.execute(
        select(ContractDataset.namespace, ContractDataset.name)
        .join(Contract, Contract.id == ContractDataset.contract_id)
        .where(Contract.is_current.is_(True), ContractDataset.digest.is_not(None))
        .distinct()
    )
    return [DatasetId(namespace, name) for namespace, name in rows if namespace and name]


def summaries(*, session: Session) -> list[ContractSummary]:
    """Every current contract with what it is bound to, in the order of their ids."""
    bound: dict[int, list[BoundSchema]] = {}
    rows = session.execute(
        select(ContractDataset)
        .join(Contract, Contract.id == ContractDataset.contract_id)
        .where(Contract.is_current.is_(True))
        .order_by(ContractDataset.contract_id, ContractDataset.schema_name)
    ).scalars()
    for row in rows:
        dataset = DatasetId(row.namespace, row.name) if row.namespace and row.name else None
        bound.setdefault(row.contract_id, []).append(
            BoundSchema(row.schema_name, dataset, row.bound_by, row.detail)
        )
    current = session.execute(
        select(
            Contract.id,
            Contract.contract_id,
            Contract.version,
            Contract.status,
            Contract.applied_at,
            Contract.applied_by,
            Contract.source,
        )
        .where(Contract.is_current.is_(True))
        .order_by(Contract.contract_id)
    )
    return [
        ContractSummary(
            row.contract_id,
            row.version,
            row.status,
            row.applied_at,
            row.applied_by,
            row.source,
            tuple(bound.get(row.id, ())),
        )
        for row in current
    ]


def _rebind(row_id: int, bindings: Iterable[BoundSchema], *, session: Session) -> None:
    """Replace the bindings of a contract: a connection may have moved since it was applied first."""
    session.execute(delete(ContractDataset).where(ContractDataset.contract_id == row_id))
    session.add_all(
        ContractDataset(
            contract_id=row_id,
            schema_name=binding.schema_name,
            digest=binding.dataset.digest if binding.dataset else None,
            namespace=binding.dataset.namespace if binding.dataset else None,
            name=binding.dataset.name if binding.dataset else None,
            bound_by=binding.bound_by,
            detail=binding.detail[:_DETAIL] if binding.detail else None,
        )
        for binding in bindings
    )
    session.flush()
