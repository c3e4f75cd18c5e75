"""ORC files that Arrow reads and writes."""

from __future__ import annotations

from threading import local
from types import ModuleType
from typing import Any

from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sighting import Act
from airflow_lineage_provider.capture.instrumentation.sources.arrow_filesystem import names_in
from airflow_lineage_provider.capture.instrumentation.sources.arrow_stream import names_at
from airflow_lineage_provider.capture.instrumentation.sources.column_types import columns_of_arrow
from airflow_lineage_provider.capture.instrumentation.sources.frame_report import report

_NAMES = "_lineage_names"
"""Where a writer keeps the names that it was made with."""
_ROWS = "_lineage_rows"
_resolved = local()
"""What a thread's reader was asked for last, until the file that it opened there is read."""


def install_orc(module: ModuleType, patches: Patches) -> None:
    """Observe the classes that Arrow's ORC functions are made of."""
    patches.after(module, "_resolve_filesystem_and_path", _path_resolved)
    if (reader := getattr(module, "ORCFile", None)) is not None:
        patches.after(reader, "__init__", _opened)
    if (writer := getattr(module, "ORCWriter", None)) is not None:
        patches.after(writer, "__init__", _writer_made)
        patches.after(writer, "write", _written)


def _path_resolved(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], found: Any) -> None:
    filesystem, path = found
    _resolved.names = names_in(path, filesystem) if filesystem is not None else []


def _opened(file: Any, args: tuple[Any, ...], kwargs: dict[str, Any], _: Any) -> None:
    source = args[0] if args else kwargs.get("source")
    names = names_at(source)
    if not names and type(source).__name__ == "NativeFile":
        names, _resolved.names = getattr(_resolved, "names", []), []
    if names:
        report(Act.READ, names, "orc", rows=file.nrows, columns=columns_of_arrow(file.schema))


def _writer_made(writer: Any, args: tuple[Any, ...], kwargs: dict[str, Any], _: Any) -> None:
    names = names_at(args[0] if args else kwargs.get("where"))
    setattr(writer, _NAMES, names)
    report(Act.WRITE, names, "orc")


def _written(writer: Any, args: tuple[Any, ...], kwargs: dict[str, Any], _: Any) -> None:
    names = getattr(writer, _NAMES, None)
    if names:
        table = args[0] if args else kwargs["table"]
        rows = getattr(writer, _ROWS, 0) + table.num_rows
        setattr(writer, _ROWS, rows)
        report(Act.WRITE, names, "orc", rows=rows, columns=columns_of_arrow(table.schema))
