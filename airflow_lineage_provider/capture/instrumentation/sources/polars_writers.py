"""Files that the frames of polars write themselves into."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from airflow_lineage_provider.capture.instrumentation.patches import Patches, Seen
from airflow_lineage_provider.capture.instrumentation.sighting import Act
from airflow_lineage_provider.capture.instrumentation.sources.column_types import columns_of_polars
from airflow_lineage_provider.capture.instrumentation.sources.frame_report import appended, report
from airflow_lineage_provider.capture.instrumentation.sources.target import names_of

_WRITERS = {
    "write_csv": "csv",
    "write_parquet": "parquet",
    "write_ipc": "arrow",
    "write_ipc_stream": "arrow",
    "write_json": "json",
    "write_ndjson": "ndjson",
    "write_avro": "avro",
    "write_excel": "excel",
    "write_delta": "delta",
}
_SINKS = {
    "sink_csv": "csv",
    "sink_parquet": "parquet",
    "sink_ipc": "arrow",
    "sink_ndjson": "ndjson",
    "sink_delta": "delta",
}
_TARGETS = ("file", "path", "target", "workbook")
_BASES = ("_pl_partition_by", "base_path", "_base_path")
"""Where the ways to write a frame into many files keep the directory."""


def install_writers(module: ModuleType, patches: Patches) -> None:
    """Observe every method that writes files."""
    for owner, methods, seen in (("DataFrame", _WRITERS, _written), ("LazyFrame", _SINKS, _sunk)):
        if isinstance(found := getattr(module, owner, None), type):
            for method, format in methods.items():
                patches.after(found, method, seen(format))


def _written(format: str) -> Seen:
    def seen(frame: Any, args: tuple[Any, ...], kwargs: dict[str, Any], _: Any) -> None:
        names = _names(args, kwargs, format)
        if names:
            rows = frame.height
            if kwargs.get("mode") == "append":
                rows = appended(names, rows)
            report(Act.WRITE, names, format, rows=rows, columns=columns_of_polars(frame.schema))

    return seen


def _sunk(format: str) -> Seen:
    """A sink that is to run later is reported when it is made: the plan that runs it may be another one."""

    def seen(frame: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        names = _names(args, kwargs, format)
        if names:
            # Its columns would be asked of its sources once more, and those of a task's own may take their time.
            report(Act.WRITE, names, format)

    return seen


def _names(args: tuple[Any, ...], kwargs: dict[str, Any], format: str) -> list[str]:
    target = args[0] if args else next((kwargs[word] for word in _TARGETS if word in kwargs), None)
    if format == "excel":
        if target is None:
            target = "dataframe.xlsx"
        if hasattr(target, "add_worksheet"):
            target = getattr(target, "filename", None)
        elif not str(target).lower().endswith((".xlsx", ".xlsm", ".xlsb", ".xls")):
            target = f"{target}.xlsx" if isinstance(target, str) else target
    for attribute in _BASES:
        target = getattr(target, attribute, target)
    return names_of(getattr(target, "table_uri", target))
