"""Parquet files that Arrow reads and writes."""

from __future__ import annotations

import sys
from typing import Any

from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sighting import Act
from airflow_lineage_provider.capture.instrumentation.sources.arrow_stream import names_at
from airflow_lineage_provider.capture.instrumentation.sources.column_types import columns_of_arrow
from airflow_lineage_provider.capture.instrumentation.sources.frame_report import report

_NAMES = "_lineage_names"
"""Where a writer or a reader keeps the names that it was made with."""
_ROWS = "_lineage_rows"


def install_parquet(patches: Patches) -> None:
    """Observe the classes that all of Arrow's Parquet functions are made of."""
    module = sys.modules.get("pyarrow.parquet.core") or sys.modules.get("pyarrow.parquet")
    if (writer := getattr(module, "ParquetWriter", None)) is not None:
        patches.after(writer, "__init__", _writer_made)
        # What writes batches makes tables of them.
        patches.after(writer, "write_table", _written)
    if (file := getattr(module, "ParquetFile", None)) is not None:
        patches.after(file, "__init__", _file_opened)
    if (dataset := getattr(module, "ParquetDataset", None)) is not None:
        patches.after(dataset, "__init__", _dataset_made)
        patches.after(dataset, "read", _dataset_read)


def _writer_made(writer: Any, args: tuple[Any, ...], kwargs: dict[str, Any], _: Any) -> None:
    where = args[0] if args else kwargs.get("where")
    schema = args[1] if len(args) > 1 else kwargs.get("schema")
    filesystem = args[2] if len(args) > 2 else kwargs.get("filesystem")
    names = names_at(where, filesystem)
    setattr(writer, _NAMES, names)
    report(Act.WRITE, names, "parquet", columns=columns_of_arrow(schema))


def _written(writer: Any, args: tuple[Any, ...], kwargs: dict[str, Any], _: Any) -> None:
    names = getattr(writer, _NAMES, None)
    if names:
        table = args[0] if args else kwargs["table"]
        rows = getattr(writer, _ROWS, 0) + table.num_rows
        setattr(writer, _ROWS, rows)
        report(Act.WRITE, names, "parquet", rows=rows)


def _file_opened(file: Any, args: tuple[Any, ...], kwargs: dict[str, Any], _: Any) -> None:
    source = args[0] if args else kwargs.get("source")
    columns = columns_of_arrow(file.schema_arrow)
    report(
        Act.READ,
        names_at(source, kwargs.get("filesystem")),
        "parquet",
        rows=file.metadata.num_rows,
        columns=columns,
    )


def _dataset_made(dataset: Any, args: tuple[Any, ...], kwargs: dict[str, Any], _: Any) -> None:
    paths = args[0] if args else kwargs.get("path_or_paths")
    filesystem = args[1] if len(args) > 1 else kwargs.get("filesystem")
    names = names_at(paths, filesystem)
    setattr(dataset, _NAMES, names)
    report(Act.READ, names, "parquet")


def _dataset_read(dataset: Any, args: tuple[Any, ...], kwargs: dict[str, Any], table: Any) -> None:
    names = getattr(dataset, _NAMES, None)
    if names:
        whole = getattr(dataset, "_filter_expression", None) is None
        projected = (args[0] if args else kwargs.get("columns")) is not None
        columns = columns_of_arrow(table.schema) if not projected else None
        report(Act.READ, names, "parquet", rows=table.num_rows if whole else None, columns=columns)
