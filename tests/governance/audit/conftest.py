"""A chain of entries that tests can damage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.audit.checkpoint import Checkpoint, Checkpoints
from airflow_lineage_provider.governance.audit.reseal import reseal
from airflow_lineage_provider.governance.audit.sealer import HEAD, seal
from airflow_lineage_provider.governance.audit.verification import Verification
from airflow_lineage_provider.governance.audit.verifier import Verifier
from airflow_lineage_provider.store.audit import AUDIT, append
from airflow_lineage_provider.store.own_transactions import OwnTransactions

START = datetime(2026, 6, 1, 12, 0, 0, 123456, tzinfo=UTC)


class Ledger:
    """The audit of one database."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.sessions = OwnTransactions(lambda: Session(engine))
        self._taken = 0

    def append(self, count: int = 1, kind: str = "waiver", **payload: Any) -> None:
        with self.sessions.writing() as session:
            for _ in range(count):
                self._taken += 1
                append(
                    kind,
                    payload or {"number": self._taken, "reason": "ä" * 20},
                    actor=None if self._taken % 3 == 0 else f"user {self._taken}",
                    subject=f"thing {self._taken}",
                    now=START + timedelta(minutes=self._taken),
                    session=session,
                )

    def seal(self, batch: int = 1_000) -> int:
        return seal(self.sessions, batch=batch)

    def filled(self, count: int) -> Ledger:
        self.append(count)
        self.seal()
        return self

    def verify(self, checkpoints: Sequence[Checkpoint] = (), **options: Any) -> Verification:
        with self.sessions.reading() as session:
            return Verifier(session, checkpoints=checkpoints, **options).verify()

    def checkpoint(self) -> Checkpoint:
        with self.sessions.reading() as session:
            taken = Checkpoints().take(START, session=session)
        assert taken is not None
        return taken

    def reseal(self, reason: str = "restored", checkpoints: Sequence[Checkpoint] = ()) -> Verification:
        with self.sessions.writing() as session:
            return reseal(reason, actor="me", checkpoints=checkpoints, now=START, session=session)

    def change(self, seq: int, /, **values: Any) -> None:
        with self.sessions.writing() as session:
            session.execute(AUDIT.update().where(AUDIT.c.seq == seq).values(values))

    def remove(self, *places: int) -> None:
        with self.sessions.writing() as session:
            session.execute(AUDIT.delete().where(AUDIT.c.seq.in_(places)))

    def set_head(self, **values: Any) -> None:
        with self.sessions.writing() as session:
            session.execute(HEAD.update().values(values) if values else HEAD.delete())

    def entry(self, seq: int) -> Any:
        with self.sessions.reading() as session:
            return session.execute(select(AUDIT).where(AUDIT.c.seq == seq)).one()

    def places(self) -> list[int]:
        with self.sessions.reading() as session:
            return list(
                session.scalars(select(AUDIT.c.seq).where(AUDIT.c.seq.is_not(None)).order_by(AUDIT.c.seq))
            )


@pytest.fixture
def ledger(committed: Any) -> Ledger:
    return Ledger(committed)
