from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from airflow.models.dag import DagModel
from airflow.models.dag_version import DagVersion
from airflow.models.dagbundle import DagBundleModel
from airflow.models.serialized_dag import SerializedDagModel
from sqlalchemy import delete, select, update

from airflow_lineage_provider.cli.owners_definition import OWNER_COMMANDS
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.tables import AuditEntry, Owner

Run = Callable[..., tuple[int, str, str]]
ORDERS = DatasetId("postgres://pg:5432", "shop.public.orders")
STOCK = DatasetId("postgres://pg:5432", "shop.public.stock")
NAMED = ("--namespace", ORDERS.namespace, "--name", ORDERS.name)
SHOP = ("--namespace", ORDERS.namespace, "--name", "shop.*", "--glob")


@pytest.fixture
def run(metadata_db: None, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """``airflow lineage owners ARGUMENTS`` as its own parser reads them: exit code, stdout, stderr."""
    from airflow import settings

    from tests.databases import empty

    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    for command in OWNER_COMMANDS:
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
def world(run: Run) -> None:
    """DAG shop writes orders and reads stock, and nobody owns either."""
    from airflow import settings

    from tests.governance.world import World

    with settings.NonScopedSession() as session, session.begin():
        made = World(session)
        made.dag("shop", "load")
        made.record("shop", "load", "r0", reads=(STOCK,), writes=(ORDERS,), dag_run_id=100)
        session.execute(update(DagModel).values(is_stale=False))


def listed(run: Run, *arguments: str) -> dict[str, list[str]]:
    code, out, _ = run("list", *arguments, "-o", "json")
    assert code == 0
    return {
        each["name"].rpartition(".")[2]: [f"{owner['name']}: {owner['source']}" for owner in each["owners"]]
        for each in json.loads(out)
    }


def actors() -> list[str | None]:
    from airflow import settings

    with settings.NonScopedSession() as session:
        return list(
            session.scalars(
                select(AuditEntry.actor).where(AuditEntry.kind == "owner").order_by(AuditEntry.id)
            )
        )


def test_an_owner_is_set_listed_and_ended(run: Run, world: None) -> None:
    assert run("set", "ann", *NAMED, "--channel", "#shop", "--by", "boss") == (
        0, f"ann is registered for {ORDERS}.\n", "",
    )  # fmt: skip
    assert run("set", "ann", *NAMED, "--channel", "#shop")[1] == f"ann was registered so for {ORDERS}.\n"
    assert run("set", "team", *SHOP, "--kind", "team")[1].startswith(
        "team is registered for all of postgres://pg:5432 shop.*"
    )
    assert listed(run) == {
        "orders": ["ann: registered for this dataset by hand"],
        "stock": ["team: registered for postgres://pg:5432 shop.* by hand"],
    }
    assert listed(run, "--search", "STOCK").keys() == {"stock"}
    assert listed(run, *NAMED).keys() == {"orders"}
    assert "ann" in run("list", *NAMED)[1]
    assert run("set", "bob", *NAMED, "--replace")[1].endswith("Ended: ann.\n")
    assert listed(run, *NAMED) == {"orders": ["bob: registered for this dataset by hand"]}
    assert listed(run, *NAMED, "--at", "2020-01-01")["orders"] == [
        "ann: registered for this dataset by hand", "bob: registered for this dataset by hand",
    ]  # fmt: skip
    assert "and not after it." in run("end", "bob", *NAMED)[1]
    code, _, err = run("end", "bob", *NAMED)
    assert (code, "has ended already" in err) == (1, True)
    assert actors()[0] == "boss"
    assert len(actors()) == 5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("set", "airflow", *NAMED), "'airflow' is what Airflow writes where nobody said anything"),
        (
            ("set", "ann", *NAMED, "--from", "tomorrow"),
            "--from is 'tomorrow'; it must be a day like 2026-06-30",
        ),
        (("set", "ann", *NAMED, "--from", "2026-02-02", "--until", "2026-02-01"), "before it begins"),
        (("end", "ann", *NAMED), "ann is not registered for"),
        (("list", "--namespace", "x"), "--namespace and --name go together"),
        (("list", *NAMED, "--search", "x"), "Give either"),
        (("list", "--at", "0000-00-00"), "--at is '0000-00-00'"),
        (("import", "/no/such/file"), "/no/such/file cannot be read: No such file"),
        (("import", "/tmp"), "cannot be read: Is a directory"),
    ],
)
def test_a_mistake_is_one_clear_line(run: Run, arguments: tuple[str, ...], said: str) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert said in err
    assert "unexpected" not in err
    assert actors() == []


def test_a_file_is_imported_once(
    run: Run, world: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("OWNERS").write_text("*.orders eve\nshop.* ann bob\n")
    code, out, _ = run("import", "OWNERS", "--dry-run")
    assert (code, out) == (
        0, "+ * *.orders eve\n+ * shop.* ann\n+ * shop.* bob\n3 added, 0 removed, 0 kept; nothing was changed.\n",
    )  # fmt: skip
    assert listed(run) == {"orders": [], "stock": []}
    assert run("import", "OWNERS")[1].endswith("3 added, 0 removed, 0 kept.\n")
    source = f"registered for * shop.* by {tmp_path}/OWNERS"
    assert listed(run) == {
        "orders": [f"ann: {source}", f"bob: {source}"],
        "stock": [f"ann: {source}", f"bob: {source}"],
    }
    assert run("import", str(tmp_path / "OWNERS"))[1] == "0 added, 0 removed, 3 kept.\n"
    Path("OWNERS").write_text("shop.* ann bob\n*.orders eve\n")
    assert run("import", "OWNERS")[1] == "0 added, 0 removed, 3 kept, in another order.\n"
    assert listed(run)["orders"] == [f"eve: registered for * *.orders by {tmp_path}/OWNERS"]
    assert len(actors()) == 2


def test_a_file_with_problems_is_not_imported_and_every_problem_is_told(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "OWNERS"
    file.write_text("a\nb ann\nc airflow\n")
    code, out, err = run("import", str(file))
    assert (code, out) == (1, "")
    assert [line.removeprefix(str(file))[:3] for line in err.splitlines()[:2]] == [":1:", ":3:"]
    assert err.endswith("Nothing was imported: 2 problems.\n")
    file.write_text("a.* ann\n* bob\n")
    assert "OWNERS:1: never counts" in run("import", str(file))[2]


def test_orphans_are_listed_with_who_writes_and_reads_them(run: Run, world: None) -> None:
    found = json.loads(run("orphans", "-o", "json")[1])
    assert [(each["name"], each["writers"], each["readers"]) for each in found] == [
        (ORDERS.name, ["shop.load"], []),
        (STOCK.name, [], ["shop.load"]),
    ]
    code, out, err = run("orphans", "--limit", "1")
    assert (code, "shop.load" in out, err) == (0, True, "There are more; --limit shows them.\n")
    run("set", "ann", *SHOP)
    assert json.loads(run("orphans", "-o", "json")[1]) == []


def test_a_limit_is_said(run: Run, world: None) -> None:
    assert run("list", "--limit", "1")[2] == "1 more datasets; --limit shows more.\n"


def test_commands_leave_no_other_rows(run: Run, world: None) -> None:
    from airflow import settings

    run("set", "ann", *NAMED)
    with settings.NonScopedSession() as session:
        (row,) = session.execute(select(Owner.owner, Owner.source)).all()
    assert tuple(row) == ("ann", "hand")
