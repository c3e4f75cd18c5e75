"""Declared and observed columns side by side: worked out once for a dataset, read by all rules about columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_lineage_provider.governance.facts import DatasetFacts

if TYPE_CHECKING:
    from airflow_lineage_provider.contracts.compatibility import ColumnChange


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


def _compare(facts: DatasetFacts) -> tuple[ColumnChange, ...]:
    # Types are read with sqlglot: only who compares columns pays for it.
    from airflow_lineage_provider.contracts.compatibility import compare

    contract, schema = facts.contract, facts.schema
    if contract is None or contract.promise is None or schema is None or not contract.promise.columns:
        return ()
    return compare(contract.promise, schema.columns, facts.dialect)
