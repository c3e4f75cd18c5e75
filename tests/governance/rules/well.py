"""A dataset that every rule is content with. Examples break it in one place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow_lineage_provider.contracts.contract_diff import ContractDiff
from airflow_lineage_provider.contracts.promise import ColumnPromise, Promise, QualityDemand, SlaPromise
from airflow_lineage_provider.governance.facts import (
    AskerFact,
    ContractFact,
    DatasetFacts,
    FlowFact,
    OwnerFact,
    PreviousContract,
    ProducerFact,
    QualityFact,
    SchemaFact,
    ScopeFacts,
    UseFact,
    WriteFact,
)
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.io_entry import Column

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

ORDERS = DatasetId("postgres://db.example.com:5432", "shop.public.orders")
CUSTOMERS = DatasetId("postgres://db.example.com:5432", "shop.public.customers")
LOAD = "shop_load.orders"
REPORT = "report"
"""A task of the asking DAG."""


@dataclass(frozen=True)
class Example:
    """A rule broken and satisfied again."""

    rule: str
    breaks: str
    """What somebody did, in one sentence."""
    broken: ScopeFacts
    mends: str
    mended: ScopeFacts


def sla(property: str, hours: float | None, *, element: str | None = None) -> SlaPromise:
    return SlaPromise(
        property, hours, "h", hours * 3_600 if hours is not None else None, element, "slaProperties[0]"
    )


PROMISE = Promise(
    "orders",
    columns=(
        ColumnPromise(
            "id", logical_type="integer", physical_type="integer", is_required=True, key_position=1
        ),
        ColumnPromise("amount", logical_type="number", physical_type="numeric(12,2)"),
        ColumnPromise(
            "email", logical_type="string", physical_type="varchar(64)", classification="restricted"
        ),
    ),
    slas=(sla("freshness", 24), sla("latency", 6), sla("frequency", 24)),
    demands=(QualityDemand("not_null", "id", "library", "nullValues", "error"),),
    least_rows=100,
    most_rows=1_000_000,
)
CONTRACT = ContractFact(
    "orders",
    "1.2.0",
    "active",
    "ann@example.com",
    "#sales",
    promise=PROMISE,
    previous=PreviousContract("1.1.0", "active", "ann@example.com", ContractDiff((), "1.1.0", "1.2.0")),
    end_of_life=NOW.date() + timedelta(days=400),
)
OWNER = OwnerFact("ann@example.com", "contract orders 1.2.0", "#sales", "ann@example.com")
WELL = DatasetFacts(
    ORDERS,
    known_by=("declared inlet of daily_report.report",),
    owners=(OWNER,),
    contracts=(CONTRACT,),
    producers=(LOAD,),
    dialect="postgres",
    schema=SchemaFact(
        (
            Column("id", "integer", nullable=False),
            Column("amount", "numeric(12,2)"),
            Column("email", "character varying(64)"),
        ),
        NOW - HOUR,
        LOAD,
    ),
    writes=tuple(WriteFact(NOW - HOUR - DAY * n, LOAD, 5_000, NOW - 3 * HOUR - DAY * n) for n in range(6)),
    quality=(QualityFact("not_null", "id", True, "error", NOW - HOUR, "shop_load.check"),),
    producer_runs=(ProducerFact(LOAD, "shop_load", "success", NOW - HOUR, "scheduled__2026-06-15"),),
    flows=(FlowFact("email", "restricted", CUSTOMERS, "email", "confidential", False),),
    use=UseFact(declared_inputs=(REPORT,), observed_inputs=(REPORT,), is_declaring=True),
)
ASKER = AskerFact(
    "daily_report",
    frozenset({"finance"}),
    owners=(OwnerFact("finance", "owner of DAG daily_report", "mailto:finance@example.com"),),
)


def world(**changes: Any) -> ScopeFacts:
    """What DAG daily_report reads: the one dataset with some of its facts changed."""
    return ScopeFacts((replace(WELL, **changes),), ASKER, is_whole_upstream=True)


def contract(**changes: Any) -> tuple[ContractFact, ...]:
    """The contract, changed."""
    return (replace(CONTRACT, **changes),)


def promise(**changes: Any) -> tuple[ContractFact, ...]:
    """The contract with another promise."""
    return contract(promise=replace(PROMISE, **changes))


def schema(*columns: Column, at: datetime = NOW - HOUR) -> SchemaFact:
    """Columns as observed: those given, and the other ones as they should be."""
    assert WELL.schema is not None
    by_name = {column.name: column for column in WELL.schema.columns} | {
        column.name: column for column in columns
    }
    return SchemaFact(tuple(by_name.values()), at, LOAD)


def without(name: str, *more: Column) -> SchemaFact:
    """Columns as observed, one of them gone."""
    assert WELL.schema is not None
    kept = tuple(column for column in WELL.schema.columns if column.name != name)
    return SchemaFact((*kept, *more), NOW - HOUR, LOAD)
