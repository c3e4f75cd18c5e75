from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.corpus import COLUMNS, HEAD, head
from tests.contracts.test_apply import ORDERS, write


@pytest.fixture
def commands(metadata_db: None) -> Iterator[Any]:
    """The commands commit, so what they wrote is removed afterwards."""
    from airflow import settings

    from airflow_lineage_provider.cli import contracts_command
    from tests.databases import empty

    yield contracts_command
    empty(settings.get_engine())


def args(*paths: Path, output: str = "json", dry_run: bool = False, prune: bool = False) -> Namespace:
    return Namespace(
        paths=[str(path) for path in paths],
        output=output,
        dry_run=dry_run,
        prune=prune,
        connection_id=None,
        namespace=None,
    )


def test_apply_then_list(commands: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    commands.apply(args(write(tmp_path, orders=ORDERS)))
    applied = json.loads(capsys.readouterr().out)
    commands.list_(args())
    listed = json.loads(capsys.readouterr().out)

    assert [(entry["contract_id"], entry["action"]) for entry in applied] == [("orders", "created")]
    assert applied[0]["bindings"][0]["name"] == "shop.public.orders"
    assert [(entry["contract_id"], entry["version"]) for entry in listed] == [("orders", "1.0.0")]
    assert listed[0]["bindings"][0]["namespace"] == "postgres://pg:5432"


@pytest.mark.parametrize("output", ["table", "plain", "yaml"])
def test_every_output_names_contract_and_dataset(
    commands: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], output: str
):
    commands.apply(args(write(tmp_path, orders=ORDERS), output=output))
    commands.list_(args(output=output))

    assert capsys.readouterr().out.count("shop.public.orders") == 2


def test_a_dry_run_says_would_be(commands: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    commands.apply(args(write(tmp_path, orders=ORDERS), output="plain", dry_run=True))
    assert "would be created" in capsys.readouterr().out
    commands.list_(args())
    assert json.loads(capsys.readouterr().out) == []


def test_invalid_contracts_exit_with_1_and_a_line_for_each_problem(
    commands: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    write(tmp_path, a=ORDERS, b=ORDERS.replace("required", "requird"), c="")

    with pytest.raises(SystemExit) as caught:
        commands.apply(args(tmp_path))

    assert caught.value.code == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.splitlines() == [
        f"{tmp_path}/b.odcs.yaml:14: schema[0].properties[0].requird: unknown key; did you mean 'required'?",
        f"{tmp_path}/c.odcs.yaml: the file is empty; a contract starts with apiVersion, kind, id and version",
        "Nothing was applied: 2 problems.",
    ]


def test_a_contract_that_speaks_for_no_dataset_is_told(
    commands: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    commands.apply(args(write(tmp_path, orders=HEAD + COLUMNS)))

    assert "orders speaks for no dataset: the contract has no servers" in capsys.readouterr().err


def test_prune_names_what_it_would_take_out_of_force_and_then_does(
    commands: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    commands.apply(args(write(tmp_path, orders=ORDERS, stock=ORDERS.replace("id: orders", "id: stock"))))
    (tmp_path / "stock.odcs.yaml").unlink()
    capsys.readouterr()
    commands.apply(args(tmp_path, output="plain", dry_run=True, prune=True))
    assert "would be retracted" in capsys.readouterr().out
    commands.list_(args())
    assert len(json.loads(capsys.readouterr().out)) == 2

    commands.apply(args(tmp_path, prune=True))

    applied = json.loads(capsys.readouterr().out)
    assert [(entry["contract_id"], entry["action"]) for entry in applied] == [
        ("orders", "unchanged"),
        ("stock", "retracted"),
    ]
    commands.list_(args())
    assert [entry["contract_id"] for entry in json.loads(capsys.readouterr().out)] == ["orders"]


def test_show_has_versions_bindings_and_the_contract(
    commands: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    commands.apply(args(write(tmp_path, orders=ORDERS)))
    commands.apply(args(write(tmp_path, orders=ORDERS.replace("1.0.0", "2.0.0"))))
    capsys.readouterr()

    commands.show(Namespace(contract_id="orders", version=None, output="json"))
    shown = json.loads(capsys.readouterr().out)
    assert (shown["version"], shown["state"]) == ("2.0.0", "unseen")
    assert [(each["version"], each["in_force"]) for each in shown["versions"]] == [
        ("2.0.0", True),
        ("1.0.0", False),
    ]
    commands.show(Namespace(contract_id="orders", version="1.0.0", output="table"))
    printed = capsys.readouterr().out
    assert "version: 1.0.0" in printed
    assert "orders: postgres://pg:5432 shop.public.orders (server)" in printed


@pytest.mark.parametrize(
    ("contract_id", "version", "words"),
    [("nobody", None, "There is no contract 'nobody'"), ("orders", "9", "it has 1.0.0")],
)
def test_show_says_what_there_is(
    commands: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    contract_id: str,
    version: str | None,
    words: str,
):
    commands.apply(args(write(tmp_path, orders=ORDERS)))
    with pytest.raises(SystemExit):
        commands.show(Namespace(contract_id=contract_id, version=version, output="table"))
    assert words in capsys.readouterr().err


def test_status_tells_what_is_unbound_and_bound_twice(
    commands: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    commands.apply(
        args(
            write(
                tmp_path,
                orders=ORDERS,
                twice=ORDERS.replace("id: orders", "id: twice"),
                loose=head(id="loose") + COLUMNS,
            )
        )
    )
    capsys.readouterr()
    commands.status(Namespace(output="table"))
    printed = capsys.readouterr()

    assert "loose 1.0.0: orders speaks for no dataset: the contract has no servers" in printed.err
    assert "as do twice; retire all but one" in printed.err
    commands.status(Namespace(output="json"))
    states = {each["contract_id"]: each["state"] for each in json.loads(capsys.readouterr().out)["contracts"]}
    assert states == {"orders": "duplicate", "twice": "duplicate", "loose": "unbound"}
