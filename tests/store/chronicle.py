"""Runs as short as a test wants to write them: what they touched, when, and how they ended."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.store.facets import link_facets
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.run_io import RUN_IO
from airflow_lineage_provider.store.schemas import record_schemas
from airflow_lineage_provider.store.tables import RunFacet, core_table
from tests.airflow_rows import NOW
from tests.store.landscape import Landscape

Columns = dict[str, str]


def columns_of(columns: Columns) -> list[Column]:
    return [Column(name, kind) for name, kind in columns.items()]


class Chronicle(Landscape):
    """A landscape with a history. Edges come with the runs."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._edges: set[tuple[int, int, str]] = set()

    def run(
        self,
        job: str = "shop.load",
        *,
        reads: tuple[str, ...] = (),
        writes: tuple[str, ...] = (),
        at: datetime = NOW,
        seconds: float = 10,
        state: str = "success",
        columns: dict[str, Columns] | None = None,
        rows: int | None = None,
        statements: tuple[str, ...] = (),
        external: bool = False,
        parent_run: UUID | None = None,
        facets: dict[str, Any] | None = None,
        **values: Any,
    ) -> int:
        """Row id of a new run that ended at ``at``."""
        job_id = self.job(job, external=external)
        ids = {name: self.dataset(name) for name in (*reads, *writes)}
        row: dict[str, Any] = {
            "job_id": job_id,
            "ti_id": None if external else uuid4(),
            "external_digest": uuid4() if external else None,
            "parent_run_id": parent_run,
            "dag_run_id": None,
            "run_id": None if external else at.isoformat(),
            "openlineage_run_id": uuid4(),
            "state": state,
            "capture": "external" if external else "recorded",
            "started_at": at - timedelta(seconds=seconds),
            "ended_at": at,
            "recorded_at": at + timedelta(seconds=1),
            **values,
        }
        run_id = self.session.execute(insert(RUN).values(**row)).inserted_primary_key[0]
        schemas = record_schemas(
            {ids[name]: columns_of(wanted) for name, wanted in (columns or {}).items()},
            at=at,
            run_id=run_id,
            session=self.session,
        )
        entries = [
            (name, direction)
            for names, direction in ((reads, Direction.INPUT), (writes, Direction.OUTPUT))
            for name in names
        ]
        written = "updated" if state == "success" else "attempted"
        for name, direction in entries:
            is_output = direction is Direction.OUTPUT
            self.session.execute(
                insert(RUN_IO).values(
                    run_id=run_id,
                    dataset_id=ids[name],
                    direction=direction.value,
                    evidence=4,
                    state=written if is_output else "read",
                    schema_id=schemas.get(ids[name]),
                    row_count=rows if is_output else None,
                )
            )
            if (job_id, ids[name], direction.value) not in self._edges:
                self._edges.add((job_id, ids[name], direction.value))
                self.edge(job_id, ids[name], direction.value, last_run_id=run_id, last_seen=at)
        bodies = dict(facets or {})
        if statements:
            bodies["statements"] = [
                {"fingerprint": text, "kind": "SELECT", "sql": f"SELECT {text}", "conn_id": "db"}
                for text in statements
            ]
        link_facets(core_table(RunFacet), "run_id", run_id, bodies, session=self.session)
        return int(run_id)

    def uuid_of(self, run_id: int) -> UUID:
        found = self.session.scalar(select(RUN.c.openlineage_run_id).where(RUN.c.id == run_id))
        assert found is not None
        return found
