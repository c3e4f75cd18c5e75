from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.corpus import COLUMNS, HEAD
from tests.contracts.test_apply import ORDERS, write


@pytest.fixture
def commands(metadata_db: None) -> Iterator[Any]:
    """The commands commit, so the contracts are removed afterwards."""
    from airflow.utils.session import create_session

    from airflow_lineage_provider.cli import contracts_command
    from airflow_lineage_provider.store.tables import Contract, ContractDataset

    yield contracts_command
    with create_session() as session:
        session.query(ContractDataset).delete()
        session.query(Contract).delete()


def args(*paths: Path, output: str = "json", dry_run: bool = False) -> Namespace:
    return Namespace(paths=[str(path) for path in paths], output=output, dry_run=dry_run)


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
