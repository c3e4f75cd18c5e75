"""Files that pandas' frames and series write themselves into: methods, so that it matters to nobody who imported what."""

from __future__ import annotations

import sys
from typing import Any

from airflow_lineage_provider.capture.instrumentation.patches import Patches, Seen
from airflow_lineage_provider.capture.instrumentation.sighting import Act
from airflow_lineage_provider.capture.instrumentation.sources.column_types import columns_of_pandas
from airflow_lineage_provider.capture.instrumentation.sources.frame_report import appended, report
from airflow_lineage_provider.capture.instrumentation.sources.target import appendable, name_of

_WRITERS: dict[str, dict[str, tuple[str, str, bool | None, str | None]]] = {
    "pandas.core.generic.NDFrame": {
        "to_csv": ("path_or_buf", "csv", True, None),
        "to_json": ("path_or_buf", "json", None, None),
        "to_pickle": ("path", "pickle", None, None),
        "to_excel": ("excel_writer", "excel", True, None),
        "to_latex": ("buf", "latex", True, None),
    },
    "pandas.core.frame.DataFrame": {
        "to_stata": ("path", "stata", True, "index"),
        "to_xml": ("path_or_buffer", "xml", True, "index"),
        "to_html": ("buf", "html", True, None),
        "to_markdown": ("buf", "markdown", True, None),
        "to_string": ("buf", "text", True, None),
    },
}  # fmt: skip
"""Per class and method: the target's parameter, the format, whether the index is written unless told otherwise
(``None``: never as a column), and what a nameless one is called."""


def install_writers(patches: Patches) -> None:
    """Observe every method that writes a file."""
    for path, methods in _WRITERS.items():
        module, _, owner = path.rpartition(".")
        if (found := getattr(sys.modules.get(module), owner, None)) is None:
            continue
        for method, how in methods.items():
            patches.after(found, method, _written(*how))


def _written(parameter: str, format: str, index: bool | None, unnamed: str | None) -> Seen:
    def seen(data: Any, args: tuple[Any, ...], kwargs: dict[str, Any], _: Any) -> None:
        target = args[0] if args else kwargs.get(parameter)
        name = name_of(target) if target is not None else None
        if name is None:
            return
        rows = len(data)
        if appendable(kwargs.get("mode")):
            rows = appended([name], rows)
        frame = data if data.ndim == 2 else data.to_frame()
        header = kwargs.get("header")
        columns = columns_of_pandas(
            frame,
            only=kwargs.get("columns"),
            names=header if isinstance(header, (list, tuple)) else None,
            index=index is not None and bool(kwargs.get(_INDEX.get(format, "index"), index)),
            unnamed=kwargs.get("index_label") if isinstance(kwargs.get("index_label"), str) else unnamed,
        )
        told = "ndjson" if format == "json" and kwargs.get("lines") else format
        report(Act.WRITE, [name], told, rows=rows, columns=columns)

    return seen


_INDEX = {"stata": "write_index"}
"""Where the switch for the index is not called ``index``."""
