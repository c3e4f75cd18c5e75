"""What contracts say in vain: schema objects that speak for no dataset, and files that are no contracts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.closest import closest_datasets
from airflow_lineage_provider.store.contract_bodies import CONTRACT, read_bodies
from airflow_lineage_provider.store.contract_problems import file_problems
from airflow_lineage_provider.store.contract_writes import BINDING

RETIRED = "retired"


@dataclass(frozen=True, slots=True)
class LooseRow:
    """An unbound schema object of a contract in force, or a watched file that cannot be applied."""

    contract_id: str | None
    version: str | None
    schema_name: str | None
    source: str | None
    reason: str
    closest: tuple[DatasetId, ...] = ()
    """Known datasets that it may mean, best first."""
    problems: tuple[str, ...] = ()
    """Of a file: ``line 7, schema[0].name: is missing``"""
    status: str | None = None
    body: Mapping[str, Any] | None = None
    """The contract that is in force: owner and channel stand in it. Shared: nobody may change it."""


def loose_contracts(*, session: Session) -> list[LooseRow]:
    """All of them, by contract and schema object; files after that. A retired contract promises nothing, so it misses nothing."""
    rows = session.execute(
        select(
            CONTRACT.c.id,
            CONTRACT.c.contract_id,
            CONTRACT.c.version,
            CONTRACT.c.status,
            CONTRACT.c.content_hash,
            CONTRACT.c.source,
            BINDING.c.schema_name,
            BINDING.c.detail,
        )
        .join(BINDING, BINDING.c.contract_id == CONTRACT.c.id)
        .where(CONTRACT.c.is_current.is_(True), BINDING.c.digest.is_(None))
        .order_by(CONTRACT.c.contract_id, BINDING.c.schema_name)
    ).all()
    rows = [row for row in rows if not is_retired(row.status)]
    bodies = read_bodies({row.id: row.content_hash for row in rows}, session=session)
    closest = closest_datasets(session=session) if rows else None
    found = [
        LooseRow(
            row.contract_id,
            row.version,
            row.schema_name,
            row.source,
            row.detail or "no reason is known; apply it again",
            closest.to(physical_name(bodies[row.id], row.schema_name)) if closest else (),
            status=row.status,
            body=bodies[row.id],
        )
        for row in rows
    ]
    return found + _files(session=session)


def physical_name(body: Mapping[str, Any], schema_name: str) -> str:
    """What a schema object of a contract is called where it is stored, as far as the contract says."""
    for item in body.get("schema") or ():
        if item.get("name") == schema_name:
            return str(item.get("physicalName") or schema_name).strip()
    return schema_name


def is_retired(status: str | None) -> bool:
    """Whether a contract of this status promises nothing any more."""
    return (status or "").strip().casefold() == RETIRED


def _files(*, session: Session) -> list[LooseRow]:
    problems = file_problems(session=session)
    ids = sorted({problem.contract_id for problem in problems if problem.contract_id})
    current: dict[str, Any] = {}
    if ids:
        query = select(CONTRACT.c.id, CONTRACT.c.contract_id, CONTRACT.c.version, CONTRACT.c.content_hash)
        for row in session.execute(query.where(CONTRACT.c.is_current.is_(True))):
            if row.contract_id in ids:
                current[row.contract_id] = row
    bodies = read_bodies({row.id: row.content_hash for row in current.values()}, session=session)
    found = []
    for problem in problems:
        held = current.get(problem.contract_id or "")
        lines = problem.lines()
        stays = f"; version {held.version} stays in force" if held is not None else ""
        count = f"{len(lines)} problems" if len(lines) != 1 else "1 problem"
        found.append(
            LooseRow(
                problem.contract_id,
                held.version if held is not None else None,
                None,
                problem.source,
                f"{count} in {problem.source}{stays}",
                problems=lines,
                body=bodies[held.id] if held is not None else None,
            )
        )
    return found
