"""What tests of the table libraries ask of what was observed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.sighting import Detail, Trace
from airflow_lineage_provider.capture.instrumentation.switch import switch_off, switch_on

READ, WRITTEN = Trace.INPUT, Trace.OUTPUT


@contextmanager
def observed(*sources: str) -> Iterator[None]:
    """Observe a block, and have no source complain about what it saw."""
    switch_on(frozenset(sources))
    try:
        yield
    finally:
        switch_off()
    assert OBSERVER.errors == {}


def seen() -> dict[str, int]:
    """File names without directories, and what was done to them."""
    return {os.path.basename(str(name)): int(trace) for name, trace in OBSERVER.traces.items()}


def detail(name: Any) -> Detail:
    """What is known of a file, by its name in the working directory or its URI."""
    found = OBSERVER.details.get(str(name) if "://" in str(name) else os.path.abspath(name))
    assert found is not None, f"{name} is not among {list(OBSERVER.details)}"
    return found


def types(name: Any) -> dict[str, str | None]:
    """Columns of a file and their types."""
    return {column.name: column.type for column in detail(name).columns or ()}


def attributes(*owners: type | ModuleType) -> list[dict[str, Any]]:
    """Everything that could have been replaced, to compare by identity."""
    return [{name: value for name, value in vars(owner).items() if callable(value)} for owner in owners]


def assert_same(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    for old, new in zip(before, after, strict=True):
        assert {name for name in old if new.get(name) is not old[name]} == set()
