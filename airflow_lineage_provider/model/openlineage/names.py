"""The names in an event: of datasets, of jobs and of runs."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from uuid import UUID

from airflow_lineage_provider.model.dataset_id import (
    MAX_NAME,
    MAX_NAMESPACE,
    DatasetId,
    safe_dataset_id,
    safe_uri,
)
from airflow_lineage_provider.model.openlineage.event import JobRef
from airflow_lineage_provider.model.openlineage.fields import Fields

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_SECRET = re.compile(r";\s*(?:user|user ?name|uid|password|pwd|token|secret|\w*key)\s*=[^;]*", re.IGNORECASE)
"""Parameters that JDBC addresses carry behind the host."""
_KEPT = 4_096


def read_dataset_id(fields: Fields) -> DatasetId:
    """Namespace and name of a dataset, without credentials."""
    found = _dataset_id(fields.name("namespace", MAX_NAMESPACE), fields.name("name", MAX_NAME))
    if not isinstance(found, DatasetId):
        fields.fail(*found)
    return found


def read_job(fields: Fields) -> JobRef:
    """Namespace and name of a job. An address as namespace loses its credentials, as a dataset's does."""
    namespace = _safe(fields.name("namespace", MAX_NAMESPACE))
    if not namespace:
        fields.fail("namespace", "holds nothing but credentials")
    return JobRef(namespace, fields.name("name", MAX_NAME))


def read_run_id(fields: Fields) -> UUID:
    """Run id. A text that is no UUID becomes the name-based one (version 3, no name space), as Java makes it."""
    text = fields.name("runId", 1 << 16)
    if _UUID.fullmatch(text):
        return UUID(text)
    # No security: MD5 is what version 3 is made of.
    return UUID(bytes=hashlib.md5(text.encode("utf-8"), usedforsecurity=False).digest(), version=3)


@lru_cache(_KEPT)
def _dataset_id(namespace: str, name: str) -> DatasetId | tuple[str, str]:
    """The dataset, or which field is wrong and why; column lineage names a few datasets thousands of times."""
    if not namespace.isprintable() or any(unicodedata.category(letter) == "So" for letter in namespace):
        return "namespace", "must hold no control characters and no pictographs"
    dataset = safe_dataset_id(_safe(namespace), name)
    for key, text in (("namespace", dataset.namespace), ("name", dataset.name)):
        if not text.strip():
            return key, "holds nothing but credentials"
    return dataset


def _safe(namespace: str) -> str:
    return _SECRET.sub("", safe_uri(namespace)) if "://" in namespace else namespace
