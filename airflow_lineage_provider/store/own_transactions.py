"""Short transactions on Airflow's engine, outside anybody's scope."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.store.watermarks import take_write_lock


class OwnTransactions:
    """Makes a session for each piece of work.

    :param factory: makes one; by default on Airflow's engine.
    """

    def __init__(self, factory: Callable[[], Session] | None = None) -> None:
        self._factory = factory or own_session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        session = self._factory()
        try:
            yield session
        finally:
            session.close()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes from its start; committed at the end, rolled back by an exception."""
        with self.reading() as session, session.begin():
            take_write_lock(session=session)
            yield session


def own_session() -> Session:
    """A session on Airflow's engine, which is nobody else's."""
    from airflow import settings

    engine: Any = settings.get_engine()
    return Session(bind=engine, expire_on_commit=False)
