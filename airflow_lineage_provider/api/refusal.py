"""What cannot be decided, as an answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import HTTPException, status

from airflow_lineage_provider.store.decisions.approval import InvalidDecision, UnknownDecision


@contextmanager
def refusing() -> Iterator[None]:
    """Answer 404 where there is no such thing, and 400 with the reason where it cannot be decided so."""
    try:
        yield
    except UnknownDecision as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from None
    except InvalidDecision as error:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, str(error)) from None
