from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.tables import Finding, Verdict, VerdictFinding, Waiver
from airflow_lineage_provider.store.verdicts import read_body
from tests.governance.world import NOW

ORDERS = DatasetId("postgres://pg:5432", "shop.public.orders")
STOCK = DatasetId("postgres://pg:5432", "shop.public.stock")
REPORT = DatasetId("postgres://pg:5432", "shop.public.report")
OF_BEFORE = DatasetId("mssql://pg:1433", "Shop.dbo.Orders")
OF_TODAY = DatasetId("mssql://pg:1433", "shop.dbo.orders")
URI = "postgres://pg:5432/shop/public/orders"


def names(answer: dict[str, Any]) -> list[str]:
    return [dataset["name"].rpartition(".")[2] for dataset in answer["datasets"]]


def rules(answer: dict[str, Any]) -> list[str]:
    return [finding["rule"] for finding in answer["findings"]]


# --- scope


def test_nothing_known_is_a_finding_that_does_not_block(world: Any):
    world.dag("shop", "validate >> load")

    answer = world.ask("shop")

    assert (answer["result"], answer["blocks"], rules(answer)) == ("warn", False, ["upstream-unknown"])
    assert "nothing is known yet about what DAG shop reads" in answer["message"]


def test_nothing_known_is_no_finding_where_its_rule_is_off(world: Any):
    world.dag("shop", "validate >> load")

    answer = world.ask("shop", rules={"upstream-unknown": "off"})

    assert (answer["result"], answer["blocks"], answer["findings"]) == ("unknown", False, [])


def test_a_declared_inlet_is_judged_before_any_run(world: Any):
    world.dag("shop", "validate >> load")
    world.inlet(world.asset(URI), "shop", "load")

    answer = world.ask("shop")

    assert names(answer) == ["orders"]
    assert answer["datasets"][0]["known_by"] == ["declared inlet of shop.load"]
    assert (answer["result"], answer["blocks"]) == ("fail", True)


def test_an_asset_meets_what_was_read_however_its_uri_is_spelled(world: Any):
    world.dag("shop", "validate >> load")
    world.record("shop", "load", "r0", reads=(ORDERS,), dag_run_id=100)
    world.inlet(world.asset("postgresql://PG/shop/orders"), "shop", "load")

    answer = world.ask("shop")

    assert names(answer) == ["orders"]
    assert len(answer["datasets"][0]["known_by"]) == 2


def test_a_question_may_spell_a_name_in_other_ways(world: Any):
    world.dag("shop", "validate >> load")

    answer = world.ask(
        "shop",
        datasets=[
            {"namespace": "postgresql://PG.", "name": "shop.public.orders"},
            {"uri": "postgresql://PG/shop/orders"},
        ],
    )

    assert [(dataset["namespace"], dataset["name"]) for dataset in answer["datasets"]] == [
        (ORDERS.namespace, ORDERS.name)
    ]


def test_an_asset_that_schedules_the_dag_is_judged(world: Any):
    world.dag("shop", "validate >> load")
    world.schedule(world.asset(URI), "shop")

    assert world.ask("shop")["datasets"][0]["known_by"] == ["schedules shop"]


def test_what_the_last_run_read_is_judged(world: Any):
    world.dag("shop", "validate >> load")
    world.record("shop", "load", "r0", reads=(ORDERS,), dag_run_id=100)

    answer = world.ask("shop")

    assert answer["datasets"][0]["known_by"] == ["read by shop.load in run r0"]


def test_a_read_that_the_next_success_did_not_repeat_is_forgotten(world: Any):
    world.dag("shop", "validate >> load")
    world.record("shop", "load", "r0", reads=(ORDERS, STOCK), dag_run_id=100)
    world.record("shop", "load", "r1", reads=(STOCK,), dag_run_id=101)

    assert names(world.ask("shop")) == ["stock"]


@pytest.mark.parametrize(
    ("state", "capture"), [("failed", "recorded"), ("upstream_failed", "not_run"), ("success", "missing")]
)
def test_a_run_that_did_not_succeed_makes_nobody_forget(world: Any, state: str, capture: str):
    world.dag("shop", "validate >> load")
    world.record("shop", "load", "r0", reads=(ORDERS,), dag_run_id=100)
    world.record("shop", "load", "r1", dag_run_id=101, state=state, capture=capture)

    assert names(world.ask("shop")) == ["orders"]


def test_what_a_failed_attempt_read_counts_too(world: Any):
    world.dag("shop", "validate >> load")
    world.record("shop", "load", "r0", reads=(ORDERS,), dag_run_id=100)
    world.record("shop", "load", "r1", reads=(STOCK,), dag_run_id=101, state="failed")

    assert names(world.ask("shop")) == ["orders", "stock"]


def test_every_mapped_instance_of_the_last_run_counts(world: Any):
    world.dag("shop", "validate >> load")
    world.record("shop", "load", "r0", reads=(REPORT,), dag_run_id=100)
    world.record("shop", "load", "r1", reads=(ORDERS,), dag_run_id=101, map_index=0)
    world.record("shop", "load", "r1", reads=(STOCK,), dag_run_id=101, map_index=1)

    assert names(world.ask("shop")) == ["orders", "stock"]


def test_a_task_that_left_the_dag_does_not_count(world: Any):
    world.dag("shop", "validate >> load")
    world.record("shop", "gone", "r0", reads=(ORDERS,), dag_run_id=100)

    assert world.ask("shop")["datasets"] == []


def test_what_the_dag_writes_itself_is_not_from_outside(world: Any):
    world.dag("shop", "validate >> load >> report")
    world.record("shop", "load", "r0", reads=(ORDERS,), writes=(STOCK,), dag_run_id=100)
    world.record("shop", "report", "r0", reads=(STOCK,), dag_run_id=100)

    assert names(world.ask("shop")) == ["orders"]


def test_a_declared_outlet_is_not_from_outside(world: Any):
    world.dag("shop", "validate >> load >> report")
    asset = world.asset(URI)
    world.outlet(asset, "shop", "load")
    world.inlet(asset, "shop", "report")

    assert world.ask("shop")["datasets"] == []


def test_what_others_write_as_well_is_from_outside(world: Any):
    world.dag("shop", "validate >> load")
    world.record("shop", "load", "r0", reads=(ORDERS,), writes=(ORDERS,), dag_run_id=100)
    world.record("other", "load", "r0", writes=(ORDERS,), dag_run_id=99)

    assert names(world.ask("shop")) == ["orders"]


def test_what_upstream_tasks_wrote_in_this_run_is_judged(world: Any):
    world.dag("shop", "extract >> load >> validate >> report, validate >> later")
    run = world.run("shop")
    for task, dataset in (("extract", ORDERS), ("load", STOCK)):
        world.record("shop", task, writes=(dataset,), dag_run_id=run, ti_id=world.attempt("shop", task))
    world.record("shop", "later", writes=(REPORT,), dag_run_id=run)

    answer = world.ask("shop", dag_run_id=run)

    assert names(answer) == ["orders", "stock"]
    assert answer["datasets"][0]["known_by"] == ["written by upstream task extract in this run"]


def test_what_upstream_tasks_wrote_in_another_run_is_not_judged(world: Any):
    world.dag("shop", "load >> validate")
    run = world.run("shop")
    world.record("shop", "load", "r0", writes=(ORDERS,), dag_run_id=run + 1000)

    assert world.ask("shop", dag_run_id=run)["datasets"] == []


def test_what_the_validation_noted_as_read_does_not_keep_itself_alive(world: Any):
    world.dag("shop", "validate >> load, check >> load")
    world.inlet(world.asset(URI), "shop", "load")
    for task in ("validate", "check"):
        world.ask("shop", task)
        world.record("shop", task, "r0", reads=(STOCK,), dag_run_id=100)

    assert names(world.ask("shop")) == ["orders"]


def test_an_alias_and_its_dataset_are_one(world: Any):
    world.dag("shop", "validate >> load")
    world.inlet(world.asset("s3://bucket/orders"), "shop", "load")
    world.alias(DatasetId("s3://bucket", "orders"), ORDERS)
    world.record("shop", "load", "r0", reads=(ORDERS,), dag_run_id=100)

    answer = world.ask("shop")

    assert names(answer) == ["orders"]
    assert answer["datasets"][0]["known_by"] == ["declared inlet of shop.load", "read by shop.load in run r0"]


def test_named_datasets_replace_what_the_dag_reads(world: Any):
    world.dag("shop", "validate >> load")
    world.record("shop", "load", "r0", reads=(REPORT,), dag_run_id=100)
    world.asset("postgres://pg:5432/shop/public/items", "items")
    datasets = [
        {"namespace": STOCK.namespace, "name": STOCK.name},
        {"uri": URI},
        {"asset_name": "items"},
        {"asset_name": "nowhere"},
    ]

    answer = world.ask("shop", datasets=datasets)

    assert names(answer) == ["nowhere", "items", "orders", "stock"]
    assert {dataset["known_by"][0] for dataset in answer["datasets"]} == {"named in the question"}


def test_a_dag_that_is_not_serialized_is_judged_by_what_it_declares(world: Any):
    world.dag("shop", "validate >> load")
    world.inlet(world.asset(URI), "shop", "load")

    assert world.ask("shop", "nobody")["result"] == "fail"


# --- owners and contracts


def judged(world: Any) -> dict[str, Any]:
    return world.ask("shop", datasets=[{"namespace": ORDERS.namespace, "name": ORDERS.name}])


def owner(world: Any) -> tuple[str, str] | None:
    owners = judged(world)["datasets"][0]["owners"]
    return (owners[0]["name"], owners[0]["source"]) if owners else None


def test_an_owner_comes_from_the_contract_then_the_asset_then_the_dag_that_writes(world: Any):
    world.dag("load", "load", owners="dag-team, airflow")
    world.record("load", "load", "r0", writes=(ORDERS,), dag_run_id=100)
    assert owner(world) == ("dag-team", "owner of DAG load")

    asset = world.asset(URI, "orders", extra={"owner": "asset-team"})
    world.outlet(asset, "load", "load")
    assert owner(world) == ("asset-team", "extra of asset orders")

    world.contract(ORDERS, owner="contract-team", channel="#orders")
    assert owner(world) == ("contract-team", "contract orders 1.2.0")


@pytest.mark.parametrize("state", ["failed", "running", "upstream_failed"])
def test_who_only_claims_to_write_owns_nothing(world: Any, state: str):
    world.dag("load", "load", owners="dag-team")
    world.record("load", "load", "r0", writes=(ORDERS,), dag_run_id=100, state=state)

    assert owner(world) is None


@pytest.mark.parametrize("owners", ["airflow", "", "Airflow", "airflow, "])
def test_airflow_owns_nothing(world: Any, owners: str):
    world.dag("load", "load", owners=owners)
    world.record("load", "load", "r0", writes=(ORDERS,), dag_run_id=100)

    assert owner(world) is None


@pytest.mark.parametrize(
    ("extra", "name"),
    [
        ({"owner": "a"}, "a"),
        ({"owners": ["a", "b"]}, "a"),
        ({"owners": [{"name": "a"}]}, "a"),
        ({"team": "a"}, "a"),
        ({"owner": " airflow ", "team": "a"}, "a"),
        ({"owner": ""}, None),
        ({"owner": 7}, None),
        ({"other": "owner"}, None),
    ],
)
def test_the_extra_of_an_asset_names_an_owner(world: Any, extra: dict[str, Any], name: str | None):
    world.dag("shop", "validate")
    world.inlet(world.asset(URI, "orders", extra=extra), "shop", "validate")

    assert owner(world) == ((name, "extra of asset orders") if name else None)


def test_an_asset_that_only_a_worker_mentioned_makes_nobody_an_owner(world: Any):
    world.asset(URI, extra={"owner": "worker"})

    assert owner(world) is None


def test_the_dag_that_declares_the_outlet_owns_it_before_its_first_run(world: Any):
    world.dag("load", "load", owners="dag-team")
    world.outlet(world.asset(URI), "load", "load")
    world.dag("shop", "validate >> read")
    asset = world.session.scalar(select(type(world.asset("x", "x"))).filter_by(uri=URI))
    world.inlet(asset, "shop", "read")

    answer = world.ask("shop")

    assert answer["datasets"][0]["producers"] == ["load.load"]
    assert rules(answer) == ["contract-missing"]


def test_an_external_producer_is_nobody_in_airflow(world: Any):
    world.record(None, "spark.load", "x", writes=(ORDERS,))

    answer = judged(world)

    assert answer["datasets"][0]["producers"] == ["spark.load"]
    assert rules(answer) == ["owner-missing", "contract-missing"]


def test_a_contract_with_an_owner_passes(world: Any):
    world.contract(ORDERS, owner="ann", channel="#orders")

    answer = judged(world)

    assert (answer["result"], answer["blocks"], answer["findings"]) == ("pass", False, [])
    assert answer["message"] == "All is well with 1 upstream dataset."
    assert answer["datasets"][0]["contracts"][0] == {
        "id": "orders", "version": "1.2.0", "status": "active", "owner": "ann", "channel": "#orders",
        "origin": "odcs",
    }  # fmt: skip


def test_a_contract_without_an_owner_still_lacks_an_owner(world: Any):
    world.contract(ORDERS)

    assert rules(judged(world)) == ["owner-missing"]


def test_a_retired_contract_satisfies_nothing(world: Any):
    world.contract(ORDERS, status="Retired", owner="ann")

    answer = judged(world)

    assert rules(answer) == ["owner-missing", "contract-retired"]
    assert answer["findings"][1]["message"] == "the contract has been retired: orders 1.2.0"
    assert answer["findings"][1]["contract"]["version"] == "1.2.0"


def test_only_the_current_version_of_a_contract_counts(world: Any):
    world.contract(ORDERS, owner="ann")
    world.contract(STOCK, version="2.0.0", owner="ann")

    assert rules(judged(world)) == ["owner-missing", "contract-missing"]


def test_a_contract_that_is_bound_to_an_alias_speaks_for_its_dataset(world: Any):
    alias = DatasetId("s3://bucket", "orders")
    world.alias(alias, ORDERS)
    world.contract(alias, owner="ann")

    assert judged(world)["result"] == "pass"


# --- levels


def test_level_warn_never_blocks(world: Any):
    world.dag("shop", "validate >> load")
    world.inlet(world.asset(URI), "shop", "load")

    answer = world.ask("shop", level="warn", rules={"owner-missing": "block"})

    assert (answer["result"], answer["blocks"]) == ("warn", False)


def test_a_rule_can_be_milder_or_off(world: Any):
    world.dag("shop", "validate >> load")
    world.inlet(world.asset(URI), "shop", "load")

    warned = world.ask("shop", rules={"owner-missing": "off", "contract-missing": "warn"})
    observed = world.ask("shop", rules={"owner-missing": "off", "contract-missing": "observe"})

    assert (warned["result"], rules(warned)) == ("warn", ["contract-missing"])
    assert (observed["result"], rules(observed)) == ("pass", ["contract-missing"])


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"v": 2}, "question.v is 2"),
        ({"ask": "other"}, "question.ask must be one of validate, scope, freshness"),
        ({"level": "off"}, "question.level must be warn or block"),
        ({"datasets": []}, "question.datasets must be null or a list"),
        ({"datasets": ["x"]}, "question.datasets[0] must be an object"),
        ({"datasets": [{"uri": ""}]}, "question.datasets[0].uri must be a text"),
        ({"datasets": [{"uri": "x", "name": "y"}]}, "question.datasets[0] must be an object"),
        ({"datasets": [{"namespace": "n" * 1025, "name": "y"}]}, "question.datasets[0].namespace must be a text of 1 to 1024"),
        ({"datasets": [{"uri": "x"}] * 1001}, "question.datasets must be null or a list of 1 to 1000"),
        ({"rules": []}, "question.rules must be null or an object"),
        ({"rules": {"owner-mising": "warn"}}, "question.rules: there is no rule 'owner-mising'"),
        ({"rules": {"owner-missing": ["warn"]}}, "question.rules.owner-missing must be one of off, observe, warn, block"),
        ({"more": 1}, "question has unknown fields: more"),
    ],
)  # fmt: skip
def test_a_malformed_question_names_its_field(world: Any, change: dict[str, Any], error: str):
    answer = world.ask("shop", **change)

    assert list(answer) == ["error"]
    assert answer["error"].startswith(error)
    assert world.session.scalar(select(Verdict.id)) is None


# --- waiting


def prepared(world: Any, **attempt: Any) -> tuple[int, Any]:
    world.dag("shop", "load >> validate >> report")
    run = world.run("shop")
    return run, world.attempt("shop", "load", **attempt)


def test_the_judge_waits_for_an_upstream_attempt_whose_record_has_not_come(world: Any):
    run, ti_id = prepared(world)
    assert world.ask("shop", dag_run_id=run) is None

    world.record("shop", "load", writes=(ORDERS,), dag_run_id=run, ti_id=ti_id)
    assert names(world.ask("shop", dag_run_id=run)) == ["orders"]


@pytest.mark.parametrize("capture", ["pending", "announced"])
def test_the_judge_waits_for_what_was_announced(world: Any, capture: str):
    run, ti_id = prepared(world)
    world.record("shop", "load", dag_run_id=run, ti_id=ti_id, capture=capture)

    assert world.ask("shop", dag_run_id=run) is None


@pytest.mark.parametrize(
    "attempt",
    [
        pytest.param({"ran": False}, id="an operator without work"),
        pytest.param({"ran": False, "state": "upstream_failed"}, id="never started"),
        pytest.param({"state": "running"}, id="still running"),
    ],
)
def test_the_judge_waits_for_nothing_that_will_not_come(world: Any, attempt: dict[str, Any]):
    run, _ = prepared(world, **attempt)

    assert world.ask("shop", dag_run_id=run) is not None


def test_the_judge_does_not_wait_for_tasks_beside_or_after(world: Any):
    world.dag("shop", "load >> validate >> report, aside")
    run = world.run("shop")
    for task in ("report", "aside"):
        world.attempt("shop", task)

    assert world.ask("shop", dag_run_id=run) is not None


def test_waiting_leaves_no_verdict(world: Any):
    run, _ = prepared(world)
    world.ask("shop", dag_run_id=run)

    assert world.session.scalar(select(Verdict.id)) is None


def test_giving_up_names_the_late_tasks_and_goes_on(world: Any):
    run, _ = prepared(world)

    answer = world.ask("shop", dag_run_id=run, give_up=True)

    assert (answer["result"], answer["blocks"]) == ("error", False)
    assert "load try 1" in answer["message"]
    absent = next(finding for finding in answer["findings"] if finding["rule"] == "upstream-record-absent")
    assert (absent["result"], absent["dag_id"], absent["subject"]) == ("error", "shop", "late")


def test_giving_up_blocks_where_errors_are_closed(world: Any, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__ON_ERROR", "closed")
    run, _ = prepared(world)

    assert world.ask("shop", dag_run_id=run, give_up=True)["blocks"] is True
    assert world.ask("shop", dag_run_id=run, give_up=True, level="warn")["blocks"] is False


def test_a_question_that_switches_the_rule_off_mends_no_absent_record(world: Any):
    run, _ = prepared(world)
    absent = select(Finding.resolved_at).where(Finding.rule == "upstream-record-absent")

    world.ask("shop", dag_run_id=run, give_up=True)
    world.ask("shop", dag_run_id=run, give_up=True, rules={"upstream-record-absent": "off"})

    assert world.session.scalars(absent).one() is None


@pytest.mark.parametrize("configured", [True, False])
def test_a_mild_question_does_not_open_what_errors_and_rules_close(
    world: Any, monkeypatch: pytest.MonkeyPatch, configured: bool
):
    wrong = {"level": "block", "options": {"days": "no"}} if configured else {"options": {"days": "no"}}
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__ON_ERROR", "closed")
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__RULES", json.dumps({"schema-stale": wrong}))
    world.dag("shop", "validate")

    asked = world.ask("shop", datasets=[{"namespace": "n", "name": "t"}], level="warn")

    assert asked["blocks"] is configured


def test_an_answer_about_very_much_is_cut_and_the_verdict_is_not(world: Any):
    world.dag("shop", "validate")
    datasets = [{"namespace": "n", "name": f"t{number:04}"} for number in range(1_000)]
    names = {(each["namespace"], each["name"]) for each in datasets}

    answer = world.ask("shop", datasets=datasets)

    assert (len(answer["findings"]), answer["findings_total"]) == (500, 2_000)
    assert {(each["namespace"], each["name"]) for each in answer["datasets"]} == names
    stored = world.session.scalar(select(Verdict.body).where(Verdict.id == answer["verdict_id"]))
    assert len(read_body(stored)["findings"]) == 2_000


def test_a_record_that_will_never_come_is_said_at_once(world: Any):
    run, ti_id = prepared(world)
    world.record("shop", "load", dag_run_id=run, ti_id=ti_id, capture="missing")

    answer = world.ask("shop", dag_run_id=run)

    assert answer["result"] == "error"
    assert "left no lineage: load try 1" in answer["message"]


def test_findings_still_fail_when_a_record_is_late(world: Any):
    run, _ = prepared(world)
    world.inlet(world.asset(URI), "shop", "report")

    answer = world.ask("shop", dag_run_id=run, give_up=True)

    assert (answer["result"], answer["blocks"]) == ("fail", True)
    assert rules(answer) == ["owner-missing", "contract-missing", "upstream-record-absent"]


# --- what is kept and said


def test_the_verdict_is_stored_with_its_findings(world: Any):
    world.dag("shop", "validate >> load")
    world.inlet(world.asset(URI), "shop", "load")

    answer = world.ask("shop")

    verdict = world.session.get(Verdict, answer["verdict_id"])
    assert (verdict.gate, verdict.dag_id, verdict.run_id, verdict.task_id) == (
        "operator",
        "shop",
        "r1",
        "validate",
    )
    assert (verdict.map_index, verdict.try_number) == (-1, 1)
    assert (verdict.result, verdict.datasets, verdict.message) == ("fail", 1, answer["message"])
    findings = world.session.execute(
        select(Finding, VerdictFinding.level)
        .join(VerdictFinding, VerdictFinding.finding_id == Finding.id)
        .where(
            VerdictFinding.verdict_id == verdict.id, Finding.result == "fail", VerdictFinding.level == "block"
        )
        .order_by(Finding.rule.desc())
    ).all()
    assert [(row.rule, level, row.result, row.digest) for row, level in findings] == [
        ("owner-missing", "block", "fail", ORDERS.digest),
        ("contract-missing", "block", "fail", ORDERS.digest),
    ]
    assert '"known_by":["declared inlet of shop.load"]' in findings[0][0].evidence


def test_the_message_says_everything_somebody_needs(world: Any):
    world.dag("shop", "validate >> load")
    world.inlet(world.asset(URI), "shop", "load")
    world.contract(ORDERS, channel="#orders")
    world.record("load_orders", "load", "r0", writes=(ORDERS,), dag_run_id=100)
    world.record("shop", "load", "r0", reads=(STOCK,), dag_run_id=101)

    lines = world.ask("shop", rules={"input-undeclared": "off", "declared-unused": "off"})[
        "message"
    ].splitlines()

    waive, of = "  waive: airflow lineage waivers create", "--namespace postgres://pg:5432 --name shop.public"
    assert lines[0] == "3 findings on 2 upstream datasets; result: fail."
    assert [line for line in lines[1:] if not line.startswith("  fix: ")] == [
        "1. owner-missing (block): postgres://pg:5432 shop.public.orders",
        "  nobody owns this dataset",
        "  contract: orders 1.2.0 (active)",
        "  owner: nobody; channel: #orders",
        "  known by: declared inlet of shop.load",
        f"{waive} --rule owner-missing {of}.orders --days 14 --reason '...'",
        "2. owner-missing (block): postgres://pg:5432 shop.public.stock",
        "  nobody owns this dataset",
        "  contract: none",
        "  owner: nobody; channel: none known",
        "  known by: read by shop.load in run r0",
        f"{waive} --rule owner-missing {of}.stock --days 14 --reason '...'",
        "3. contract-missing (block): postgres://pg:5432 shop.public.stock",
        "  no contract speaks for this dataset",
        "  contract: none",
        "  owner: nobody; channel: none known",
        "  known by: read by shop.load in run r0",
        f"{waive} --rule contract-missing {of}.stock --days 14 --reason '...'",
    ]
    fixes = [line for line in lines if line.startswith("  fix: ")]
    assert "give contract orders a team member with role owner" in fixes[0]
    assert "('airflow' does not count)" in fixes[0]
    assert "airflow lineage contracts apply PATH" in fixes[2]


def test_the_wire_form_is_json_with_stable_keys(world: Any):
    import json

    world.dag("shop", "validate >> load")
    world.inlet(world.asset(URI), "shop", "load")

    answer = json.loads(json.dumps(world.ask("shop")))

    assert list(answer) == [
        "v",
        "result",
        "blocks",
        "message",
        "datasets",
        "findings",
        "grant",
        "verdict_id",
        "enforced",
    ]
    assert list(answer["datasets"][0]) == [
        "namespace",
        "name",
        "known_by",
        "owners",
        "contracts",
        "producers",
        "degree",
    ]
    assert list(answer["findings"][0]) == [
        "key", "rule", "level", "result", "dataset", "dag_id", "subject", "message", "fix", "waive", "owner", "channel",
        "contract", "known_by", "degree", "evidence", "waiver", "is_baselined", "enforce_from",
    ]  # fmt: skip


@pytest.mark.parametrize("bound_to", [OF_BEFORE, OF_TODAY], ids=["bound before", "bound anew"])
@pytest.mark.parametrize("read_as", [OF_BEFORE, OF_TODAY], ids=["read before", "read since"])
def test_a_verdict_does_not_change_with_the_rules_for_names(
    world: Any, bound_to: DatasetId, read_as: DatasetId
):
    world.dag("shop", "validate >> load")
    world.contract(bound_to, owner="ann")
    world.record("shop", "load", "r0", reads=(read_as,), dag_run_id=100)
    world.inlet(world.asset("mssql://pg/Shop/dbo/Orders"), "shop", "load")

    answer = world.ask("shop")

    assert answer["result"] == "pass"
    assert [entry["name"] for entry in answer["datasets"]] == [OF_TODAY.name]
    assert [owner["name"] for owner in answer["datasets"][0]["owners"]] == ["ann"]


def test_who_wrote_a_dataset_under_its_name_of_before_still_answers_for_it(world: Any):
    world.dag("load", "write", owners="ben")
    world.record("load", "write", "r0", writes=(OF_BEFORE,), dag_run_id=50)
    world.dag("shop", "validate >> report")
    world.record("shop", "report", "r0", reads=(OF_BEFORE,), dag_run_id=100)

    (dataset,) = world.ask("shop")["datasets"]

    assert dataset["name"] == OF_TODAY.name
    assert [owner["name"] for owner in dataset["owners"]] == ["ben"]


def test_what_one_dag_asks_mildly_stands_for_everybody_as_it_was(world: Any):
    world.dag("shop", "validate")
    asked = [{"namespace": ORDERS.namespace, "name": ORDERS.name}]
    kept = select(Finding.level, Finding.waiver_id).where(Finding.rule == "contract-missing")

    for question in ({"rules": {"contract-missing": "observe"}}, {"level": "warn"}, {}):
        answer = world.ask("shop", datasets=asked, **question)
        assert world.session.execute(kept).one() == ("block", None)
    waiver = Waiver(
        rule="contract-missing", dag_id="shop", reason="r", author="ann", created_at=NOW, approver="ben",
        approved_at=NOW, expires_at=NOW + timedelta(days=36_500),
    )  # fmt: skip
    world.session.add(waiver)
    world.session.flush()
    answer = world.ask("shop", datasets=asked)

    found = {finding["rule"]: finding for finding in answer["findings"]}["contract-missing"]
    assert (found["level"], found["waiver"]["id"]) == ("observe", waiver.id)
    assert world.session.execute(kept).one() == ("block", None)
    link = select(VerdictFinding.level, VerdictFinding.waiver_id).where(
        VerdictFinding.verdict_id == answer["verdict_id"], VerdictFinding.waiver_id.is_not(None)
    )
    assert world.session.execute(link).one() == ("observe", waiver.id)

    waiver.dag_id, waiver.name = None, ORDERS.name
    world.session.flush()
    world.ask("shop", datasets=asked)
    assert world.session.execute(kept).one() == ("observe", waiver.id)


@pytest.mark.parametrize("policy", [{"contract-missing": "off"}, {"contract-missing": "warn"}])
def test_what_one_dag_asks_strictly_stands_for_everybody_as_configured(
    world: Any, monkeypatch: pytest.MonkeyPatch, policy: dict[str, str]
):
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__RULES", json.dumps(policy))
    world.dag("shop", "validate")
    asked = [{"namespace": ORDERS.namespace, "name": ORDERS.name}]

    assert world.ask("shop", datasets=asked, rules={"contract-missing": "block"})["blocks"]
    kept = world.session.scalar(select(Finding.level).where(Finding.rule == "contract-missing"))
    assert kept == {"off": "observe", "warn": "warn"}[policy["contract-missing"]]
