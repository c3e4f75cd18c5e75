"""A mailbox, the drainer that empties it, and what stands in the tables afterwards."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.mailbox.drainer import Drainer
from airflow_lineage_provider.mailbox.key import MailboxKey
from airflow_lineage_provider.model.record import LineageRecord
from airflow_lineage_provider.store.tables import DeadLetter, metadata
from tests.airflow_rows import add_attempt, add_dag_run, add_state, state_keys


class Office:
    """Each call is a transaction of its own, as it is between workers and servers."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.drainer = self.new_drainer()
        with self.session() as session:
            self.dag_run_id = add_dag_run(session)

    def new_drainer(self) -> Drainer:
        return Drainer(lambda: Session(self.engine, expire_on_commit=False))

    @contextmanager
    def session(self) -> Iterator[Session]:
        with Session(self.engine) as session, session.begin():
            yield session

    def attempt(self, task_id: str = "load", **fields: Any) -> UUID:
        with self.session() as session:
            return add_attempt(session, task_id, **fields)

    def post(self, key: MailboxKey | str, value: Any, **fields: Any) -> int:
        with self.session() as session:
            return add_state(session, self.dag_run_id, str(key), value, **fields)

    def post_record(self, record: LineageRecord, *, try_number: int = 1, **fields: Any) -> int:
        row = "abc" if record.kind.value == "park" else None
        return self.post(MailboxKey(try_number, record.kind.value, row), record.to_wire(), **fields)

    def keys(self) -> list[str]:
        """What still stands in Airflow's task state store."""
        with self.session() as session:
            return state_keys(session)

    def letters(self) -> list[tuple[str, str]]:
        """(key, reason) of each dead letter, oldest first."""
        with self.session() as session:
            query = select(DeadLetter.mailbox_key, DeadLetter.reason).order_by(DeadLetter.id)
            return [(row[0], row[1]) for row in session.execute(query)]

    def letter_texts(self) -> list[str]:
        """What is kept of each dead letter's payload."""
        with self.session() as session:
            return [
                zlib.decompress(payload).decode("utf-8")
                for payload in session.scalars(select(DeadLetter.payload).order_by(DeadLetter.id))
            ]

    def count(self, table: str) -> int:
        with self.session() as session:
            return session.scalar(select(func.count()).select_from(metadata.tables[table])) or 0

    def counts(self, *but: str) -> dict[str, int]:
        """Rows in each table of ours."""
        return {name: self.count(name) for name in sorted(metadata.tables) if name not in but}
