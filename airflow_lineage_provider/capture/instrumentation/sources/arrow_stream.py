"""Arrow's own files and streams: opened in C++, and silent about where they lead."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any
from weakref import WeakKeyDictionary

from airflow_lineage_provider.capture.instrumentation.patches import Patches, Seen
from airflow_lineage_provider.capture.instrumentation.sighting import Act
from airflow_lineage_provider.capture.instrumentation.sources.arrow_filesystem import names_in
from airflow_lineage_provider.capture.instrumentation.sources.column_types import columns_of_arrow
from airflow_lineage_provider.capture.instrumentation.sources.frame_report import report
from airflow_lineage_provider.capture.instrumentation.sources.target import name_of

_opened: WeakKeyDictionary[Any, str] = WeakKeyDictionary()
"""Names of the native files that the task has opened while it was observed."""


def names_at(target: Any, filesystem: Any = None) -> list[str]:
    """Names of what an Arrow reader or writer was given: paths in a filesystem, Python's files or Arrow's own."""
    if filesystem is None:
        try:
            known = _opened.get(target)
        except TypeError:
            known = None
        if known is not None:
            return [known]
    return names_in(target, filesystem)


def install_streams(module: ModuleType, patches: Patches) -> None:
    """Observe native files, and the readers and writers of Arrow's own format."""
    # OSFile is a class, and a task may ask what is of it: there is nothing that could stand in its place.
    patches.after(module, "memory_map", _file_opened("path", "r"))
    patches.after(module, "create_memory_map", _file_opened("path", "w"))
    patches.after(module, "input_stream", _file_opened("source", "r"))
    patches.after(module, "output_stream", _file_opened("source", "w"))
    patches.on_undo(_opened.clear)
    ipc = sys.modules.get("pyarrow.ipc")
    for name in ("RecordBatchFileWriter", "RecordBatchStreamWriter"):
        if (writer := getattr(ipc, name, None)) is not None:
            patches.after(writer, "__init__", _writer_made)
    for name in ("RecordBatchFileReader", "RecordBatchStreamReader"):
        if (reader := getattr(ipc, name, None)) is not None:
            patches.after(reader, "__init__", _reader_made)


def _file_opened(parameter: str, mode: str) -> Seen:
    def seen(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], file: Any) -> None:
        name = name_of(args[0] if args else kwargs.get(parameter))
        if name is None:
            return
        _opened[file] = name
        chosen = mode
        if parameter == "path" and mode == "r":
            chosen = args[1] if len(args) > 1 else kwargs.get("mode", mode)
        act = Act.UPDATE if "+" in chosen else Act.READ if "r" in chosen else Act.WRITE
        report(act, [name], None)

    return seen


def _writer_made(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    names = names_at(args[0] if args else kwargs.get("sink"))
    schema = args[1] if len(args) > 1 else kwargs.get("schema")
    report(Act.WRITE, names, "arrow", columns=columns_of_arrow(schema))


def _reader_made(reader: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    names = names_at(args[0] if args else kwargs.get("source"))
    report(Act.READ, names, "arrow", columns=columns_of_arrow(reader.schema) if names else None)
