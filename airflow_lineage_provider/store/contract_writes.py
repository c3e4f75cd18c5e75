"""Which version of a contract is in force, and what it is bound to. Every change is told to the audit."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json, content_hash
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store import audit
from airflow_lineage_provider.store.contract_bodies import CONTRACT
from airflow_lineage_provider.store.tables import ContractDataset
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import insert_missing
from airflow_lineage_provider.store.watermarks import WATERMARK

BINDING = core_table(ContractDataset)
LOCK = "contracts"
BY_ASSET = "asset"
"""``bound_by`` of what the extra of an asset says."""
_MAX_DETAIL = 2000
_MAX_SOURCE = 2000
_MAX_FOLDER = 500
_MAX_ACTOR = 250


@dataclass(frozen=True, slots=True)
class BoundSchema:
    """A schema object and the dataset it speaks for, or ``None`` and the reason in ``detail``."""

    schema_name: str
    dataset: DatasetId | None
    bound_by: str
    detail: str | None = None

    def to_wire(self) -> dict[str, Any]:
        """JSON object: ``schema, namespace, name, bound_by, detail``."""
        return {
            "schema": self.schema_name,
            "namespace": self.dataset.namespace if self.dataset else None,
            "name": self.dataset.name if self.dataset else None,
            "bound_by": self.bound_by,
            "detail": self.detail,
        }


@dataclass(frozen=True, slots=True)
class Retracted:
    """A contract that has no version in force any more."""

    contract_id: str
    version: str
    source: str | None


def hold_contracts(*, now: datetime, session: Session) -> None:
    """Let nobody else change contracts until this transaction ends: of each, one version at most is in force."""
    insert_missing(WATERMARK, [{"name": LOCK, "value": 0, "updated_at": now}], session=session)
    session.execute(
        WATERMARK.update().where(WATERMARK.c.name == LOCK).values(value=WATERMARK.c.value + 1, updated_at=now)
    )


def change_of(data: dict[str, Any], *, session: Session) -> str:
    """What applying ``data`` would do: ``created``, ``updated``, ``restored`` or ``unchanged``."""
    same = session.scalar(select(CONTRACT.c.is_current).where(CONTRACT.c.content_hash == content_hash(data)))
    if same is not None:
        return "unchanged" if same else "restored"
    known = session.scalar(select(CONTRACT.c.id).where(CONTRACT.c.contract_id == data["id"]).limit(1))
    return "created" if known is None else "updated"


def save(
    data: dict[str, Any],
    bindings: Iterable[BoundSchema],
    *,
    source: str | None,
    applied_by: str | None,
    origin: str = "odcs",
    managed_by: str | None = None,
    now: datetime,
    session: Session,
) -> str:
    """Make ``data`` the version in force of its contract and write its bindings anew. Returns :func:`change_of`.

    :param data: a valid contract in JSON values.
    :param source: where it was read.
    :param origin: what it was read from.
    :param managed_by: folder whose files come and go as contracts do; ``None``: applied by hand.
    """
    hold_contracts(now=now, session=session)
    change = change_of(data, session=session)
    digest = content_hash(data)
    row_id = session.scalar(select(CONTRACT.c.id).where(CONTRACT.c.content_hash == digest))
    bound = _with_assets(data["id"], bindings, session=session)
    if change != "unchanged":
        session.execute(
            CONTRACT.update()
            .where(CONTRACT.c.contract_id == data["id"], CONTRACT.c.is_current.is_(True))
            .values(is_current=False)
        )
    told = {
        # The end of a long path says more than its beginning.
        "source": source[-_MAX_SOURCE:] if source else None,
        "origin": origin,
        "managed_by": _cut(managed_by, _MAX_FOLDER),
    }
    actor = _cut(applied_by, _MAX_ACTOR)
    if row_id is None:
        inserted = session.execute(
            CONTRACT.insert().values(
                contract_id=data["id"],
                version=data["version"],
                api_version=data["apiVersion"],
                status=data.get("status"),
                name=data.get("name"),
                content_hash=digest,
                body=zlib.compress(canonical_json(data)),
                is_current=True,
                applied_at=now,
                applied_by=actor,
                **told,
            )
        )
        row_id = int(inserted.inserted_primary_key[0])  # type: ignore[attr-defined]
    elif change != "unchanged":
        session.execute(
            CONTRACT.update()
            .where(CONTRACT.c.id == row_id)
            .values(is_current=True, applied_at=now, applied_by=actor, **told)
        )
    else:
        # A file may have moved, or a folder begun to be watched.
        moved = [CONTRACT.c[key].is_distinct_from(value) for key, value in told.items()]
        if session.scalar(select(CONTRACT.c.id).where(CONTRACT.c.id == row_id, or_(*moved))) is not None:
            session.execute(CONTRACT.update().where(CONTRACT.c.id == row_id).values(**told))
    unbound = _rebind(row_id, bound, session=session)
    if change != "unchanged" or unbound is not None:
        _tell(
            {
                "action": change if change != "unchanged" else "rebound",
                "contract_id": data["id"],
                "version": data["version"],
                "content_hash": digest,
                **told,
                "bindings": [binding.to_wire() for binding in bound],
                "unbound": _named(unbound or ()),
            },
            actor=actor,
            now=now,
            session=session,
        )
    return change


def retract(
    contract_ids: Iterable[str],
    *,
    reason: str,
    actor: str | None,
    managed_by: str | None = None,
    now: datetime,
    session: Session,
) -> list[Retracted]:
    """Take contracts out of force. Their versions are kept, and applying one restores it.

    :param managed_by: only what is in force because of this folder still.
    :return: those that were in force.
    """
    wanted = sorted(set(contract_ids))
    if not wanted:
        return []
    hold_contracts(now=now, session=session)
    found = []
    for contract_id in wanted:
        query = select(CONTRACT.c.id, CONTRACT.c.version, CONTRACT.c.content_hash, CONTRACT.c.source).where(
            CONTRACT.c.contract_id == contract_id, CONTRACT.c.is_current.is_(True)
        )
        if managed_by is not None:
            query = query.where(CONTRACT.c.managed_by == managed_by)
        row = session.execute(query).first()
        if row is None:
            continue
        session.execute(CONTRACT.update().where(CONTRACT.c.id == row.id).values(is_current=False))
        _tell(
            {
                "action": "retracted",
                "contract_id": contract_id,
                "version": row.version,
                "content_hash": row.content_hash,
                "source": row.source,
                "reason": reason,
            },
            actor=actor,
            now=now,
            session=session,
        )
        found.append(Retracted(contract_id, row.version, row.source))
    return found


def rebind(
    row_id: int,
    bindings: Sequence[BoundSchema],
    *,
    contract_id: str,
    version: str,
    actor: str | None,
    now: datetime,
    session: Session,
) -> bool:
    """Write the bindings of a version anew. Returns whether any changed."""
    hold_contracts(now=now, session=session)
    unbound = _rebind(row_id, bindings, session=session)
    if unbound is not None:
        _tell(
            {
                "action": "rebound",
                "contract_id": contract_id,
                "version": version,
                "bindings": [binding.to_wire() for binding in bindings],
                "unbound": _named(unbound),
            },
            actor=actor,
            now=now,
            session=session,
        )
    return unbound is not None


def _rebind(
    row_id: int, bindings: Iterable[BoundSchema], *, session: Session
) -> tuple[DatasetId, ...] | None:
    """Replace the bindings of a contract: a connection may have moved since it was applied first.

    Returns the datasets that it does not speak for any more; ``None``: nothing has changed.
    """
    rows = [_row(row_id, binding) for binding in bindings]
    known = [
        dict(row._mapping) for row in session.execute(select(BINDING).where(BINDING.c.contract_id == row_id))
    ]
    if sorted(known, key=_by_schema) == sorted(rows, key=_by_schema):
        return None
    session.execute(BINDING.delete().where(BINDING.c.contract_id == row_id))
    if rows:
        session.execute(BINDING.insert(), rows)
    bound = {row["digest"] for row in rows}
    return tuple(
        DatasetId(row["namespace"], row["name"])
        for row in sorted(known, key=_by_schema)
        if row["digest"] is not None and row["digest"] not in bound
    )


def _with_assets(contract_id: str, bindings: Iterable[BoundSchema], *, session: Session) -> list[BoundSchema]:
    """Bindings, with what an asset says of objects that name no dataset themselves kept as it is in force."""
    given = list(bindings)
    if all(binding.dataset is not None for binding in given):
        return given
    query = (
        select(BINDING)
        .join(CONTRACT, CONTRACT.c.id == BINDING.c.contract_id)
        .where(
            CONTRACT.c.contract_id == contract_id,
            CONTRACT.c.is_current.is_(True),
            BINDING.c.bound_by == BY_ASSET,
        )
    )
    kept = {row.schema_name: row for row in session.execute(query)}
    return [
        BoundSchema(binding.schema_name, DatasetId(row.namespace, row.name), BY_ASSET, row.detail)
        if binding.dataset is None and (row := kept.get(binding.schema_name)) is not None
        else binding
        for binding in given
    ]


def _row(row_id: int, binding: BoundSchema) -> dict[str, Any]:
    dataset = binding.dataset
    return {
        "contract_id": row_id,
        "schema_name": binding.schema_name,
        "digest": dataset.digest if dataset else None,
        "namespace": dataset.namespace if dataset else None,
        "name": dataset.name if dataset else None,
        "bound_by": binding.bound_by,
        "detail": _cut(binding.detail, _MAX_DETAIL),
    }


def _named(datasets: Iterable[DatasetId]) -> list[dict[str, str]]:
    return [{"namespace": dataset.namespace, "name": dataset.name} for dataset in datasets]


def _by_schema(row: dict[str, Any]) -> str:
    return str(row["schema_name"])


def _cut(text: str | None, longest: int) -> str | None:
    return text[:longest] if text else None


def _tell(payload: dict[str, Any], *, actor: str | None, now: datetime, session: Session) -> None:
    audit.append("contract", payload, actor=actor, subject=payload["contract_id"], now=now, session=session)
