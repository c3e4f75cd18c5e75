"""Files that polars reads and writes: in Rust, where nothing else sees them.

The static methods of the Rust classes are wrapped, which every reader asks while it runs, whoever took it by name and
when. They know names only; rows and columns come from the readers themselves as the module ``polars`` has them.

A scan is reported when it is made. Whether and when a plan is collected cannot be seen from its scans.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches, Seen
from airflow_lineage_provider.capture.instrumentation.sighting import Act
from airflow_lineage_provider.capture.instrumentation.sources.column_types import columns_of_polars
from airflow_lineage_provider.capture.instrumentation.sources.frame_report import report
from airflow_lineage_provider.capture.instrumentation.sources.polars_writers import install_writers
from airflow_lineage_provider.capture.instrumentation.sources.target import names_of

_READ = {
    "new_from_csv": "csv",
    "new_from_parquet": "parquet",
    "new_from_ipc": "arrow",
    "new_from_ndjson": "ndjson",
    "new_from_scan_lines": "text",
    "read_csv": "csv",
    "read_parquet": "parquet",
    "read_ipc": "arrow",
    "read_ipc_stream": "arrow",
    "read_json": "json",
    "read_ndjson": "ndjson",
    "read_avro": "avro",
}
"""Static methods of the Rust classes and what they read."""
_TABLE = "new_from_dataset_object"
"""The static method that is given a table of many files, before any of them is looked at."""
_READERS = {
    "read_csv": "csv",
    "read_parquet": "parquet",
    "read_ipc": "arrow",
    "read_ipc_stream": "arrow",
    "read_json": "json",
    "read_ndjson": "ndjson",
    "read_avro": "avro",
    "read_excel": "excel",
    "read_ods": "ods",
    "read_delta": "delta",
    "scan_delta": "delta",
    "read_lines": "text",
}
_DESCRIBED = frozenset({"parquet", "arrow", "avro", "delta"})
"""Formats that say themselves which columns they have."""
_NARROWING = ("n_rows", "skip_rows", "skip_rows_after_header", "skip_lines", "row_groups", "read_options")
_PROJECTING = (
    "columns",
    "row_index_name",
    "include_file_paths",
    "schema",
    "hive_schema",
    "hive_partitioning",
)
_SOURCES = ("source", "sources", "path", "paths")


def install(module: ModuleType, patches: Patches) -> None:
    """Observe polars."""
    for owner in ("PyLazyFrame", "PyDataFrame"):
        if (rust := _rust_class(module, owner)) is not None:
            for method, format in _READ.items():
                if method in vars(rust):
                    patches.after(rust, method, _scanned(format))
            if _TABLE in vars(rust):
                patches.after(rust, _TABLE, _table_scanned)
    for function, format in _READERS.items():
        if function in vars(module):
            patches.after(module, function, _read(format))
    install_writers(module, patches)


def _rust_class(module: ModuleType, name: str) -> type | None:
    for extension in ("_plr", "polars"):
        found = getattr(getattr(module, extension, None), name, None)
        if isinstance(found, type):
            return found
    return None


def _scanned(format: str) -> Seen:
    def seen(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        targets = [*args[:2], *(kwargs[word] for word in _SOURCES if word in kwargs)]
        pattern = kwargs.get("glob", getattr(kwargs.get("scan_options"), "glob", True))
        for target in targets:
            names = [name for name in _names(target, bool(pattern)) if not _is_part_of_table(name)]
            report(Act.READ, names, format)

    return seen


def _table_scanned(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    table = args[0] if args else None
    if type(table).__name__ == "DeltaDataset":
        report(Act.READ, _names(getattr(table, "table_uri_", None), False), "delta")


def _read(format: str) -> Seen:
    def seen(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], frame: Any) -> None:
        target = args[0] if args else kwargs.get("source")
        names = _names(getattr(target, "table_uri", target), kwargs.get("glob", True))
        height = getattr(frame, "height", None)
        if height is None:
            # A scan, or a dict of sheets.
            report(Act.READ, names, format)
            return
        projected = len(args) > 1 or any(kwargs.get(word) is not None for word in _PROJECTING)
        report(
            Act.READ,
            names,
            format,
            rows=None if any(kwargs.get(word) for word in _NARROWING) or not frame.width else height,
            columns=columns_of_polars(frame.schema) if format in _DESCRIBED and not projected else None,
        )

    return seen


def _names(target: Any, pattern: bool) -> list[str]:
    # To polars bytes are data, not a path.
    return [] if isinstance(target, (bytes, bytearray)) else names_of(target, pattern=pattern)


def _is_part_of_table(name: str) -> bool:
    """Whether a file is one of those that a table which was read consists of."""
    folder = name
    for _ in range(6):
        folder = folder.rpartition("/")[0]
        if not folder:
            return False
        detail = OBSERVER.details.get(folder)
        if detail is not None and detail.format == "delta":
            return True
    return False
