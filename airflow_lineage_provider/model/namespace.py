"""One spelling per namespace: scheme, host and port."""

from __future__ import annotations

import re
from collections.abc import Iterator

from airflow_lineage_provider.model.path import clean_path
from airflow_lineage_provider.model.system import OTHER_KINDS, SYSTEMS

OTHER_SCHEMES = {
    **OTHER_KINDS,
    "mariadb": "mysql",
    "hive2": "hive",
    "hiveserver2": "hive",
    "s3a": "s3",
    "s3n": "s3",
    "gcs": "gs",
    "abfs": "abfss",
    "wasb": "wasbs",
    "sftp": "file",
    "ssh": "file",
    "scp": "file",
    "ftps": "ftp",
}
"""Other words for the scheme that OpenLineage names."""

_SHELL_SCHEMES = frozenset({"sftp", "ssh", "scp"})
"""Ways to the files of another machine."""

FILE_SCHEMES = frozenset(
    {
        "abfss", "adl", "cos", "dbfs", "file", "ftp", "ftps", "gs", "hdfs", "http", "https", "oci", "oss", "s3",
        "sftp", "smb", "viewfs", "wasbs", "webhdfs",
    }
)  # fmt: skip
"""Schemes of namespaces whose names are paths of files."""

FILE_DATABASES = frozenset({"sqlite", "duckdb"})
"""Schemes of namespaces that are themselves the path of a file."""

_ASSUMED_PORTS = {"databricks": "443", "http": "80", "https": "443", "ftp": "21", "file": "22"}
"""Ports that nobody writes."""

_MISSING_PORTS = {
    "kafka": "9092",
    **{system.scheme: str(system.port) for system in SYSTEMS.values() if system.port},
}
"""Ports that OpenLineage writes, where a URI may leave them out."""

_REDSHIFT_HOST = re.compile(
    r"(?P<cluster>[^.]+)\.[^.]+\.(?P<region>[^.]+)\.redshift(?:-serverless)?\.amazonaws\.com\Z"
)
_AZURE_DOMAINS = {"abfss": ".dfs.core.windows.net", "wasbs": ".blob.core.windows.net"}
"""Where a storage account is that is named without its host."""
_OTHER_AZURE_DOMAINS = {"abfss": _AZURE_DOMAINS["wasbs"], "wasbs": _AZURE_DOMAINS["abfss"]}
"""The other host of each account, which some name with the wrong scheme, OpenLineage's naming among them."""
_SNOWFLAKE_DOMAIN = ".snowflakecomputing.com"
_MULTIPLE = re.compile("//+")


def scheme_of(namespace: str) -> str:
    """Scheme of a namespace, lower-case: ``file``, ``s3``; a namespace without one is its own."""
    scheme, slashes, _ = namespace.partition("://")
    return (scheme if slashes or ":" not in scheme else scheme.partition(":")[0]).lower()


def begins_at_root(namespace: str) -> bool:
    """Tell whether paths in there begin at the root without saying so: those of a URI ``sftp://host/path`` do."""
    scheme, _, rest = namespace.strip().lower().partition("://")
    return bool(rest) and (scheme in _SHELL_SCHEMES or (scheme == "file" and _host_and_port(rest)[1] != ""))


def spelled(namespace: str) -> Iterator[tuple[str, str]]:
    """Yield the namespace after each change that its canonical spelling needs, with the reason.

    Nothing is yielded for one that is canonical already.
    """
    before, again = namespace, True
    while again:
        again = False
        for after, reason in _changes(before):
            if after != before:
                yield after, reason
                # What a change uncovers may need one more: a dot before a domain that was left out.
                before, again = after, True


def _changes(namespace: str) -> Iterator[tuple[str, str]]:
    given = namespace.strip().removeprefix("jdbc:")
    scheme, slashes, rest = given.partition("://")
    if not slashes:
        is_file = given.rstrip("/").removesuffix(":").lower() == "file"
        yield "file" if is_file else given, "spaces and slashes around it mean nothing"
        return
    scheme = scheme.lower()
    scheme = OTHER_SCHEMES.get(scheme, scheme)
    base = scheme.partition("+")[0]
    if base in SYSTEMS or base in OTHER_SCHEMES or base in FILE_DATABASES:
        scheme = OTHER_SCHEMES.get(base, base)
    yield f"{scheme}://{rest}", f"OpenLineage calls this scheme {scheme}"
    if scheme in FILE_DATABASES:
        path = rest.partition("?")[0]
        yield (
            f"{scheme}://{clean_path(path)}" if path.startswith("/") else f"{scheme}://{rest}",
            "slashes and dots in the path of the database's file",
        )
        return
    authority, slash, path = rest.partition("/")
    path = _MULTIPLE.sub("/", slash + path).rstrip("/")
    yield f"{scheme}://{authority}{path}" if authority or path else scheme, "slashes at its end mean nothing"
    authority = authority.lower()
    yield f"{scheme}://{authority}{path}" if authority or path else scheme, "hosts have no letter case"
    user, at, place = authority.rpartition("@")
    host, port = _host_and_port(place)
    host = host.rstrip(".") or host
    if scheme == "file" and port == _ASSUMED_PORTS["ftp"]:
        scheme = "ftp"
        yield f"{scheme}://{authority}{path}", "behind this port is FTP, which shows folders of its own"
    if scheme == "file" and host == "localhost" and port in ("", _ASSUMED_PORTS["file"]):
        yield f"file://{path}" if path else "file", "localhost is this machine"
        return
    yield (
        f"{scheme}://{user}{at}{_joined(host, port)}{path}" if authority or path else scheme,
        ("a dot at the end of a host only says that it is complete"),
    )
    if not host or "," in host:
        return
    if scheme == "snowflake" and host.endswith(_SNOWFLAKE_DOMAIN):
        host = host.removesuffix(_SNOWFLAKE_DOMAIN) or host
    if scheme == "redshift" and (match := _REDSHIFT_HOST.match(host)):
        host = f"{match['cluster']}.{match['region']}"
    yield f"{scheme}://{user}{at}{_joined(host, port)}{path}", "OpenLineage leaves the provider's domain out"
    if scheme in _AZURE_DOMAINS and at and not port:
        if "." not in host:
            host += _AZURE_DOMAINS[scheme]
            yield f"{scheme}://{user}{at}{host}{path}", "a storage account has a host of its name"
        elif host.endswith(other := _OTHER_AZURE_DOMAINS[scheme]):
            host = host.removesuffix(other) + _AZURE_DOMAINS[scheme]
            yield f"{scheme}://{user}{at}{host}{path}", f"this is the host of the account for {scheme}"
    if not port and scheme in _MISSING_PORTS and (":" not in host or host.endswith("]")):
        port = _MISSING_PORTS[scheme]
        yield f"{scheme}://{user}{at}{host}:{port}{path}", f"{port} is the port where nobody names one"
    elif port and _ASSUMED_PORTS.get(scheme) == port:
        yield f"{scheme}://{user}{at}{host}{path}", f"{port} is the port that {scheme} has anyway"


def _host_and_port(place: str) -> tuple[str, str]:
    host, colon, port = place.rpartition(":")
    if colon and host and port.isdigit() and port.isascii() and (":" not in host or host.endswith("]")):
        return host, port
    return place, ""


def _joined(host: str, port: str) -> str:
    return f"{host}:{port}" if port else host
