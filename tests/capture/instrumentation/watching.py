"""What tests of single sources ask of what was observed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from airflow_lineage_provider.capture.instrumentation.noise import is_noise, prefixes
from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.sighting import Trace
from airflow_lineage_provider.capture.instrumentation.switch import switch_off, switch_on

READ, WRITTEN, GONE, DROPPED = Trace.INPUT, Trace.OUTPUT, Trace.GONE, Trace.DROPPED


@contextmanager
def watching(*sources: str, errors: bool = False) -> Iterator[None]:
    """Observe a block; unless ``errors`` are expected, no source may complain about what it saw."""
    switch_on(frozenset(sources), prefixes())
    try:
        yield
    finally:
        switch_off()
    assert errors or OBSERVER.errors == {}


def seen(below: Path | None = None) -> dict[str, int]:
    """Names and their traces, without noise; those of files as paths relative to a folder, and only those in it."""
    traces: dict[Any, int] = OBSERVER.traces
    names = {name: trace for name, trace in traces.items() if not (isinstance(name, str) and is_noise(name))}
    if below is None:
        return {str(name): trace for name, trace in names.items()}
    prefix = f"{below}/"
    return {
        str(name).removeprefix(prefix): trace for name, trace in names.items() if str(name).startswith(prefix)
    }
