"""Reports of the libraries that read and write tables: one act, its names, and what it knows of the content."""

from __future__ import annotations

from collections.abc import Sequence

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.sighting import Act, Detail, Trace
from airflow_lineage_provider.model.io_entry import Column


def report(
    act: Act,
    names: Sequence[str],
    format: str | None,
    *,
    rows: int | None = None,
    columns: tuple[Column, ...] | None = None,
) -> None:
    """Report an act on each of the names. How many rows each of several has is not known."""
    alone = len(names) == 1
    for name in names:
        OBSERVER.saw(act, name, Detail(format, rows=rows if alone else None, columns=columns))


def appended(names: Sequence[str], rows: int) -> int:
    """Rows that this attempt has written once ``rows`` more were added to a file."""
    if len(names) == 1 and OBSERVER.traces.get(names[0], 0) & Trace.OUTPUT:
        detail = OBSERVER.details.get(names[0])
        if detail is not None and detail.rows is not None:
            return detail.rows + rows
    return rows


def known_columns(names: Sequence[str]) -> tuple[Column, ...] | None:
    """Columns reported so far of the only name."""
    detail = OBSERVER.details.get(names[0]) if len(names) == 1 else None
    return detail.columns if detail is not None else None
