"""Which observed checks answer which demands of a contract."""

from __future__ import annotations

from functools import lru_cache

from airflow_lineage_provider.contracts.promise import QualityDemand
from airflow_lineage_provider.governance.facts import DatasetFacts, QualityFact

_ROW_COUNT = "rowcount"


def demands_of(facts: DatasetFacts) -> list[QualityDemand]:
    """What somebody has to check: not what is only text, and not the row count of the dataset, which writes tell."""
    contract = facts.contract
    if contract is None or contract.promise is None:
        return []
    return [
        demand
        for demand in contract.promise.demands
        if demand.kind != "text" and (demand.column or _plain(demand.metric) != _ROW_COUNT)
    ]


def answers(demand: QualityDemand, quality: tuple[QualityFact, ...]) -> list[QualityFact]:
    """Checks on the same column whose name or kind is the demand's name or metric; case and separators do not count."""
    names = {_plain(demand.name), _plain(demand.metric)} - {""}
    column = (demand.column or "").casefold()
    return [
        fact
        for fact in quality
        if (_plain(fact.name) in names or _plain(fact.kind) in names)
        and (fact.column or "").casefold() == column
    ]


def named(name: str, column: str | None) -> str:
    """A check as messages and subjects name it: ``not_null of id``."""
    return f"{name} of {column}" if column else name


@lru_cache(maxsize=4096)
def _plain(text: str | None) -> str:
    return "".join(letter for letter in (text or "").casefold() if letter.isalnum())
