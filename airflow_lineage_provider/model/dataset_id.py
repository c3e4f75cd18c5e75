"""The identity of a dataset: OpenLineage namespace and name."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

_USERINFO = re.compile(r"(?<=://)[^/?#\s]*@")
"""All before the last @: a password that nobody has escaped may hold one."""
_QUERY = re.compile(r"\?[^#\s]*")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://[^\s'\"<>]+")
_CONTAINERS = ("abfs://", "abfss://", "wasb://", "wasbs://")
"""Schemes whose text before the @ is a container, not a user."""

MAX_NAMESPACE = 1024
MAX_NAME = 2048


@dataclass(frozen=True, slots=True, order=True)
class DatasetId:
    """A dataset as OpenLineage names it: ``namespace`` says where it lives, ``name`` is unique in there."""

    namespace: str
    name: str

    @property
    def digest(self) -> str:
        """SHA-256 (64 hex digits) of namespace and name: what unique indexes hold, whatever their length."""
        return identity_digest(self.namespace, self.name)

    def __str__(self) -> str:
        return f"{self.namespace} {self.name}"


def identity_digest(namespace: str, name: str) -> str:
    """SHA-256 hex of a (namespace, name) pair; NUL separates, for neither part can hold one."""
    return hashlib.sha256(f"{namespace}\0{name}".encode("utf-8", "surrogatepass")).hexdigest()


def strip_credentials_in(text: str) -> str:
    """Drop user info and query from every URL inside a text."""
    return _URL.sub(lambda match: strip_credentials(match[0]), text) if "://" in text else text


def safe_dataset_id(namespace: str, name: str) -> DatasetId:
    """Identity without what may be a credential: the user of a namespace, the query of a name that is an address.

    A signed URL (``c/x.csv?sig=...``) is a new name for each signature, and the signature is a key to the data.
    """
    if "://" in namespace:
        namespace = safe_uri(namespace)
        name = _QUERY.sub("", name) if namespace.startswith((*_CONTAINERS, "http://", "https://")) else name
    return DatasetId(namespace, strip_credentials(name))


def safe_uri(uri: str) -> str:
    """Drop user info and query from a URI, but not the container of an Azure one."""
    if uri.startswith(_CONTAINERS) and ":" not in uri.partition("//")[2].partition("/")[0].rpartition("@")[0]:
        return uri.partition("?")[0]
    return strip_credentials(uri)


def strip_credentials(uri: str) -> str:
    """Drop user info and query from a URI: both carry passwords and signatures in the wild."""
    return _QUERY.sub("", _USERINFO.sub("", uri)) if "://" in uri else uri
