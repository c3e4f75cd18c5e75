"""Paths that are no data: what Python, Airflow and the machine open for themselves."""

from __future__ import annotations

import os
import re
import sys
from functools import cache, lru_cache

from airflow_lineage_provider.model.dataset_id import strip_credentials

_SYSTEM = ("/proc/", "/sys/", "/dev/", "/etc/", "/run/", "/var/run/", "/var/cache/", "/var/lib/dpkg/", "/lib/", "/lib64/", "/bin/", "/sbin/", "/boot/", "/snap/")  # fmt: skip
_INSTALLED = ("lib/", "lib64/", "libexec/", "bin/", "sbin/", "include/", "share/", "etc/", "ssl/", "conda-meta/")  # fmt: skip
"""Folders of software below ``/usr`` or the root of an environment. Not all below it: images keep the home of
Airflow in ``/usr/local/airflow``, and a project its data beside its environment's folders."""
_VARIABLES = ("GOOGLE_APPLICATION_CREDENTIALS", "AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CA_BUNDLE", "AZURE_FEDERATED_TOKEN_FILE", "KUBECONFIG", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PGPASSFILE", "PGSERVICEFILE", "NETRC", "KRB5_CONFIG", "AIRFLOW_CONFIG")  # fmt: skip
"""Environment variables that name a file of settings or credentials."""
_ENDINGS = (".py", ".pyc", ".pyo", ".pyi", ".pyd", ".so", ".pth", ".lock", ".lck", ".pid", ".sock", ".pem", ".crt", ".key", ".p12", ".pfx", ".jks", ".keytab", "/airflow.cfg", "/airflow.db", "/.env", "/.airflowignore", *(f"{database}-{side}" for database in (".db", ".db3", ".sqlite", ".sqlite3") for side in ("wal", "shm", "journal")))  # fmt: skip
_PARTS = ("/site-packages/", "/dist-packages/", "/__pycache__/", "/node_modules/", "/.git/", ".egg-info/", ".dist-info/")  # fmt: skip
_PART = re.compile("|".join(map(re.escape, _PARTS)))
_TEMPORARY = re.compile(r"/(?:(?:tmp|airflowtmp|pymp-)[a-z0-9_]{8}|\.#[^/]*)(?![^./])")
"""Names that ``tempfile``, BashOperator and ``multiprocessing`` make up."""


def prefixes(*folders: str | None) -> tuple[str, ...]:
    """Beginnings of noisy paths: interpreter and machine, and the given folders (DAG bundle, logs, plugins).

    A folder may be a URI, such as that of an XCom backend.
    """
    named = (os.path.abspath(path) for name in _VARIABLES if (path := os.environ.get(name)))
    return (*_constant_prefixes(), *(_folder(folder) for folder in folders if folder), *named)


@cache
def _constant_prefixes() -> tuple[str, ...]:
    roots = {_folder(path) for path in ("/usr", "/usr/local", sys.prefix, sys.base_prefix, sys.exec_prefix)}
    home = _folder(os.path.expanduser("~"))
    return (
        *_SYSTEM,
        *(root + name for root in sorted(roots) for name in _INSTALLED),
        _folder(os.path.dirname(os.__file__)),
        # Settings, credentials and caches of whatever library.
        home + ".",
    )


def is_noise(path: str) -> bool:
    """Tell by its name alone whether an absolute path that no prefix has caught is no data."""
    folder, _, name = path.rpartition("/")
    return path.endswith(_ENDINGS) or ".so." in name or _is_noisy_folder(folder + "/") or is_temporary(path)


@lru_cache(maxsize=1024)
def _is_noisy_folder(folder: str) -> bool:
    """Ten thousand files are in a few folders."""
    return _PART.search(folder) is not None


def ends_with_process(uri: str) -> bool:
    """Tell whether a URI names what only this process has: fsspec's files in memory."""
    return uri.startswith("memory:")


def is_temporary(path: str) -> bool:
    """Tell whether a path has a name that a program made up for something in a folder for temporary files."""
    return is_for_temporary(path) and _TEMPORARY.search(path) is not None


def is_for_temporary(path: str) -> bool:
    """Tell whether a path is in a folder for temporary files, where data may be as well."""
    # Not gettempdir(): it makes a file, under a lock, and we are asked in the middle of that as well.
    return path.startswith(_temporary_folders(getattr(sys.modules.get("tempfile"), "tempdir", None)))


@cache
def _temporary_folders(chosen: str | bytes | None) -> tuple[str, ...]:
    """Folders for temporary files: those that are usual, that the environment names, and what a task has chosen."""
    named = (os.environ.get(name) for name in ("TMPDIR", "TEMP", "TMP"))
    own = os.fsdecode(chosen) if isinstance(chosen, str | bytes) else None
    return tuple({_folder(path) for path in (own, *named, "/tmp", "/var/tmp") if path})  # noqa: S108


def _folder(path: str) -> str:
    if "://" in path:
        # What is kept in an object store by connection: s3://connection@bucket/folder.
        path = strip_credentials(path).removeprefix("file://")
    if "://" in path:
        return path.rstrip("/") + "/"
    return os.path.abspath(path).rstrip("/") + "/"
