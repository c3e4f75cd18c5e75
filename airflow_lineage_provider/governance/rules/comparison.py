"""Declared and observed columns side by side: worked out once for a dataset, read by all rules about columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_lineage_provider.governance.facts import DatasetFacts
from airflow_lineage_provider.store.content_cache import ContentCache

if TYPE_CHECKING:
    from airflow_lineage_provider.contracts.compatibility import ColumnChange
    from airflow_lineage_provider.contracts.promise import Promise


class Comparisons:
    """Of one judging. Facts are known by their identity, for what they hold has no hash."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[DatasetFacts, tuple[ColumnChange, ...]]] = {}

    def of(self, facts: DatasetFacts) -> tuple[ColumnChange, ...]:
        """What differs; nothing without a contract in force that declares columns, or without observed columns."""
        known = self._known.get(id(facts))
        if known is None:
            # The facts are kept with the answer, or another object could get their id.
            known = self._known[id(facts)] = (facts, _compare(facts))
        return known[1]


_compared: ContentCache[tuple[Promise, tuple[ColumnChange, ...]]] = ContentCache()
"""By the identity of the promise, which is one object for each content of a contract and never changed, and by the
columns. The promise is kept with the answer, or another one could get its id."""


def _compare(facts: DatasetFacts) -> tuple[ColumnChange, ...]:
    contract, schema = facts.contract, facts.schema
    if contract is None or contract.promise is None or schema is None or not contract.promise.columns:
        return ()
    key = id(contract.promise), schema.columns, facts.dialect
    known = _compared.get(key)
    if known is None:
        # Types are read with sqlglot: only who compares columns pays for it.
        from airflow_lineage_provider.contracts.compatibility import compare

        changes = compare(contract.promise, schema.columns, facts.dialect)
        known = _compared.put(key, (contract.promise, changes))
    return known[1]
