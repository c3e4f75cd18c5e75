"""Files that Arrow reads and writes: in C++, where nothing else sees them.

Classes of Python are wrapped where there are any, for functions made of them are seen whoever took them by name and
when. What is a function of C++ itself (CSV, JSON) is seen only where it is looked up in its module.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from airflow_lineage_provider.capture.instrumentation.patches import Patches, Seen
from airflow_lineage_provider.capture.instrumentation.sighting import Act
from airflow_lineage_provider.capture.instrumentation.sources.arrow_filesystem import names_in
from airflow_lineage_provider.capture.instrumentation.sources.arrow_stream import install_streams, names_at
from airflow_lineage_provider.capture.instrumentation.sources.column_types import columns_of_arrow
from airflow_lineage_provider.capture.instrumentation.sources.frame_report import report
from airflow_lineage_provider.capture.instrumentation.sources.pyarrow_orc import install_orc
from airflow_lineage_provider.capture.instrumentation.sources.pyarrow_parquet import install_parquet


def install(module: ModuleType, patches: Patches) -> None:
    """Observe one of Arrow's modules."""
    name = module.__name__
    if name == "pyarrow":
        install_streams(module, patches)
    elif name == "pyarrow.parquet":
        install_parquet(patches)
    elif name == "pyarrow.csv":
        patches.after(module, "read_csv", _table_read("input_file", "csv"))
        patches.after(module, "open_csv", _opened("input_file", "csv"))
        patches.after(module, "write_csv", _table_written("data", "output_file", "csv"))
    elif name == "pyarrow.json":
        patches.after(module, "read_json", _table_read("input_file", "ndjson"))
        patches.after(module, "open_json", _opened("input_file", "ndjson"))
    elif name == "pyarrow.feather":
        reader = "_read_table_internal" if hasattr(module, "_read_table_internal") else "read_table"
        patches.after(module, reader, _table_read("source", "arrow", described=True))
        if (native := sys.modules.get("pyarrow._feather")) is not None:
            patches.after(native, "write_feather", _table_written("table", "dest", "arrow"))
    elif name == "pyarrow.orc":
        install_orc(module, patches)
    elif name == "pyarrow.dataset":
        patches.after(module, "_filesystem_dataset", _dataset_made)
        patches.after(module, "_filesystemdataset_write", _dataset_written)
        patches.after(module, "write_dataset", _rows_written)


def _argument(args: tuple[Any, ...], kwargs: dict[str, Any], place: int, name: str) -> Any:
    return args[place] if len(args) > place else kwargs.get(name)


def _table_read(parameter: str, format: str, *, described: bool = False) -> Seen:
    def seen(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], table: Any) -> None:
        names = names_at(_argument(args, kwargs, 0, parameter))
        whole = described and _argument(args, kwargs, 1, "columns") is None
        # Options to leave out rows are many: what they are set to is the task's business.
        rows = table.num_rows if described or (kwargs.get("read_options") is None and len(args) < 2) else None
        report(Act.READ, names, format, rows=rows, columns=columns_of_arrow(table.schema) if whole else None)

    return seen


def _opened(parameter: str, format: str) -> Seen:
    def seen(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], reader: Any) -> None:
        report(Act.READ, names_at(_argument(args, kwargs, 0, parameter)), format)

    return seen


def _table_written(data: str, target: str, format: str) -> Seen:
    def seen(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        table = _argument(args, kwargs, 0, data)
        names = names_at(_argument(args, kwargs, 1, target))
        rows = getattr(table, "num_rows", None)
        report(Act.WRITE, names, format, rows=rows, columns=columns_of_arrow(table.schema))

    return seen


def _dataset_made(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], dataset: Any) -> None:
    names = names_in(_argument(args, kwargs, 0, "source"), kwargs.get("filesystem"))
    report(Act.READ, names, _format_of(dataset.format))


def _dataset_written(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    # Here the target has its filesystem, whatever the task said.
    data, base, filesystem = args[0], args[1], args[3]
    format = next(filter(None, (_format_of(getattr(part, "format", None)) for part in args[4:])), None)
    report(Act.WRITE, names_in(base, filesystem), format, columns=columns_of_arrow(data.projected_schema))


def _rows_written(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    rows = getattr(_argument(args, kwargs, 0, "data"), "num_rows", None)
    if isinstance(rows, int):
        names = names_in(_argument(args, kwargs, 1, "base_dir"), kwargs.get("filesystem"))
        format = kwargs.get("format")
        report(Act.WRITE, names, format if isinstance(format, str) else None, rows=rows)


def _format_of(format: Any) -> str | None:
    name: str | None = getattr(format, "default_extname", None)
    return "arrow" if name in ("feather", "ipc") else "ndjson" if name == "json" else name
