from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import select, text, type_coerce
from sqlalchemy.dialects import mysql, postgresql

from airflow_lineage_provider.store.edges import EDGE
from airflow_lineage_provider.store.graph.moment import PlainMoment, moment_text, read_moment
from airflow_lineage_provider.store.graph.node import utc
from tests.store.landscape import Landscape

READ = type_coerce(EDGE.c.first_seen, PlainMoment()).label("first_seen")


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        datetime(2026, 1, 2, 3, 4, 5, 100_000, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 6, 1, 1, tzinfo=timezone(timedelta(hours=5, minutes=30))),
    ],
)
def test_a_moment_is_read_as_it_was_written(land: Landscape, moment: datetime) -> None:
    land.flow("d.t", "a", first_seen=moment)
    assert utc(land.session.scalars(select(READ)).one()) == moment


def test_conditions_and_order_are_those_of_the_column(land: Landscape) -> None:
    early, late = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    land.flow("d.late", "a", first_seen=late)
    land.flow("d.early", "b", first_seen=early)
    found = land.session.scalars(select(READ).where(EDGE.c.first_seen >= early).order_by(EDGE.c.first_seen))
    assert [utc(moment) for moment in found] == [early, late]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York", "UTC"])
def test_the_time_zone_of_a_connection_does_not_matter(land: Landscape, zone: str) -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
    land.flow("d.t", "a", first_seen=moment)
    if land.session.get_bind().dialect.name == "postgresql":  # SQLite's connections have none
        land.session.execute(text(f"SET LOCAL TIME ZONE '{zone}'"))
    assert utc(land.session.scalars(select(READ)).one()) == moment


@pytest.mark.parametrize(
    ("dialect", "said"),
    [
        (postgresql.dialect(), "CAST(lineage_edge.first_seen AS TEXT) AS first_seen"),
        (mysql.dialect(), "SELECT lineage_edge.first_seen AS first_seen"),
    ],
)
def test_postgres_alone_is_asked_for_text(dialect: Any, said: str) -> None:
    assert said in str(select(READ).compile(dialect=dialect))


@pytest.mark.parametrize(
    "given",
    [
        "2026-01-02 03:04:05.678901+00",  # PostgreSQL
        "2026-01-02 03:04:05.67+00",
        "2026-01-02 03:04:05+00",
        "2026-01-02 08:34:05.678901+05:30",
        "2026-01-02 03:04:05.678901+01",
        "2026-01-02 03:04:05.678901",  # SQLite
        "2026-01-02 03:04:05.000000",
        datetime(2026, 1, 2, 3, 4, 5, 678_901),  # MySQL
        datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    ],
)
def test_what_a_driver_gives_is_told_in_utc(given: Any) -> None:
    moment = utc(datetime.fromisoformat(given) if isinstance(given, str) else given)
    assert moment is not None
    assert read_moment(given) == moment
    assert moment_text(given) == moment.isoformat()
