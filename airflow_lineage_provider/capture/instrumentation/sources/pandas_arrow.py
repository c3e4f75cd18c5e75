"""Files that pandas leaves to Arrow: Parquet (with either of its engines), Feather and ORC."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sighting import Act
from airflow_lineage_provider.capture.instrumentation.sources.arrow_filesystem import names_in
from airflow_lineage_provider.capture.instrumentation.sources.column_types import columns_of_pandas
from airflow_lineage_provider.capture.instrumentation.sources.frame_report import known_columns, report
from airflow_lineage_provider.model.io_entry import Column

Call = tuple[Any, tuple[Any, ...], dict[str, Any]]
"""Instance, positional and keyword arguments."""


def install_arrow(patches: Patches) -> None:
    """Observe the engines that frames ask, whatever they were imported from, and the methods that have none."""
    module = sys.modules.get("pandas.io.parquet")
    for name in ("PyArrowImpl", "FastParquetImpl"):
        if (engine := getattr(module, name, None)) is not None:
            patches.after(engine, "read", _read)
            patches.wrap(engine, "write", _writer("parquet", _asked_of_engine))
    if (frame := getattr(sys.modules.get("pandas.core.frame"), "DataFrame", None)) is not None:
        patches.wrap(frame, "to_feather", _writer("arrow", _asked_of_frame))
        patches.wrap(frame, "to_orc", _writer("orc", _asked_of_frame))


def _read(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], frame: Any) -> None:
    names = names_in(args[0] if args else kwargs.get("path"), kwargs.get("filesystem"))
    whole = kwargs.get("filters") is None and len(args) < 3
    projected = kwargs.get("columns") is not None or len(args) > 1
    # pyarrow knows better what is in the file, and was there first.
    columns = known_columns(names) or (None if projected or not whole else _columns(frame, None))
    report(Act.READ, names, "parquet", rows=len(frame) if whole else None, columns=columns)


def _asked_of_engine(call: Call) -> tuple[Any, Any]:
    _, args, kwargs = call
    return args[0] if args else kwargs["df"], args[1] if len(args) > 1 else kwargs.get("path")


def _asked_of_frame(call: Call) -> tuple[Any, Any]:
    frame, args, kwargs = call
    return frame, args[0] if args else kwargs.get("path")


def _writer(format: str, asked: Callable[[Call], tuple[Any, Any]]) -> Callable[..., Any]:
    def wrapper(wrapped: Any, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if not OBSERVER.active:
            return wrapped(*args, **kwargs)
        frame, names, before = None, list[str](), None
        try:
            frame, target = asked((instance, args, kwargs))
            names = names_in(target, kwargs.get("filesystem"))
            before = known_columns(names)
        except Exception as error:
            OBSERVER.failed("pandas", error)
        result = wrapped(*args, **kwargs)
        try:
            if OBSERVER.active and names:
                columns = known_columns(names)
                if columns is None or columns is before:
                    # Nobody below has told, who knows what the objects in a column became.
                    columns = _columns(frame, False if format == "arrow" else kwargs.get("index"))
                report(Act.WRITE, names, format, rows=len(frame), columns=columns)  # type: ignore[arg-type]
        except Exception as error:
            OBSERVER.failed("pandas", error)
        return result

    return wrapper


def _columns(frame: Any, index: bool | None) -> tuple[Column, ...]:
    """Columns of the file: an index that only counts is kept as a note in it, if nobody asks for more."""
    if index is None:
        index = type(frame.index).__name__ != "RangeIndex"
    columns = columns_of_pandas(frame, index=index, unnamed="__index_level_{}__")
    levels = frame.index.nlevels if index else 0
    # Arrow puts the index behind the columns.
    return columns[levels:] + columns[:levels]
