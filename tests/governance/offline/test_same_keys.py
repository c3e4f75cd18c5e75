"""A check of files and the gates of a deployment call the same defect by the same key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from airflow_lineage_provider.governance.offline.offline_rules import HISTORY
from tests.governance.offline.project import NOW

EXAMPLES = Path(__file__).resolve().parents[3] / "example_dags"
SHOP_DB = "sqlite:////tmp/shop-of-the-check/shop.db"
TABLES = ("raw_customers", "raw_orders", "raw_order_items", "raw_products")


@pytest.fixture
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    import sys

    monkeypatch.setenv("AIRFLOW_CONN_SHOP_DB", SHOP_DB)
    monkeypatch.setenv("SHOP_OUTPUT_DIR", "/tmp/shop-of-the-check")
    monkeypatch.setattr(sys, "path", list(sys.path))
    for name in [name for name in sys.modules if name == "shop" or name.startswith("shop.")]:
        monkeypatch.delitem(sys.modules, name)
    yield EXAMPLES
    for name in [name for name in sys.modules if name == "shop" or name.startswith("shop.")]:
        sys.modules.pop(name)


def deploy(world: Any, folder: Path) -> None:
    """DAG files and contracts, as the DAG processor and ``contracts apply`` leave them in the database."""
    from airflow.dag_processing.collection import update_dag_parsing_results_in_db
    from airflow.serialization.serialized_objects import LazyDeserializedDAG

    from airflow_lineage_provider.contracts.apply import apply_paths
    from airflow_lineage_provider.governance.offline.dag_files import load_dag_files
    from tests.governance.world import BUNDLE

    loaded = load_dag_files([folder])
    assert loaded.troubles == []
    dags = [LazyDeserializedDAG.from_dag(each.dag) for each in loaded.dags.values()]
    update_dag_parsing_results_in_db(BUNDLE, None, dags, {}, None, set(), world.session)
    apply_paths([folder / "contracts"], session=world.session)
    world.session.flush()


def ran(world: Any) -> None:
    """What the drainer leaves of tasks whose SQL stands in their files."""
    from airflow_lineage_provider.model.dataset_id import DatasetId

    def table(name: str) -> DatasetId:
        return DatasetId("sqlite:///tmp/shop-of-the-check/shop.db", name)

    reads = {
        "clean_customers": ("raw_customers",),
        "clean_orders": ("raw_orders",),
        "join_order_lines": ("stg_orders", "raw_order_items", "raw_products"),
    }
    writes = {
        "clean_customers": "stg_customers", "clean_orders": "stg_orders", "join_order_lines": "stg_order_lines",
    }  # fmt: skip
    for task, names in reads.items():
        world.record(
            "shop_staging", task, "r0", reads=tuple(map(table, names)), writes=(table(writes[task]),),
            dag_run_id=70,
        )  # fmt: skip


def known(keys: dict[str, str]) -> set[tuple[str, str]]:
    return {(rule, key) for key, rule in keys.items() if rule not in HISTORY}


def test_the_examples_have_the_findings_that_a_deployment_has(
    shop: Path, world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_lineage_provider.cli.check_evidence import text_reader
    from airflow_lineage_provider.governance.consult import consult_dag
    from airflow_lineage_provider.governance.offline.check import CheckRequest, check

    deploy(world, shop)
    ran(world)
    report = check(CheckRequest(dags=(shop,), contracts=(shop / "contracts",), now=NOW), text_reader)
    seen: set[tuple[str, str]] = set()
    for dag_id in ("shop_ingest", "shop_staging", "shop_features", "shop_report", "shop_marts"):
        verdict = consult_dag(dag_id, file=False, now=NOW, session=world.session)
        deployed = known({finding.key: finding.rule for finding in verdict.findings})
        checked = known({one.finding.key: one.finding.rule for one in report.reported if dag_id in one.dags})
        assert checked == deployed, dag_id
        seen |= checked
    assert {rule for rule, _ in seen} >= {"owner-missing", "contract-missing", "input-undeclared"}


def test_the_examples_can_be_checked_without_their_connection(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_lineage_provider.cli.check_evidence import text_reader
    from airflow_lineage_provider.governance.offline.check import CheckRequest, check

    monkeypatch.delenv("AIRFLOW_CONN_SHOP_DB")
    report = check(CheckRequest(dags=(shop,), contracts=(shop / "contracts",), now=NOW), text_reader)

    assert not any(str(one.finding.dataset).startswith("airflow-connection:") for one in report.failing)
    assert any("shop_db" in notice for notice in report.notices)
