from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from airflow.models.dag import DagModel
from airflow.models.dag_version import DagVersion
from airflow.models.dagbundle import DagBundleModel
from airflow.models.serialized_dag import SerializedDagModel
from sqlalchemy import delete, update

from airflow_lineage_provider.cli.findings_definition import FINDING_COMMANDS
from airflow_lineage_provider.model.dataset_id import DatasetId

Run = Callable[..., tuple[int, str, str]]
ORDERS = DatasetId("postgres://pg:5432", "shop.public.orders")
NAMED = ("--namespace", ORDERS.namespace, "--name", ORDERS.name)


@pytest.fixture
def run(metadata_db: None, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """``airflow lineage ARGUMENTS`` as its own parser reads them: exit code, stdout, stderr."""
    from airflow import settings

    from tests.databases import empty

    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    for command in FINDING_COMMANDS:
        sub = commands.add_parser(command.name)
        for argument in command.args:
            argument.add_to_parser(sub)
        sub.set_defaults(func=command.func)

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = 0
        parsed = parser.parse_args(arguments)
        try:
            parsed.func(parsed)
        except SystemExit as error:
            code = int(error.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    def clear() -> None:
        empty(settings.get_engine())
        with settings.NonScopedSession() as session, session.begin():
            for model in (SerializedDagModel, DagVersion, DagModel, DagBundleModel):
                session.execute(delete(model))

    clear()
    yield call
    clear()


@pytest.fixture
def world(run: Run) -> Any:
    """DAG shop reads orders, which nobody owns."""
    from airflow import settings

    from tests.governance.world import World

    with settings.NonScopedSession() as session, session.begin():
        made = World(session)
        made.dag("shop", "load >> report")
        made.record("shop", "load", "r0", reads=(ORDERS,), dag_run_id=100)
        session.execute(update(DagModel).values(is_stale=False))
    return made


def listed(run: Run, *arguments: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(*arguments, "-o", "json")[1])
    return found


@pytest.mark.parametrize("what", [("--dag-id", "shop"), NAMED, ("--all",)], ids=["dag", "dataset", "all"])
def test_what_fails_ends_with_1_and_says_why(run: Run, world: Any, what: tuple[str, ...]) -> None:
    code, out, _ = run("judge", *what)

    assert code == 1
    assert out.startswith("fail: ")
    assert f"owner-missing (block): {ORDERS}" in out
    assert listed(run, "findings") == [], "nothing is stored unless asked for"


def test_a_milder_level_ends_with_0(run: Run, world: Any) -> None:
    code, out, _ = run("judge", "--dag-id", "shop", "--level", "warn")

    assert (code, out.startswith("warn: ")) == (0, True)


def test_the_verdict_is_printed_as_the_operator_gets_it(run: Run, world: Any) -> None:
    code, out, _ = run("judge", "--dag-id", "shop", "-o", "json")
    verdict = json.loads(out)

    assert (code, verdict["v"], verdict["result"], verdict["blocks"]) == (1, 1, "fail", True)


def test_what_cannot_be_judged_ends_with_2(run: Run, world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow_lineage_provider.governance.rules.owner_missing import OwnerMissing

    def broken(self: Any, *arguments: Any) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(OwnerMissing, "check", broken)
    code, out, _ = run("judge", *NAMED, "--level", "warn")

    assert (code, out.startswith("error: ")) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Give one of --dag-id, --namespace with --name, and --all."),
        (("--dag-id", "shop", "--all"), "Give one of --dag-id, --namespace with --name, and --all."),
        (("--namespace", "n"), "A dataset has both --namespace and --name."),
        (("--dag-id", "shop", "--depth", "0"), "--depth must be from 1 to 20."),
        (("--dag-id", "shop", "--depth", "21"), "--depth must be from 1 to 20."),
        (("--dag-id", "nobody"), "No DAG 'nobody' is known."),
    ],
)
def test_a_question_that_cannot_be_asked_ends_with_2(
    run: Run, world: Any, arguments: tuple[str, ...], message: str
) -> None:
    """1 is for what fails: whoever looks at the code must not take a typo for a finding."""
    assert run("judge", *arguments) == (2, "", f"{message}\n")


def test_what_is_stored_is_listed(run: Run, world: Any) -> None:
    run("judge", "--dag-id", "shop", "--store")

    (verdict,) = listed(run, "verdicts")
    assert (verdict["gate"], verdict["dag_id"], verdict["result"]) == ("cli", "shop", "fail")
    assert listed(run, "verdicts", "--dag-id", "other") == []
    assert listed(run, "verdicts", "--run-id", "r1") == []
    found = {finding["rule"]: finding for finding in listed(run, "findings")}
    assert found.keys() >= {"owner-missing", "contract-missing"}
    assert (found["owner-missing"]["state"], found["owner-missing"]["name"]) == ("open", ORDERS.name)
    assert len(listed(run, "findings", "--rule", "owner-missing")) == 1
    assert len(listed(run, "findings", "--dag-id", "shop")) == len(found)
    assert listed(run, "findings", "--dag-id", "other") == []
    assert listed(run, "findings", "--owner", "ann") == []
    assert listed(run, "findings", "--resolved") == []
    assert len(listed(run, "findings", "--all", *NAMED)) == len(found)
    both = "Give at most one of --open, --resolved and --all.\n"
    assert run("findings", "--open", "--all") == (1, "", both)


def test_tables_are_for_people(run: Run, world: Any) -> None:
    run("judge", "--dag-id", "shop", "--store")

    code, out, err = run("findings", "-o", "plain", "--limit", "1")
    assert (code, err) == (0, "There are more than these 1 findings: see --limit.\n")
    assert "standing" in out
    code, out, _ = run("verdicts", "-o", "plain")
    assert (code, "operator" in out, "cli" in out) == (0, False, True)
    code, out, err = run("findings", "--limit", "0", "-o", "json")
    assert (json.loads(out), err) == ([], "There are more than these 0 findings: see --limit.\n")
