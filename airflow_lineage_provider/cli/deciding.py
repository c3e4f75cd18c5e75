"""A session for commands that decide something, whose refusals are one line for the user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from airflow_lineage_provider.cli.command import CommandError

MOST_DAYS = 36_500
"""What is longer is refused as well, and Python can still count it."""


@contextmanager
def deciding() -> Iterator[Any]:
    """A session; what cannot be decided ends the command with its reason."""
    from airflow.utils.session import create_session

    from airflow_lineage_provider.store.decisions.approval import InvalidDecision

    try:
        with create_session(scoped=False) as session:
            yield session
    except InvalidDecision as error:
        raise CommandError(str(error)) from None
