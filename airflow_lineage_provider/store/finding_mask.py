"""Findings for readers who may not see sensitive columns: what would name one is not said."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.near_contract import without_contract
from airflow_lineage_provider.store.masking import NOTHING, hidden_columns
from airflow_lineage_provider.store.seen_datasets import dataset_rows, seen_datasets
from airflow_lineage_provider.store.sensitive_columns import SensitiveColumns

MASKED = "it is about a column that you may not see"
MASKED_FIX = "ask somebody who may see sensitive columns"
_HIDDEN = "(hidden)"
_OF_OTHERS = ("classification-",)
"""Rules whose texts name columns of other datasets too."""
_OF_COLUMNS = ("column-", "required-", "key-", "quality-", "schema-", "contract-breaking-", *_OF_OTHERS)
"""Rules whose texts name columns."""


class FindingMask:
    """Masks of some datasets, for one reader.

    :param digests: of the datasets.
    :param sources: of other datasets that their findings name: see :func:`sources_of`.
    """

    def __init__(
        self, digests: Collection[str], access: Access, *, sources: Collection[str] = (), session: Session
    ) -> None:
        self._is_open = access.has_sensitive
        self._sees_contracts = access.is_unrestricted
        self._unseen = set(sources) - seen_datasets(sources, access, session=session)
        self._hidden: dict[str, frozenset[str]] = {}
        self._names: dict[str, re.Pattern[str]] = {}
        if access.has_sensitive or not digests:
            return
        ids = dataset_rows(digests, session=session)
        hidden = hidden_columns(set(ids.values()), access, session=session)
        for digest, dataset_id in ids.items():
            columns = hidden.get(dataset_id, NOTHING)
            if columns:
                self._hidden[digest] = columns
            if names := sorted(columns, key=len, reverse=True):
                pattern = "|".join(map(re.escape, names))
                self._names[digest] = re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)

    def hides(
        self, rule: str, digest: str | None, subject: str | None, sources: Collection[str] = ()
    ) -> bool:
        """Whether nothing of a finding but its rule and dataset may be said."""
        if not self._unseen.isdisjoint(sources):
            return True
        if self._is_open:
            return False
        if rule.startswith(_OF_OTHERS):
            return True
        columns = self._hidden.get(digest or "", NOTHING)
        if not columns or not rule.startswith(_OF_COLUMNS):
            return False
        # Which words of a text are columns is not known where each column is hidden.
        return (isinstance(columns, SensitiveColumns) and columns.is_whole) or any(
            part in columns for part in (subject or "", *(subject or "").split("."))
        )

    def document(self, value: Any, digest: str | None) -> Any:
        """A text or a JSON value about a dataset, without names of its hidden columns and of contracts of others."""
        if isinstance(value, str) and not self._sees_contracts:
            value = without_contract(value)
        names = self._names.get(digest or "")
        return value if names is None else without(value, names)


def sources_of(evidence: Any) -> set[str]:
    """Digests of the datasets that evidence names as sources of columns."""
    if isinstance(evidence, list):
        return {digest for item in evidence for digest in sources_of(item)}
    if not isinstance(evidence, dict):
        return set()
    source = evidence.get("source")
    found = sources_of(evidence.get("flows"))
    if isinstance(source, dict) and {"namespace", "name"} <= source.keys():
        found.add(DatasetId(str(source["namespace"]), str(source["name"])).digest)
    return found


def without(value: Any, names: re.Pattern[str]) -> Any:
    """A JSON value or a text without what a pattern finds."""
    if isinstance(value, str):
        return names.sub(_HIDDEN, value)
    if isinstance(value, list | tuple):
        return [without(item, names) for item in value]
    if isinstance(value, dict):
        return {names.sub(_HIDDEN, key): without(item, names) for key, item in value.items()}
    return value
