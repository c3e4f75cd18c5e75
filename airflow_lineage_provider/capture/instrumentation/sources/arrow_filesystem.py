"""Names of files in filesystem objects: Arrow's own, fsspec's, and each inside the other."""

from __future__ import annotations

import os
from typing import Any

from airflow_lineage_provider.capture.instrumentation.sources.target import bounded, name_of, names_of

_SCHEMES = {"s3": "s3", "gcs": "gs", "hdfs": "hdfs", "abfs": "abfs"}
"""Arrow's names of filesystems and the schemes of what is in them."""


def names_in(target: Any, filesystem: Any = None) -> list[str]:
    """Names of a path, or of a list of them, in a filesystem; without one, as :func:`names_of` gives them."""
    if filesystem is None:
        return names_of(target)
    if isinstance(target, (list, tuple)):
        return bounded(name_in(part, filesystem) for part in target)
    name = name_in(target, filesystem)
    return [name] if name is not None else []


def name_in(target: Any, filesystem: Any) -> str | None:
    """Absolute path or URI of a path in a filesystem; ``None`` if the two do not say."""
    if isinstance(target, os.PathLike):
        target = os.fsdecode(target)
    if isinstance(filesystem, str):
        # "s3://bucket/folder": the path is below.
        base = name_of(filesystem)
        return f"{base.rstrip('/')}/{target.lstrip('/')}" if base and isinstance(target, str) else None
    if not isinstance(target, str) or "://" in target:
        return name_of(target)
    for _ in range(8):
        kind = getattr(filesystem, "type_name", None)
        if kind == "subtree":
            target = f"{filesystem.base_path.rstrip('/')}/{target.lstrip('/')}"
            filesystem = filesystem.base_fs
        elif kind is not None and kind.startswith("py::"):
            filesystem = filesystem.handler.fs
        elif kind == "local":
            return name_of(target)
        elif kind is not None:
            scheme = _SCHEMES.get(kind)
            return f"{scheme}://{target.lstrip('/')}" if scheme else None
        else:
            return _name_in_fsspec(target, filesystem)
    return None


def _name_in_fsspec(target: str, filesystem: Any) -> str | None:
    unstrip = getattr(filesystem, "unstrip_protocol", None)
    return name_of(unstrip(target)) if unstrip is not None else None
