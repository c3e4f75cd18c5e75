"""Verdicts of before findings had a life of their own: upgraded, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, Table, create_engine, event, inspect, select

from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.verdict import Finding
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.findings import Judged, SeenFinding, fold
from airflow_lineage_provider.store.tables import metadata
from tests.airflow_rows import NOW
from tests.databases import migrate

BEFORE = "a27c5d0e9b61"
FINDINGS = "5c0b93e7d214"
ORDERS = DatasetId("postgres://pg:5432", "shop.public.orders")
STOCK = DatasetId("postgres://pg:5432", "shop.public.stock")


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database at the revision before, with three verdicts."""
    if request.param == "postgresql":
        from tests.live.postgres import postgres_url

        engine = create_engine(postgres_url(f"findings {request.node.name[:20]}"))
    else:
        engine = create_engine(f"sqlite:///{tmp_path}/airflow.db")
        # As on Airflow's own connections: dropping a table then deletes what refers to it.
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))
    migrate(engine, BEFORE)
    with engine.begin() as connection:
        for number in (1, 2, 3):
            connection.execute(
                reflected(engine, "lineage_verdict").insert().values(
                    id=number, gate="operator", dag_id="shop", run_id=f"r{number}", task_id="validate", map_index=-1,
                    try_number=1, result="fail" if number < 3 else "error", message=f"verdict {number}", datasets=2,
                    judged_at=NOW + timedelta(days=number),
                )
            )  # fmt: skip
        said = [
            (1, "owner-missing", "block", "fail", ORDERS, "nobody in verdict 1"),
            (1, "owner-missing", "block", "fail", STOCK, "only in verdict 1"),
            (2, "owner-missing", "warn", "fail", ORDERS, "nobody in verdict 2"),
            (2, "contract-missing", "block", "fail", ORDERS, "no contract"),
            (3, "upstream-record-absent", "warn", "error", None, "late"),
            (3, "upstream-record-absent", "warn", "error", None, "left nothing"),
        ]
        for verdict, rule, level, result, dataset, message in said:
            connection.execute(
                reflected(engine, "lineage_finding").insert().values(
                    verdict_id=verdict, rule=rule, level=level, result=result, message=message, evidence='{"a":1}',
                    digest=dataset.digest if dataset else None, namespace=dataset.namespace if dataset else None,
                    name=dataset.name if dataset else None,
                )
            )  # fmt: skip
    yield engine
    engine.dispose()


def reflected(engine: Engine, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=engine)


def rows(engine: Engine, name: str) -> list[dict[str, Any]]:
    """With the columns that the table has at the revision the database is at."""
    there = {column["name"] for column in inspect(engine).get_columns(name)}
    columns = [column for column in metadata.tables[name].columns if column.name in there]
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(select(*columns)).mappings()]


def key(rule: str, dataset: DatasetId | None) -> str:
    return Finding(rule, Level.WARN, Result.FAIL, "", "", about=dataset).key


def test_what_was_said_again_and_again_is_one_open_finding(old: Engine) -> None:
    migrate(old, FINDINGS)

    found = {row["key"]: row for row in rows(old, "lineage_finding")}
    assert set(found) == {
        key("owner-missing", ORDERS),
        key("owner-missing", STOCK),
        key("contract-missing", ORDERS),
        key("upstream-record-absent", None),
    }
    again = found[key("owner-missing", ORDERS)]
    assert (again["opened_at"], again["last_seen_at"], again["resolved_at"]) == (
        NOW + timedelta(days=1),
        NOW + timedelta(days=2),
        None,
    )
    assert (again["level"], again["message"], again["evidence"]) == ("warn", "nobody in verdict 2", '{"a":1}')
    assert (again["digest"], again["namespace"], again["name"]) == (
        ORDERS.digest,
        ORDERS.namespace,
        ORDERS.name,
    )
    assert (again["reopened"], again["is_baselined"], again["waiver_id"], again["notified_as"]) == (
        0,
        False,
        None,
        None,
    )
    once = found[key("owner-missing", STOCK)]
    assert once["opened_at"] == once["last_seen_at"] == NOW + timedelta(days=1)


def test_every_verdict_keeps_its_findings_at_the_level_they_had(old: Engine) -> None:
    migrate(old, FINDINGS)

    keys = {row["id"]: row["key"] for row in rows(old, "lineage_finding")}
    links = {
        (row["verdict_id"], keys[row["finding_id"]]): row["level"]
        for row in rows(old, "lineage_verdict_finding")
    }
    assert links == {
        (1, key("owner-missing", ORDERS)): "block",
        (1, key("owner-missing", STOCK)): "block",
        (2, key("owner-missing", ORDERS)): "warn",
        (2, key("contract-missing", ORDERS)): "block",
        (3, key("upstream-record-absent", None)): "warn",
    }
    verdicts = rows(old, "lineage_verdict")
    assert [(row["id"], row["result"], row["message"], row["body"]) for row in sorted(verdicts, key=lambda row: row["id"])] == [
        (1, "fail", "verdict 1", None),
        (2, "fail", "verdict 2", None),
        (3, "error", "verdict 3", None),
    ]  # fmt: skip


def test_what_comes_after_the_upgrade_goes_on_where_the_old_version_stopped(old: Engine) -> None:
    """Ids as well: the rows were numbered by the migration."""
    from sqlalchemy.orm import Session

    migrate(old, "head")
    seen = SeenFinding(
        key("owner-missing", ORDERS), "owner-missing", "block", "fail", "still nobody", digest=ORDERS.digest
    )
    new = SeenFinding(
        key("contract-missing", STOCK), "contract-missing", "block", "fail", "new", digest=STOCK.digest
    )
    judged = Judged(
        frozenset({ORDERS.digest, STOCK.digest}), frozenset({"owner-missing", "contract-missing"})
    )
    with Session(old) as session, session.begin():
        folded = fold([seen, new], judged, now=NOW + timedelta(days=9), session=session)

    assert folded.opened == (new.key,)
    assert set(folded.resolved) == {key("owner-missing", STOCK), key("contract-missing", ORDERS)}
    again = next(row for row in rows(old, "lineage_finding") if row["key"] == seen.key)
    assert (again["opened_at"], again["message"]) == (NOW + timedelta(days=1), "still nobody")


def test_the_way_back_says_again_what_each_verdict_said(old: Engine) -> None:
    migrate(old, FINDINGS)
    migrate(old, f"-{BEFORE}")

    with old.connect() as connection:
        said = connection.execute(select(reflected(old, "lineage_finding"))).mappings().all()
        verdicts = connection.execute(select(reflected(old, "lineage_verdict"))).mappings().all()
    assert sorted((row["verdict_id"], row["rule"], row["level"], row["name"] or "") for row in said) == [
        (1, "owner-missing", "block", ORDERS.name),
        (1, "owner-missing", "block", STOCK.name),
        (2, "contract-missing", "block", ORDERS.name),
        (2, "owner-missing", "warn", ORDERS.name),
        (3, "upstream-record-absent", "warn", ""),
    ]
    assert {row["message"] for row in verdicts} == {"verdict 1", "verdict 2", "verdict 3"}
    assert "lineage_waiver" not in inspect(old).get_table_names()
    assert "body" not in {column["name"] for column in inspect(old).get_columns("lineage_verdict")}
    migrate(old, FINDINGS)
    assert len(rows(old, "lineage_finding")) == 4


def test_a_database_without_verdicts_is_upgraded_too(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/empty.db")
    migrate(engine, BEFORE)
    migrate(engine, FINDINGS)
    assert rows(engine, "lineage_finding") == []
    migrate(engine, f"-{BEFORE}")
    engine.dispose()
