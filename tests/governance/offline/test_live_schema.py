from __future__ import annotations

from typing import Any

import httpx
import pytest

from airflow_lineage_provider.governance.offline.live_lineage import LiveLineage, UnreachableLineage
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.openlineage.event import EventDataset
from tests.governance.offline.project import CONNECTION, DATASET, NAMESPACE, Project, failing

PEOPLE = DatasetId(NAMESPACE, "shop.public.people")


@pytest.fixture
def observed(session: Any, live: LiveLineage) -> LiveLineage:
    """A deployment where a run told that orders has the column ``id`` and no other."""
    from tests.store.external.tellings import event, take

    take(session, event(outputs=[EventDataset(DATASET, columns=(Column("id", "varchar"),))]))
    return live


def of_columns(report: Any) -> set[tuple[str, str]]:
    return {
        (one.finding.rule, one.finding.subject)
        for one in report.failing
        if one.finding.rule != "quality-failed"
    }


def test_a_promised_column_that_no_run_sees_fails(observed: LiveLineage, project: Project) -> None:
    project.reader("shop")
    project.contract(columns=("id", "amount"))

    assert of_columns(project.check()) == set()
    report = project.check(live=observed)
    assert of_columns(report) == {("column-missing", "amount")}
    (found,) = [one for one in report.failing if one.finding.rule == "column-missing"]
    assert found.dags == ("shop",)
    assert "(contract orders 1.0.0; columns as " in found.finding.message

    project.contract(columns=("id",))
    assert of_columns(project.check(live=observed)) == set()


def test_columns_of_sql_in_the_files_go_before_those_of_the_last_run(
    observed: LiveLineage, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SHOP_DB", CONNECTION)
    project.contract(columns=("id", "amount"))
    sql = "CREATE TABLE public.orders (id varchar(10), amount varchar(10))"
    project.dag(
        "shop",
        f"SQLExecuteQueryOperator(task_id='t', conn_id='shop_db', sql={sql!r})",
        header="from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator",
    )

    assert of_columns(project.check(live=observed)) == set()


def test_columns_that_may_not_be_seen_are_not_taken_for_missing(project: Project) -> None:
    hidden = {"name": None, "type": None, "nullable": None, "description": None, "is_masked": True}
    version = {"valid_from": "2026-06-01T00:00:00Z", "columns": [hidden], "run": None}
    answers = {"findings": [], "waivers": [], "versions": [version]}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=answers))
    project.reader("shop")
    project.contract()
    report = project.check(live=LiveLineage("http://a", None, transport=transport))

    assert failing(report) == set()
    assert [notice for notice in report.notices if "hides some" in notice]


@pytest.mark.parametrize(
    "version", [1, {}, {"columns": [1], "valid_from": 3}, {"columns": [], "valid_from": "x"}]
)
def test_a_history_in_other_words_is_refused(version: object) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json={"versions": [version]}))
    with pytest.raises(UnreachableLineage, match="in other words"):
        LiveLineage("http://a", None, transport=transport).schema(DATASET)


def classified(word: str) -> dict[str, Any]:
    return {"schema": [{"name": "people", "properties": [{"name": "mail", "classification": word}]}]}


def test_a_leak_that_was_seen_is_judged_by_the_contracts_of_the_branch(
    live: LiveLineage, finds: Any, project: Project
) -> None:
    finds(
        "classification-leaked", f"id from {PEOPLE} mail", "it leaks", column="id", classification="public",
        source={"namespace": PEOPLE.namespace, "name": PEOPLE.name}, source_column="mail",
        source_classification="restricted",
    )  # fmt: skip
    project.reader("shop")
    orders = [{"name": "orders", "properties": [{"name": "id", "classification": "public"}]}]
    project.contract(schema=orders)
    leak = ("classification-leaked", f"id from {PEOPLE} mail")
    assert of_columns(project.check(live=live)) == {leak}

    project.contract("people", table="people", **classified("public"))
    assert of_columns(project.check(live=live)) == set()
    project.contract("people", table="people", **classified("confidential"))
    assert of_columns(project.check(live=live)) == {leak}
