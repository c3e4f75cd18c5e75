from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_policy import read_policy
from tests.governance.offline.project import CONNECTION, NOW, Project, failing, told


def finding(report: Any, rule: str) -> Any:
    return next(one for one in report.reported if one.finding.rule == rule)


def test_what_nobody_owns_and_no_contract_speaks_for_fails(project: Project) -> None:
    project.reader("shop")
    report = project.check()

    assert failing(report) == {("owner-missing", "orders"), ("contract-missing", "orders")}
    missing = finding(report, "contract-missing")
    assert missing.dags == ("shop",)
    assert [str(place) for place in missing.places] == ["dags/shop.py:4"]


def test_a_contract_with_an_owner_passes(project: Project) -> None:
    project.reader("shop")
    project.contract()

    assert failing(project.check()) == set()


def test_an_owners_file_is_enough_for_an_owner(project: Project) -> None:
    from airflow_lineage_provider.contracts.owners_file import read_owners

    project.reader("shop")
    owners = tuple(read_owners("shop.public.* ann\nshop.public.old* bob", "OWNERS").registrations())
    report = project.check(registrations=owners)

    assert failing(report) == {("contract-missing", "orders")}
    assert finding(report, "contract-missing").finding.owner == "ann"


def test_of_owners_that_left_another_rule_speaks(project: Project) -> None:
    from airflow_lineage_provider.contracts.owners_file import read_owners

    project.reader("shop")
    owners = tuple(read_owners("shop.* ann until=2026-06-01", "OWNERS").registrations())

    assert ("owner-departed", "orders") in failing(project.check(registrations=owners))


def test_a_dag_that_writes_owns_what_it_writes(project: Project) -> None:
    project.reader("shop")
    project.dag(
        "load",
        "BaseOperator(task_id='t', outlets=[Asset('postgres://pg:5432/shop/public/orders')], owner='bob')",
    )

    assert failing(project.check()) == {("contract-missing", "orders")}


def test_what_only_its_own_tasks_write_is_not_asked_about(project: Project) -> None:
    asset = "Asset('postgres://pg:5432/shop/public/orders')"
    project.dag(
        "shop", f"BaseOperator(task_id='a', outlets=[{asset}])\nBaseOperator(task_id='b', inlets=[{asset}])"
    )

    assert told(project.check()) == set()


def test_sql_of_operators_is_read_and_templates_are_not(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", CONNECTION)
    sql = "from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator as Sql"
    project.dag(
        "shop",
        "Sql(task_id='a', conn_id='shop', sql='insert into mart select * from public.orders')\n"
        "Sql(task_id='b', conn_id='shop', sql='select * from {{ params.table }}')\n"
        "Sql(task_id='c', conn_id='shop', sql=['select 1', 'select * from mart'])",
        header=sql,
    )
    report = project.check()

    assert failing(report) == {("owner-missing", "orders"), ("contract-missing", "orders")}
    assert finding(report, "contract-missing").finding.facts.known_by == (
        "read by shop.a, as its operator says",
    )
    project.contract()
    assert failing(project.check()) == set()


def test_sql_that_cannot_be_read_is_told_once_a_dag(project: Project) -> None:
    header = "from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator as Sql"
    bad = "select * from ((("
    body = f"Sql(task_id='a', conn_id='dwh', sql={bad!r})\nSql(task_id='b', conn_id='dwh', sql={bad!r})"
    project.dag("shop", body, header=header)

    (told,) = [notice for notice in project.check().notices if "could not be read" in notice]
    assert told.startswith("SQL of shop.a, shop.b could not be read")


def test_both_ends_of_a_transfer_are_known_without_their_connections(project: Project) -> None:
    header = "from airflow.providers.common.sql.operators.generic_transfer import GenericTransfer"
    body = (
        "GenericTransfer(task_id='copy', sql='select * from sales.orders', source_conn_id='shop', "
        "destination_conn_id='dwh', destination_table='mart.orders')"
    )
    project.dag("load", body, header=header)
    report = project.check()

    assert {str(one.finding.dataset) for one in report.failing} == {"airflow-connection://shop sales.orders"}
    assert any("dwh, shop" in notice for notice in report.notices)


def test_a_connection_that_nobody_knows_is_named_by_its_id_and_bound_by_it(project: Project) -> None:
    header = "from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator as Sql"
    project.dag("shop", "Sql(task_id='a', conn_id='dwh', sql='select * from sales.orders')", header=header)
    report = project.check()
    assert {str(one.finding.dataset) for one in report.failing} == {"airflow-connection://dwh sales.orders"}
    assert any("AIRFLOW_CONN_" in notice for notice in report.notices)

    server = {
        "server": "s",
        "type": "custom",
        "customProperties": [{"property": "airflowConnId", "value": "dwh"}],
    }
    project.contract(servers=[server])
    assert failing(project.check()) == set()


def test_a_server_that_names_the_connection_says_where_it_leads(project: Project) -> None:
    header = "from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator as Sql"
    project.dag("shop", "Sql(task_id='a', conn_id='dwh', sql='select * from orders')", header=header)
    server = {
        "server": "s", "type": "postgres", "host": "pg", "port": 5432, "database": "shop", "schema": "public",
        "customProperties": [{"property": "airflowConnId", "value": "dwh"}],
    }  # fmt: skip
    project.contract(servers=[server], owner=None)
    report = project.check()

    assert failing(report) == {("owner-missing", "orders")}
    assert str(report.failing[0].finding.dataset) == "postgres://pg:5432 shop.public.orders"


def test_where_a_contract_may_mean_it_under_another_name_nothing_fails(project: Project) -> None:
    project.reader("shop")
    server = {
        "server": "s",
        "type": "custom",
        "customProperties": [{"property": "airflowConnId", "value": "dwh"}],
    }
    project.contract(servers=[server])
    report = project.check()

    assert failing(report) == set()
    unknown = finding(report, "contract-missing").finding
    assert unknown.result.value == "unknown"
    assert "AIRFLOW_CONN_DWH" in unknown.message


def test_what_only_history_tells_is_unknown_and_never_fails(project: Project) -> None:
    project.reader("shop")
    project.contract(
        slaProperties=[{"property": "freshness", "value": 1, "unit": "d", "element": "orders"}],
        schema=[
            {
                "name": "orders",
                "properties": [{"name": "id"}],
                "quality": [{"type": "sql", "name": "fresh", "query": "select 1", "mustBe": 1}],
            }
        ],
    )
    strict = read_policy('{"quality-missing": "block", "freshness-late": "block", "schema-unknown": "block"}')
    report = project.check(policy=strict, fail_on=Level.WARN)

    assert told(report) == set()
    assert {one.finding.rule for one in report.reported} >= {"quality-missing", "schema-unknown"}


def test_sql_that_makes_a_table_without_a_promised_column_fails(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", CONNECTION)
    header = "from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator as Sql"
    sql = "create table orders (id text)"
    project.dag("load", f"Sql(task_id='make', conn_id='shop', sql={sql!r})", header=header)
    project.reader("shop")
    project.contract()

    assert ("column-missing", "orders") in failing(project.check())


def test_classified_columns_that_sql_copies_are_found(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", CONNECTION)
    header = "from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator as Sql"
    sql = "insert into orders (id, amount) select id, email from customers"
    project.dag("load", f"Sql(task_id='make', conn_id='shop', sql={sql!r})", header=header)
    project.reader("shop")
    project.contract(
        "customers",
        table="customers",
        schema=[
            {
                "name": "customers",
                "properties": [{"name": "id"}, {"name": "email", "classification": "restricted"}],
            }
        ],
    )
    project.contract(
        schema=[
            {
                "name": "orders",
                "properties": [{"name": "id"}, {"name": "amount", "classification": "public"}],
            }
        ]
    )

    assert ("classification-leaked", "orders") in failing(project.check())


def test_sql_on_a_connection_that_nobody_knows_is_held_to_the_contract_that_names_it(
    project: Project,
) -> None:
    header = "from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator as Sql"
    server = {
        "server": "s",
        "type": "custom",
        "customProperties": [{"property": "airflowConnId", "value": "dwh"}],
    }

    def contract(table: str, word: str) -> None:
        properties = [{"name": "id"}, {"name": "mail", "classification": word}]
        project.contract(table, servers=[server], schema=[{"name": table, "properties": properties}])

    contract("orders", "public")
    contract("people", "restricted")
    sql = "create table sales.orders as select mail from sales.people"
    project.dag("load", f"Sql(task_id='make', conn_id='dwh', sql={sql!r})", header=header)

    project.dag("shop", "Sql(task_id='a', conn_id='dwh', sql='select * from sales.orders')", header=header)

    assert {rule for rule, _ in failing(project.check())} == {"column-missing", "classification-leaked"}


def test_a_file_that_cannot_be_loaded_is_a_finding_and_others_are_judged(project: Project) -> None:
    (project.dags / "broken.py").write_text("from airflow.sdk import DAG\n\nimport nowhere_to_be_found\n")
    project.reader("shop")
    report = project.check()

    assert failing(report) >= {("dag-import-error", ""), ("contract-missing", "orders")}
    broken = finding(report, "dag-import-error")
    assert [str(place) for place in broken.places] == ["dags/broken.py:3"]
    assert "No module named 'nowhere_to_be_found'" in broken.finding.message
    assert broken.waive is None


def test_a_dag_may_make_its_own_check_stricter(project: Project) -> None:
    project.reader("shop", extra=", tags=['lineage-gate:block']")
    project.contract(status="deprecated")

    assert failing(project.check()) == {("contract-deprecated", "orders")}


def test_a_tag_that_asks_for_no_gate_there_is_is_told(project: Project) -> None:
    project.reader("shop", extra=", tags=['lineage-gate:blok', 'lineage-gate:off']")
    project.contract(status="deprecated")
    report = project.check()

    assert failing(report) == set()
    assert [notice.partition(":")[0] for notice in report.notices] == ["not followed in DAG shop"] * 2
    assert any("tag lineage-gate:blok asks for 'blok'" in notice for notice in report.notices)


def test_capture_that_is_switched_off_is_told(project: Project) -> None:
    project.reader("shop", extra=", params={'lineage': {'capture': False}}")
    project.contract()

    assert failing(project.check(fail_on=Level.WARN)) == {("capture-off", "")}


def test_rules_and_their_options_are_those_of_the_gates(project: Project) -> None:
    project.reader("shop")
    policy = read_policy('{"contract-missing": "warn", "owner-missing": "off"}')

    assert failing(project.check(policy=policy)) == set()
    assert failing(project.check(policy=policy, fail_on=Level.WARN)) == {("contract-missing", "orders")}


def test_a_rule_that_cannot_judge_fails_whatever_gates_do(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_lineage_provider.governance.rules import RULES

    def broken(*given: object) -> None:
        raise RuntimeError("no idea")

    project.reader("shop")
    project.contract()
    rule = next(rule for rule in RULES if rule.id == "owner-missing")
    monkeypatch.setattr(type(rule), "check", broken)
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__ON_ERROR", "open")

    assert failing(project.check()) == {("owner-missing", "orders")}
    assert failing(project.check(policy=read_policy('{"owner-missing": "warn"}'))) == set()


def test_an_invalid_contract_fails_with_its_line_and_only_a_rule_makes_it_milder(project: Project) -> None:
    project.dag("shop", "BaseOperator(task_id='t')")
    file = project.contracts / "bad.odcs.yaml"
    file.write_text("apiVersion: v3.1.0\nkind: DataContract\nid: bad\nversion: 1.10\nstatus: active\n")
    report = project.check()

    assert failing(report) == {("contract-invalid", "")}
    assert [str(place) for place in finding(report, "contract-invalid").places] == [
        "contracts/bad.odcs.yaml:4"
    ]
    mild = read_policy('{"contract-invalid": "warn"}')
    assert failing(project.check(policy=mild)) == set()


def test_contracts_on_assets_count(project: Project) -> None:
    contract = {
        "apiVersion": "v3.1.0", "kind": "DataContract", "id": "o", "version": "1.0.0", "status": "active",
        "team": {"members": [{"username": "ann", "role": "owner"}]},
        "schema": [{"name": "orders", "properties": [{"name": "id"}]}],
    }  # fmt: skip
    extra = f"extra={{'contract': {contract!r}}}"
    project.dag("shop", f"BaseOperator(task_id='t', inlets=[Asset('s3://lake/orders', {extra})])")

    assert failing(project.check()) == set()


def test_an_asset_may_name_a_contract_that_names_no_dataset(project: Project) -> None:
    project.dag(
        "shop",
        "BaseOperator(task_id='t', inlets=[Asset('s3://lake/orders', extra={'contract': 'orders'})])",
    )
    assert ("contract-missing", "s3://lake/orders") not in failing(project.check())
    project.contract(servers=[])

    assert failing(project.check()) == set()


def test_an_asset_that_another_file_defines_may_schedule(project: Project) -> None:
    project.dag(
        "load",
        "BaseOperator(task_id='t', outlets=[Asset(name='o', uri='postgres://pg:5432/shop/public/orders')])",
    )
    project.dag("shop", "BaseOperator(task_id='t')", extra="")
    text = (project.dags / "shop.py").read_text().replace("schedule=None", "schedule=Asset.ref(name='o')")
    (project.dags / "shop.py").write_text(text)

    assert ("contract-missing", "orders") in failing(project.check())


def test_assets_that_are_only_referred_to_are_read_and_written(project: Project) -> None:
    uri = "postgres://pg:5432/shop/public/"
    project.dag(
        "shop", f"BaseOperator(task_id='t', inlets=[Asset.ref(uri='{uri}stock'), Asset.ref(name='o')])"
    )
    project.dag("load", f"BaseOperator(task_id='t', outlets=[Asset(name='o', uri='{uri}orders')])")
    project.dag("waits", "BaseOperator(task_id='t')", extra=f", schedule=Asset.ref(uri='{uri}people')")
    text = (project.dags / "waits.py").read_text().replace("schedule=None, ", "")
    (project.dags / "waits.py").write_text(text)

    missing = {dataset for rule, dataset in failing(project.check()) if rule == "contract-missing"}
    assert missing == {"stock", "orders", "people"}


def test_a_waiver_lets_pass_until_it_expires(project: Project) -> None:
    from airflow_lineage_provider.governance.waiver import Waiver

    project.reader("shop")
    project.contract(owner=None)
    waiver = Waiver(
        3, "owner-missing", "the team moves", NOW + timedelta(days=3), name="shop.*", approved_at=NOW
    )

    report = project.check(waivers=(waiver,))
    assert failing(report) == set()
    assert any("waiver 3 of owner-missing expires" in notice for notice in report.notices)
    later = project.check(waivers=(waiver,), now=NOW + timedelta(days=4))
    assert failing(later) == {("owner-missing", "orders")}
    assert any("expired" in notice for notice in later.notices)


def test_two_files_with_one_dag_id_are_told(project: Project) -> None:
    project.reader("shop")
    (project.dags / "twin.py").write_text((project.dags / "shop.py").read_text())

    assert ("dag-import-error", "") in failing(project.check())


def test_the_environment_chooses_the_servers(project: Project) -> None:
    project.reader("shop")
    server = {
        "server": "p", "type": "postgres", "host": "pg", "port": 5432, "database": "shop", "schema": "public",
        "environment": "prod",
    }  # fmt: skip
    project.contract(servers=[server])

    assert failing(project.check(environment="prod")) == set()
    assert ("contract-missing", "orders") in failing(project.check(environment="dev"))
