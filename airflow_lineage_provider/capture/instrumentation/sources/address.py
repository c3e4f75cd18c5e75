"""Names of objects in stores and of what the web serves."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from airflow_lineage_provider.capture.instrumentation.observer import Name
from airflow_lineage_provider.model.dataset_id import DatasetId

_READ_DIFFERENTLY = re.compile(r"[%?#]")
_ACCESS_POINT = re.compile(r"(?P<arn>arn:[^/]+[:/]accesspoint[:/][^/]+)/(?P<key>.+)")
_ASSUMED_PORTS = {"http": 80, "https": 443}


def object_name(scheme: str, container: str, key: str) -> Name | None:
    """Name of an object: a URI, or an identity where the container is no host (the ARN of an access point).

    :param key: as the store has it, not quoted; ``None`` is returned for none.
    """
    key = key.lstrip("/")
    if not container or not key or key.endswith("/"):
        return None
    if container.startswith("arn:"):
        return DatasetId(f"{scheme}://{container}", key)
    # Who reads the URI takes these for an escape, a query and a fragment.
    return f"{scheme}://{container}/{quote(key, safe='/ ') if _READ_DIFFERENTLY.search(key) else key}"


def object_name_of(scheme: str, path: str) -> Name | None:
    """Name of an object by ``container/key``."""
    match = _ACCESS_POINT.fullmatch(path)
    if match is not None:
        return object_name(scheme, match["arn"], match["key"])
    container, _, key = path.partition("/")
    return object_name(scheme, container, key)


def web_name(url: str) -> str | None:
    """``https://host[:port]/path`` of a URL: without user, query and fragment, which hold keys as often as names."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return None
    scheme = parts.scheme.lower()
    if scheme not in _ASSUMED_PORTS or not host:
        return None
    host = f"[{host}]" if ":" in host else host
    place = host if port in (None, _ASSUMED_PORTS[scheme]) else f"{host}:{port}"
    return f"{scheme}://{place}{parts.path or '/'}"
