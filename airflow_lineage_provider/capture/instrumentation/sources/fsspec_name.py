"""Names of what is in the filesystems of fsspec."""

from __future__ import annotations

import os
import sys
from typing import Any
from urllib.parse import urlsplit

from airflow_lineage_provider.capture.instrumentation.observer import Name
from airflow_lineage_provider.capture.instrumentation.sources.address import object_name_of, web_name

_SCHEMES = {
    "s3a": "s3",
    "s3n": "s3",
    "gcs": "gs",
    "local": "file",
    "abfs": "abfss",
    "az": "abfss",
    "adl": "abfss",
}
_DELEGATING = frozenset({"dir", "reference", "generic", "asyncwrapper", "async_wrapper"})
"""They open files of other filesystems, which tell of them."""
_UNNAMEABLE = frozenset({"data", "git", "github", "gist", "jupyter", "dask"})
_HOSTLESS = frozenset({"memory", "gs"})
_ASSUMED_PORTS = {"ftp": 21, "sftp": 22, "ssh": 22, "smb": 445, "hdfs": 8020}
_MAX_DEPTH = 8


def name_in(filesystem: Any, path: Any) -> Name | None:
    """Name of a path in a filesystem; ``None`` for what has none or is told of elsewhere.

    Local paths are absolute, others URIs of the scheme that is usual for what they name. A cache stands for what it
    caches, an archive's member for the archive.
    """
    for _ in range(_MAX_DEPTH):
        if _is(filesystem, "fsspec.implementations.cached", "CachingFileSystem"):
            path, filesystem = filesystem._strip_protocol(path), filesystem.fs
        elif _is(filesystem, "fsspec.archive", "AbstractArchiveFileSystem"):
            archive = getattr(filesystem, "of", None)
            path, filesystem = getattr(archive, "path", None), getattr(archive, "fs", None)
            if path is None or filesystem is None:
                return None
        else:
            return _name(filesystem, protocol_of(filesystem), str(filesystem._strip_protocol(path)))
    return None


def protocol_of(filesystem: Any) -> str:
    """First protocol of a filesystem, which may have several."""
    protocol = filesystem.protocol
    return str(protocol if isinstance(protocol, str) else protocol[0])


def cache_folders(filesystem: Any) -> tuple[str, ...]:
    """Local folders that a filesystem keeps copies in: they are no data of their own."""
    if not _is(filesystem, "fsspec.implementations.cached", "CachingFileSystem"):
        return ()
    return tuple(os.path.abspath(folder) + "/" for folder in filesystem.storage)


def _name(filesystem: Any, protocol: str, path: str) -> Name | None:
    scheme = _SCHEMES.get(protocol, protocol)
    if not path or protocol in _DELEGATING or protocol in _UNNAMEABLE:
        return None
    if scheme == "file":
        return os.path.normpath(path) if path.startswith("/") else None
    if scheme in ("http", "https"):
        return web_name(path)
    if scheme == "s3":
        return object_name_of("s3", path.partition("?versionId=")[0])
    if scheme == "abfss":
        account = getattr(filesystem, "account_name", None)
        container, _, key = path.partition("/")
        service = f"@{account}.dfs.core.windows.net" if account else ""
        return object_name_of("abfss", f"{container}{service}/{key}")
    host = None if scheme in _HOSTLESS else _host(filesystem, scheme)
    return object_name_of(scheme, f"{host}/{path.lstrip('/')}" if host else path.lstrip("/"))


def _host(filesystem: Any, scheme: str) -> str | None:
    """``host[:port]`` that a filesystem connects to, if it has one."""
    if scheme == "webhdfs":
        return urlsplit(str(filesystem.url)).netloc.rpartition("@")[2]
    options = filesystem.storage_options
    host = getattr(filesystem, "host", None) or options.get("host")
    if not isinstance(host, str) or not host:
        return None
    port = getattr(filesystem, "port", None) or options.get("port")
    # Only what was asked for by name: "default" is a host to Hadoop.
    return f"{host}:{port}" if port and port != _ASSUMED_PORTS.get(scheme) else host


def _is(filesystem: Any, module: str, name: str) -> bool:
    """Tell whether it is of a class whose module nobody may have imported."""
    kind = getattr(sys.modules.get(module), name, None)
    return isinstance(kind, type) and isinstance(filesystem, kind)
