from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from airflow_lineage_provider.mailbox.key import MailboxKey
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.record import CaptureError
from tests.cli.conftest import Shell
from tests.mailbox.office import Office
from tests.store.stories import core, entry, sql


@pytest.fixture
def shop(office: Office) -> Office:
    """load: raw -> orders; report: orders -> summary. Nothing is drained yet."""
    office.post_record(
        core(
            office.attempt("load"),
            operator="pkg.LoadOperator",
            inputs=[entry("raw")],
            outputs=[
                entry("orders", Evidence.DECLARED, columns=(Column("id", "int"), Column("name")), rows=7)
            ],
        ),
        task_id="load",
    )
    office.post_record(
        core(office.attempt("report"), inputs=[entry("orders")], outputs=[entry("summary")]),
        task_id="report",
    )
    return office


@pytest.mark.parametrize(
    "arguments",
    [
        ("status",),
        ("runs", "--dag-id", "d", "--run-id", "r", "--task-id", "t", "--limit", "5", "-o", "json"),
        ("graph", "--node", "dataset:a:b", "--direction", "upstream", "--depth", "0", "--no-columns"),
        ("datasets", "--namespace", "n", "--search", "s", "--limit", "5", "-o", "yaml"),
        ("explain", "s3://lake", "x", "-o", "json"),
        ("explain", "--uri", "s3://lake/x"),
        ("drain", "--loop"),
        ("dead-letters", "list", "--limit", "3"),
        ("dead-letters", "retry", "1", "2"),
        ("dead-letters", "purge", "--all", "-y"),
        ("contracts", "apply", "a.odcs.yaml", "folder", "--dry-run"),
        ("contracts", "list"),
    ],
)
def test_every_command_is_known_to_airflow(arguments: tuple[str, ...]) -> None:
    from airflow.cli import cli_parser

    parsed = cli_parser.get_parser().parse_args(["lineage", *arguments])
    assert callable(parsed.func)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("runs",), "--dag-id"),
        (("graph",), "--node"),
        (("graph", "--node", "x", "--depth", "-1"), "whole number"),
        (("graph", "--node", "x", "--depth", "far"), "invalid whole number value: 'far'"),
        (("graph", "--node", "x", "--direction", "sideways"), "sideways"),
        (("dead-letters", "retry"), "name the ids of dead letters, or --all"),
        (("dead-letters", "retry", "1", "--all"), "name the ids of dead letters, or --all"),
        (("dead-letters", "purge"), "name the ids of dead letters, or --all"),
        (("nonsense",), "nonsense"),
        (("dead-letters", "retry", "99999999999999999999"), "invalid whole number value"),
        (("datasets", "--limit", str(2**63)), "invalid whole number value"),
    ],
)
def test_wrong_usage_ends_with_2_and_says_why(shell: Shell, arguments: tuple[str, ...], said: str) -> None:
    assert said in shell(*arguments, code=2)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("runs", "--dag-id", "nowhere"), "No attempt is known of DAG nowhere."),
        (("runs", "--dag-id", "d", "--run-id", "r"), "No attempt is known of DAG d run r."),
        (("dead-letters", "retry", "99"), "1 of 1 dead letters could not be ingested."),
    ],
)
def test_an_error_is_one_line_and_ends_with_1(
    shell: Shell, office: Office, arguments: tuple[str, ...], line: str
) -> None:
    assert shell(*arguments, code=1).strip() == line


def test_a_node_nobody_knows_is_an_error(shell: Shell, office: Office) -> None:
    assert "no node id" in shell("graph", "--node", "orders", code=1)
    unknown = shell("graph", "--node", "dataset:n:orders", code=1)
    assert "`airflow lineage datasets`" in unknown
    assert len(unknown.splitlines()) == 1


@pytest.mark.parametrize(
    "said",
    [
        "no such table: lineage_run",
        'relation "lineage_run" does not exist',
        """(1146, "Table 'airflow.lineage_run' doesn't exist")""",
    ],
)
def test_missing_tables_are_named_with_what_to_do(
    shell: Shell, office: Office, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    from sqlalchemy.exc import OperationalError

    from airflow_lineage_provider.store import status

    def refused(**_: Any) -> Any:
        raise OperationalError("SELECT 1", {}, Exception(said))

    monkeypatch.setattr(status, "read_status", refused)
    assert shell("status", code=1).strip() == "The lineage tables are missing: run `airflow db migrate`."


def test_an_error_nobody_foresaw_is_one_line(
    shell: Shell, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow_lineage_provider.store import status

    def ill(**_: Any) -> Any:
        raise RuntimeError("first\nsecond")

    monkeypatch.setattr(status, "read_status", ill)
    assert shell("status", code=1) == (
        "unexpected error: RuntimeError: first; "
        "run with AIRFLOW__LOGGING__LOGGING_LEVEL=DEBUG for the traceback\n"
    )


def test_an_argument_that_is_no_text_is_one_line(shell: Shell, office: Office) -> None:
    assert shell("runs", "--dag-id", "caf\udce9", code=1).splitlines() == [
        r"The value of dag-id is not valid UTF-8: 'caf\udce9'."
    ]


def test_purging_without_anybody_to_ask_deletes_nothing(
    shell: Shell, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(_: str) -> str:
        raise EOFError

    office.post(MailboxKey(1, "core"), "garbage")
    shell("drain")
    monkeypatch.setattr("builtins.input", nobody)
    assert shell("dead-letters", "purge", "--all", code=1).strip() == "Nothing was deleted."
    assert len(office.letters()) == 1


def test_runs_says_when_there_are_more(
    shell: Shell, shop: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = shell.json("runs", "--dag-id", "shop")
    parsed = shell._parser.parse_args(["lineage", "runs", "--dag-id", "shop", "--limit", "1", "-o", "json"])
    parsed.func(parsed)
    printed = capsys.readouterr()
    assert json.loads(printed.out) == whole[-1:]
    assert printed.err.strip() == "There are more than these 1 newest attempts: see --limit."
    assert shell.json("runs", "--dag-id", "shop", "--limit", str(2**63 - 1)) == whole


def test_only_the_runs_asked_for_are_reconciled(shell: Shell, shop: Office) -> None:
    from tests.airflow_rows import add_attempt, add_dag_run

    with shop.session() as session:
        for number in (2, 3):
            add_dag_run(session, "shop", f"r{number}", at=datetime(2026, 6, 16 + number, tzinfo=UTC))
            add_attempt(session, "killed", run_id=f"r{number}", state="failed")
    assert shell("graph", "--node", "dataset:s3://lake:orders")
    assert shop.count("lineage_run") == 2
    assert [run["run_id"] for run in shell.json("runs", "--dag-id", "shop", "--run-id", "r2")] == ["r2"]
    assert shop.count("lineage_run") == 3
    assert len(shell.json("runs", "--dag-id", "shop")) == 4


def test_runs_drains_before_it_reads(shell: Shell, shop: Office) -> None:
    load, report = shell.json("runs", "--dag-id", "shop")
    assert load == {
        "dag_id": "shop",
        "run_id": "r1",
        "task_id": "load",
        "map_index": -1,
        "try_number": 1,
        "state": "success",
        "capture": "recorded",
        "operator": "pkg.LoadOperator",
        "openlineage_run_id": load["openlineage_run_id"],
        "started_at": "2026-06-15T12:00:00+00:00",
        "ended_at": "2026-06-15T12:00:05+00:00",
        "inputs": [
            {
                "namespace": "s3://lake",
                "name": "raw",
                "evidence": ["hook"],
                "state": "read",
                "columns": [],
                "rows": None,
                "bytes": None,
                "partitions": [],
                "partition_count": None,
            }
        ],
        "outputs": [
            {
                "namespace": "s3://lake",
                "name": "orders",
                "evidence": ["declared"],
                "state": "updated",
                "columns": [{"name": "id", "type": "int"}, {"name": "name"}],
                "rows": 7,
                "bytes": None,
                "partitions": [],
                "partition_count": None,
            }
        ],
        "errors": [],
        "truncated": [],
        "context": {},
        "statements": [],
    }
    assert report["task_id"] == "report"
    assert shop.keys() == []
    (only,) = shell.json("runs", "--dag-id", "shop", "--task-id", "report", "--run-id", "r1")
    assert only == report


def test_runs_as_a_table_name_what_was_touched_and_what_went_wrong(shell: Shell, shop: Office) -> None:
    shop.post_record(
        core(shop.attempt("ill"), errors=[CaptureError("hook", "KeyError", "no such thing")]), task_id="ill"
    )
    printed = shell("runs", "--dag-id", "shop", "--output", "plain")
    assert "s3://lake orders (declared, 2 columns)" in printed
    assert "hook: no such thing" in printed


def test_the_graph_as_nodes_and_edges(shell: Shell, shop: Office) -> None:
    graph = shell.json("graph", "--node", "dataset:s3://lake:orders", "--depth", "1")
    assert [(node["type"], node["name"]) for node in graph["nodes"]] == [
        ("dataset", "orders"),
        ("job", "shop.load"),
        ("job", "shop.report"),
    ]
    assert {(edge["source"], edge["target"], edge["runs"]) for edge in graph["edges"]} == {
        ("job:default:shop.load", "dataset:s3://lake:orders", 1),
        ("dataset:s3://lake:orders", "job:default:shop.report", 1),
    }
    assert graph["columns"] == []
    assert graph["truncated"] is False


def test_the_graph_as_a_tree(shell: Shell, shop: Office) -> None:
    assert shell("graph", "--node", "dataset:s3://lake:orders") == (
        "upstream:\n"
        "dataset s3://lake orders\n"
        "│  · id int, name\n"
        "└─ job shop.load [LoadOperator]\n"
        "   └─ dataset s3://lake raw\n"
        "downstream:\n"
        "dataset s3://lake orders\n"
        "│  · id int, name\n"
        "└─ job shop.report [PythonOperator]\n"
        "   └─ dataset s3://lake summary\n"
    )
    assert shell("graph", "--node", "job:default:shop.load", "--direction", "downstream", "--no-columns") == (
        "job shop.load [LoadOperator]\n"
        "└─ dataset s3://lake orders\n"
        "   └─ job shop.report [PythonOperator]\n"
        "      └─ dataset s3://lake summary\n"
    )


def test_column_lineage_of_the_graph(shell: Shell, office: Office) -> None:
    office.post_record(core(office.attempt(), **sql("INSERT INTO copy (id) SELECT id FROM orders")))
    graph = shell.json("graph", "--node", "dataset:postgres://db:5432:shop.public.copy")
    (column,) = graph["columns"]
    assert column["output"] == {"dataset": "dataset:postgres://db:5432:shop.public.copy", "column": "id"}
    assert column["input"] == {"dataset": "dataset:postgres://db:5432:shop.public.orders", "column": "id"}
    assert column["job"] == "job:default:shop.load"


def test_datasets_are_listed_searched_and_limited(shell: Shell, shop: Office) -> None:
    everything = shell.json("datasets")
    assert [row["name"] for row in everything] == ["orders", "raw", "summary"]
    orders = everything[0]
    assert orders.keys() == {"namespace", "name", "writers", "readers", "last_seen", "columns"}
    assert (orders["writers"], orders["readers"]) == (1, 1)
    assert orders["columns"] == [{"name": "id", "type": "int"}, {"name": "name"}]
    assert datetime.fromisoformat(orders["last_seen"]).tzinfo
    assert [row["name"] for row in shell.json("datasets", "--search", "ORDER")] == ["orders"]
    assert shell.json("datasets", "--search", "o_ders") == []  # no wildcard
    assert shell.json("datasets", "--namespace", "s3://lak") == []
    assert len(shell.json("datasets", "--limit", "2")) == 2
    assert "orders" in shell("datasets")


def test_status_counts(shell: Shell, shop: Office) -> None:
    shop.post(MailboxKey(1, "core"), "garbage", map_index=9)
    killed = datetime(2026, 1, 1, tzinfo=UTC)
    shop.attempt("killed", state="failed", ended_at=killed)
    status = shell.json("status")
    assert {key: status[key] for key in ("queue", "queue_oldest_seconds", "dead_letters", "coverage")} == {
        "queue": 0,
        "queue_oldest_seconds": None,
        "dead_letters": 1,
        "coverage": round(2 / 3, 4),
    }
    assert status["attempts"] == {
        "pending": 0,
        "announced": 0,
        "recorded": 2,
        "partial": 0,
        "missing": 1,
        "not_run": 0,
    }
    assert (status["datasets"], status["jobs"], status["edges"]) == (3, 3, 4)
    assert status["state_store_backend"] is None
    assert status["invalid_options"] == []
    assert "66.67%" in shell("status")


def test_status_before_the_first_run(shell: Shell, office: Office) -> None:
    assert shell.json("status")["coverage"] is None
    assert "coverage" in shell("status", "--output", "plain")


def test_drain_says_what_it_did(shell: Shell, shop: Office) -> None:
    shop.post(MailboxKey(1, "core"), "garbage", map_index=9)
    assert shell("drain").strip() == (
        "2 records ingested, 1 put among the dead letters, 0 questions answered, 0 waiting"
    )
    assert shell("drain").startswith("0 records ingested, 0 put")


def test_dead_letters_are_listed_retried_and_purged(
    shell: Shell, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        office.post(MailboxKey(1, "core"), "garbage", map_index=number)
    shell("drain")
    letters = shell.json("dead-letters", "list")
    assert [letter["map_index"] for letter in letters] == [2, 1, 0]  # newest first
    assert letters[0].keys() == {
        "id", "dag_id", "run_id", "task_id", "map_index", "key", "received_at", "bytes", "retries", "reason",
    }  # fmt: skip
    assert letters[0]["bytes"] == len("garbage")
    assert "not JSON" in letters[0]["reason"]
    assert len(shell.json("dead-letters", "list", "--limit", "1")) == 1

    first = str(letters[-1]["id"])
    assert "1 of 1 dead letters" in shell("dead-letters", "retry", first, code=1)
    assert shell.json("dead-letters", "list")[-1]["retries"] == 1

    monkeypatch.setattr("builtins.input", lambda _: "n")
    assert shell("dead-letters", "purge", first, code=1).strip() == "Nothing was deleted."
    assert len(office.letters()) == 3
    assert shell("dead-letters", "purge", first, "-y").strip() == "1 dead letters deleted"
    monkeypatch.setattr("builtins.input", lambda _: "y")
    assert "2 dead letters deleted" in shell("dead-letters", "purge", "--all")
    assert office.letters() == []


def test_a_retry_of_all_ingests_what_can_be(shell: Shell, office: Office) -> None:
    from airflow_lineage_provider.store.tables import Run

    ti_id = office.attempt("load")
    good = json.dumps(core(ti_id).to_wire())
    office.post("airflow_lineage_provider/2/core", good)
    shell("drain")
    with office.session() as session:
        from airflow.models.taskinstance import TaskInstance

        table: Any = TaskInstance.__table__
        session.execute(table.update().values(try_number=2))
    assert shell("dead-letters", "retry", "--all").strip().endswith(": ingested")
    with office.session() as session:
        assert session.query(Run).count() == 1


def test_yaml_is_yaml(shell: Shell, shop: Office) -> None:
    import yaml

    assert yaml.safe_load(shell("status", "--output", "yaml"))["datasets"] == 3
    assert len(yaml.safe_load(shell("runs", "--dag-id", "shop", "-o", "yaml"))) == 2
