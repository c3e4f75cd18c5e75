"""While DAG files are read nothing reaches the metadata database: neither their code nor ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_DOORS = (
    "engine",
    "async_engine",
    "Session",
    "AsyncSession",
    "NonScopedSession",
    "get_session",
    "get_engine",
)
"""Names in ``airflow.settings`` that lead to the database."""


class DatabaseRefused(RuntimeError):
    """Somebody asked for the metadata database."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__("the metadata database is not to be reached from a DAG file")


def _refuse(*args: Any, **kwargs: Any) -> Any:
    raise DatabaseRefused


@contextmanager
def no_database() -> Iterator[None]:
    """Refuse whoever asks Airflow for its database, as the DAG processor does.

    Without it a DAG file that asks would wait for a server that is not there.
    """
    from airflow import settings

    kept = {name: settings.__dict__[name] for name in _DOORS if name in settings.__dict__}
    for name in kept:
        setattr(settings, name, _refuse)
    try:
        yield
    finally:
        for name, door in kept.items():
            setattr(settings, name, door)
