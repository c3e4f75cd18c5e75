"""Commands that look back: diff, history, why and search."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import yaml
from sqlalchemy.orm import Session

from airflow_lineage_provider.cli.diff_command import diff
from airflow_lineage_provider.cli.history_command import history
from airflow_lineage_provider.cli.search_command import search
from airflow_lineage_provider.cli.why_command import why
from tests.airflow_rows import NOW
from tests.mailbox.office import Office
from tests.store.chronicle import Chronicle
from tests.store.landscape import LAKE

ORDERS = f"dataset:{LAKE}:orders"
WINDOW = {"since": "2026-06-15", "until": "2026-06-17T00:00:00+00:00"}


class Commands:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, command: Callable[..., Any], *, code: int = 0, **arguments: Any) -> str:
        """stdout of a command, or stderr where it ends with another code than 0."""
        self._capsys.readouterr()
        ended: Any = 0
        try:
            command(Namespace(**{"output": "plain", "limit": 100, **arguments}))
        except SystemExit as error:
            ended = error.code
        printed = self._capsys.readouterr()
        assert ended == code, printed
        return printed.err if code else printed.out

    def json(self, command: Callable[..., Any], **arguments: Any) -> Any:
        return json.loads(self(command, output="json", **arguments))


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Commands:
    return Commands(capsys)


@pytest.fixture
def shop(office: Office) -> Office:
    with Session(office.engine) as session, session.begin():
        chronicle = Chronicle(session)
        for number, kind in enumerate(("int", "bigint")):
            chronicle.run(
                "shop.load",
                reads=("raw",) if number else ("raw", "old"),
                writes=("orders",),
                columns={"orders": {"id": kind}},
                rows=10 + number * 5,
                statements=(f"f{number}",),
                run_id=f"r{number}",
                dag_run_id=number + 1000,
                at=NOW + timedelta(hours=number),
            )
        chronicle.run("shop.report", run_id="r1", dag_run_id=1001, at=NOW + timedelta(hours=1))
    return office


def asked(**arguments: Any) -> dict[str, Any]:
    return {"dag_id": "shop", "run_id": None, "task_id": None, "with_run": None, **arguments}


def test_diff_shows_what_the_newest_run_did_otherwise(shop: Office, run: Commands) -> None:
    text = run(diff, **asked())
    assert "shop.load: r0 try 1 -> r1 try 1" in text
    assert f"  - input {LAKE} old" in text
    assert "    ~ id int -> bigint" in text
    assert "    rows 10 -> 15 (x1.5)" in text
    assert "  + statement f1 SELECT f1" in text
    assert "shop.report" not in text


def test_diff_with_another_run_and_as_json(shop: Office, run: Commands) -> None:
    found = run.json(diff, **asked(run_id="r0", task_id="load", with_run="r1"))
    assert [(each["before"]["run_id"], each["after"]["run_id"]) for each in found] == [("r1", "r0")]
    assert [entry["name"] for entry in found[0]["inputs_added"]] == ["old"]
    assert not found[0]["is_same"]
    assert "raw" not in found[0]


def test_diff_says_what_is_not_known(shop: Office, run: Commands) -> None:
    assert "No attempt is known of dag none" in run(diff, code=1, **asked(dag_id="none")).replace(
        "DAG", "dag"
    )
    assert "run nope" in run(diff, code=1, **asked(with_run="nope"))
    assert "nothing to compare with" in run(diff, code=1, **asked(run_id="r0"))


def test_history_lists_versions_with_their_changes(shop: Office, run: Commands) -> None:
    text = run(history, node=ORDERS)
    assert "~ id int -> bigint" in text
    assert "first seen" in text
    versions = run.json(history, node=ORDERS)
    assert [len(version["changes"] or []) for version in versions] == [1, 0]
    assert "No dataset" not in text
    assert "lists what is" in run(history, code=1, node=f"dataset:{LAKE}:none")
    assert "node id" in run(history, code=1, node="none")


def test_why_lists_what_happened(shop: Office, run: Commands) -> None:
    found = run.json(why, node=ORDERS, **WINDOW)
    assert [each["kind"] for each in found] == ["written", "sql_changed", "schema_changed", "written"]
    text = run(why, node=ORDERS, **WINDOW)
    assert "15 rows" in text
    assert "+ statement f1" in text
    nothing = run(why, node=ORDERS, since="2001-01-01", until="2001-02-01")
    assert nothing.startswith("Nothing is known from 2001-01-01")


@pytest.mark.parametrize(
    ("since", "until", "said"),
    [
        ("soon", None, "--since is 'soon'"),
        ("0001-01-01T00:00+14:00", None, "--since"),
        ("2026-01-02", "2026-01-01", "before"),
        (None, "9999-01-01", "between the years"),
    ],
)
def test_a_window_that_is_none_is_refused(
    shop: Office, run: Commands, since: str | None, until: str | None, said: str
) -> None:
    assert said in run(why, code=1, node=ORDERS, since=since, until=until)


def test_each_document_can_be_yaml(shop: Office, run: Commands) -> None:
    for command, arguments in (
        (diff, asked()),
        (history, {"node": ORDERS}),
        (why, {"node": ORDERS, **WINDOW}),
        (search, {"text": "o", "type": None, "namespace": None}),
    ):
        found = yaml.safe_load(run(command, output="yaml", **arguments))
        assert found == run.json(command, **arguments)


def test_search_lists_hits(shop: Office, run: Commands) -> None:
    found = run.json(search, text="ORD", type=None, namespace=None)
    assert [(hit["type"], hit["name"], hit["node"]) for hit in found] == [("dataset", "orders", ORDERS)]
    typed = run.json(search, text="id", type="column", namespace=LAKE)
    assert [hit["columns"] for hit in typed] == [["id"]]
    assert "shop.load" in run(search, text="load", type=None, namespace=None)
    assert "Give a text" in run(search, code=1, text="", type=None, namespace=None)
