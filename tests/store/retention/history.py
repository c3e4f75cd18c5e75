"""Histories to be cleaned: made by the real ingest, at the times a test says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.record import Outcome
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.retention.cleaner import Cleaner
from airflow_lineage_provider.store.retention.kind import AGED, ORPHANS, Kind
from airflow_lineage_provider.store.retention.policy import Policy
from airflow_lineage_provider.store.retention.report import Report
from airflow_lineage_provider.store.tables import metadata
from tests.airflow_rows import NOW
from tests.store.stories import Story, core, entry

TODAY = NOW + timedelta(days=1000)
"""When everything is cleaned; runs are made so many days before it."""
DAY = timedelta(days=1)


class History:
    """An engine with committed runs of jobs; Airflow has forgotten all of them by the day they are cleaned."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.sessions = OwnTransactions(lambda: Session(engine, expire_on_commit=False))
        self._runs = 0

    @contextmanager
    def session(self) -> Iterator[Session]:
        with Session(self.engine) as session, session.begin():
            yield session

    def run(
        self,
        days_ago: float,
        task_id: str = "load",
        *,
        state: str = "success",
        outputs: tuple[str, ...] = ("t",),
        columns: tuple[str, ...] = ("id",),
        facet: Any = None,
        is_open: bool = False,
    ) -> int:
        """A run of a task, with its own DAG run; returns the id of its row."""
        self._runs += 1
        # Airflow takes one run of a DAG for a moment, and the later told of two is the newer.
        at = TODAY - timedelta(days=days_ago) + timedelta(milliseconds=self._runs)
        with self.session() as session:
            story = Story(session, run_id=f"h{self._runs}", at=at)
            ti_id = story.attempt(task_id, state=state, started_at=at, ended_at=at + timedelta(seconds=5))
            listed = tuple(Column(name, "integer") for name in columns)
            record = core(
                ti_id,
                Outcome.SUCCESS if state == "success" else Outcome.FAILED,
                inputs=[entry("raw")],
                outputs=[entry(name, columns=listed) for name in outputs],
                run_facets={"note": facet if facet is not None else {"run": self._runs}},
            )
            record.ended_at = (at + timedelta(seconds=4)).isoformat()
            run_id = story.ingest(record, task_id, now=at + timedelta(minutes=1))
            if not is_open:
                table = metadata.tables["lineage_open_dag_run"]
                session.execute(table.delete().where(table.c.dag_run_id == story.dag_run_id))
        return run_id

    def cleaner(self, **fields: Any) -> Cleaner:
        return Cleaner(policy(**fields), self.sessions, pause=lambda seconds: None)

    def clean(self, **fields: Any) -> dict[str, int]:
        """Rows that went, by kind; kinds of which none went are left out."""
        return gone(self.cleaner(**fields).clean())

    def count(self, **fields: Any) -> dict[str, int]:
        return gone(self.cleaner(**fields).count())

    def ids(self, table: str = "lineage_run", column: str = "id") -> list[int]:
        with self.session() as session:
            each = metadata.tables[table].c[column]
            return list(session.scalars(select(each).order_by(each)))

    def rows(self, table: str) -> list[Any]:
        with self.session() as session:
            return list(session.execute(select(metadata.tables[table])))

    def size(self, table: str) -> int:
        with self.session() as session:
            return session.scalar(select(func.count()).select_from(metadata.tables[table])) or 0

    def snapshot(self, *names: str) -> dict[str, list[Any]]:
        return {name: sorted(map(tuple, self.rows(name)), key=repr) for name in names}

    def dangling(self) -> list[str]:
        """Columns that name a row which is not there, foreign keys or not."""
        found = []
        pairs = [(key.parent, key.column) for table in metadata.tables.values() for key in table.foreign_keys]
        run_id = metadata.tables["lineage_run"].c.id
        for name in ("lineage_edge", "lineage_column_edge"):
            pairs.append((metadata.tables[name].c.last_run_id, run_id))
        pairs.append((metadata.tables["lineage_dataset_schema"].c.run_id, run_id))
        with self.session() as session:
            for column, target in pairs:
                target_ids = select(target)
                query = select(func.count()).where(
                    column.is_not(None), column != 0, column.not_in(target_ids)
                )
                if session.scalar(query):
                    found.append(str(column))
        return found


def policy(
    *,
    kinds: frozenset[Kind] = frozenset((*AGED, *ORPHANS)),
    last_runs: int = 1,
    now: datetime = TODAY,
    ages: Mapping[Kind, timedelta] | None = None,
    **days: float,
) -> Policy:
    """``policy(runs=30)``: runs are kept 30 days, the rest for ever."""
    by_name = {kind.value.replace("-", "_"): kind for kind in Kind}
    aged = {by_name[name]: timedelta(days=count) for name, count in days.items()}
    return Policy(now=now, ages={**(ages or {}), **aged}, last_runs=last_runs, kinds=kinds)


def gone(report: Report | None) -> dict[str, int]:
    assert report is not None
    assert report.is_complete
    return {swept.kind.value: swept.rows for swept in report.swept if swept.rows}
