"""Files that pandas reads and writes.

A DAG file says ``from pandas import read_csv`` long before its task is observed, and keeps the function that it got.
So what the readers look up while they run is wrapped rather than the readers: the function that opens files in each
of pandas' modules, and methods of its classes. Where values are parsed and warned about no wrapper is on the stack if
that can be had: pandas would take it for the caller whom its warnings are meant for.
"""

from __future__ import annotations

import os
import sys
from types import ModuleType
from typing import Any

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches, Seen
from airflow_lineage_provider.capture.instrumentation.sighting import Act
from airflow_lineage_provider.capture.instrumentation.sources.column_types import columns_of_pandas
from airflow_lineage_provider.capture.instrumentation.sources.frame_report import known_columns, report
from airflow_lineage_provider.capture.instrumentation.sources.pandas_arrow import install_arrow
from airflow_lineage_provider.capture.instrumentation.sources.pandas_writers import install_writers
from airflow_lineage_provider.capture.instrumentation.sources.target import name_of

_OPENERS = {
    "pandas.io.parsers.readers": "csv",
    "pandas.io.json._json": "json",
    "pandas.io.pickle": "pickle",
    "pandas.io.feather_format": "arrow",
    "pandas.io.orc": "orc",
    "pandas.io.parquet": "parquet",
    "pandas.io.stata": "stata",
    "pandas.io.excel._base": "excel",
    "pandas.io.html": "html",
    "pandas.io.xml": "xml",
    "pandas.io.sas.sas_xport": "xport",
    "pandas.io.sas.sas7bdat": "sas7bdat",
    "pandas.core.frame": "markdown",
}
"""Modules that have the function that opens files among their globals."""
_NAME = "lineage_name"
"""Where an open file's handles keep the name it was opened under, for when it is closed."""


def install(module: ModuleType, patches: Patches) -> None:
    """Observe pandas."""
    for name, format in _OPENERS.items():
        if (opener := sys.modules.get(name)) is not None:
            patches.after(opener, "get_handle", _opened(format))
    _install_readers(module, patches)
    install_arrow(patches)
    install_writers(patches)


def _install_readers(module: ModuleType, patches: Patches) -> None:
    text = sys.modules.get("pandas.io.parsers.readers")
    if text is not None:
        patches.after(text, "_read_csv_parallel", _read_in_parallel)
        _after_method(patches, text, "TextFileReader", "__exit__", _text_closed)
    _after_method(patches, sys.modules.get("pandas.io.json._json"), "JsonReader", "read", _json_read)
    _after_method(patches, sys.modules.get("pandas.io.excel._base"), "BaseExcelReader", "parse", _sheet_read)
    _after_method(patches, sys.modules.get("pandas.io.stata"), "StataReader", "read", _stata_read)
    _after_method(
        patches, sys.modules.get("pandas.io.pytables"), "HDFStore", "_create_storer", _hdf_group_opened
    )
    if (html := sys.modules.get("pandas.io.html")) is not None:
        patches.after(html, "_parse", _html_read)
    for function, format in (("read_pickle", "pickle"), ("read_feather", "arrow"), ("read_orc", "orc")):
        patches.after(module, function, _file_read(format))
    patches.after(module, "read_xml", _file_read("xml"))
    patches.after(module, "read_spss", _file_read("spss"))
    # SAS has two formats, and file names that tell them.
    patches.after(module, "read_sas", _file_read(None))


def _after_method(patches: Patches, module: ModuleType | None, owner: str, name: str, seen: Seen) -> None:
    if (found := getattr(module, owner, None)) is not None:
        patches.after(found, name, seen)


def _opened(format: str) -> Seen:
    def seen(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], handles: Any) -> None:
        name = name_of(args[0] if args else kwargs.get("path_or_buf"))
        mode = args[1] if len(args) > 1 else kwargs.get("mode")
        if name is None or not isinstance(mode, str):
            return
        act = Act.UPDATE if "+" in mode else Act.READ if "r" in mode else Act.WRITE
        report(act, [name], format)
        setattr(handles, _NAME, name)

    return seen


def _text_closed(reader: Any, args: tuple[Any, ...], kwargs: dict[str, Any], _: Any) -> None:
    name = getattr(reader.handles, _NAME, None)
    if name is None or any(part is not None for part in args):
        return
    options = reader.orig_options
    format = "fwf" if reader.engine == "python-fwf" else "csv"
    whole = not _given(options, "nrows", "skiprows", "skipfooter", "chunksize", "iterator")
    # The pyarrow engine does not count.
    rows = reader._currow if whole and reader.engine != "pyarrow" else None
    report(Act.READ, [name], format, rows=rows)


def _read_in_parallel(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], frame: Any) -> None:
    name = name_of(args[0] if args else kwargs.get("filepath"))
    if frame is None or name is None:
        # What it could not read in parts is read again in one.
        return
    options = args[1] if len(args) > 1 else kwargs.get("kwds", {})
    rows = None if _given(options, "skiprows", "skipfooter") else len(frame)
    report(Act.READ, [name], "csv", rows=rows)


def _json_read(reader: Any, args: tuple[Any, ...], kwargs: dict[str, Any], frame: Any) -> None:
    name = getattr(reader.handles, _NAME, None)
    if name is not None:
        rows = None if reader.nrows is not None or reader.chunksize is not None else len(frame)
        report(Act.READ, [name], "ndjson" if reader.lines else "json", rows=rows)


def _sheet_read(workbook: Any, args: tuple[Any, ...], kwargs: dict[str, Any], frame: Any) -> None:
    name = getattr(workbook.handles, _NAME, None)
    # Several sheets come as a dict, and one of several says little about the workbook.
    if name in OBSERVER.traces and hasattr(frame, "columns") and len(workbook.sheet_names) == 1:
        rows = None if _given(kwargs, "nrows", "skiprows", "skipfooter") else len(frame)
        report(Act.READ, [name], "excel", rows=rows)


def _stata_read(reader: Any, args: tuple[Any, ...], kwargs: dict[str, Any], frame: Any) -> None:
    name = name_of(reader._original_path_or_buf)
    if name in OBSERVER.traces and not args and not _given(kwargs, "nrows"):
        report(Act.READ, [name], "stata", rows=len(frame))


def _hdf_group_opened(store: Any, args: tuple[Any, ...], kwargs: dict[str, Any], _: Any) -> None:
    """Asked for before anything is read, and with the value before anything is written."""
    name = name_of(store._path)
    if name is None:
        return
    value = args[2] if len(args) > 2 else kwargs.get("value")
    if value is None:
        report(Act.READ, [name], "hdf5")
    else:
        columns = columns_of_pandas(value) if getattr(value, "ndim", 0) == 2 else None
        report(Act.WRITE, [name], "hdf5", columns=columns)


def _html_read(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], tables: Any) -> None:
    name = name_of(args[1] if len(args) > 1 else kwargs.get("io"))
    # The parser opens files itself; what is no file is HTML.
    if name is not None and (name in OBSERVER.traces or os.path.isfile(name)):
        report(Act.READ, [name], "html")


def _file_read(format: str | None) -> Seen:
    """Details of a reader that is a function: unseen if a DAG file has taken it by name before."""

    def seen(_: Any, args: tuple[Any, ...], kwargs: dict[str, Any], frame: Any) -> None:
        target = args[0] if args else next((kwargs[word] for word in _FIRST if word in kwargs), None)
        name = name_of(target)
        if name is None or not hasattr(frame, "index"):
            return
        if format == "xml" and name not in OBSERVER.traces:
            # XML itself, not where it is.
            return
        rows = None if _given(kwargs, "filters", "xpath", "chunksize", "iterator") else len(frame)
        columns = known_columns([name])
        if columns is None and format in ("arrow", "orc") and len(args) < 2 and not _given(kwargs, "columns"):
            columns = columns_of_pandas(frame)
        report(Act.READ, [name], format or name.rpartition(".")[2].lower(), rows=rows, columns=columns)

    return seen


_FIRST = ("filepath_or_buffer", "path", "path_or_buffer")
"""What pandas calls the first parameter of its readers."""


def _given(options: dict[str, Any], *names: str) -> bool:
    """Whether any option is more than its default of ``None``, ``False`` or 0."""
    for name in names:
        value = options.get(name)
        if not (value is None or value is False or (type(value) is int and value == 0 and name != "nrows")):
            return name != "xpath" or value != "./*"
    return False
