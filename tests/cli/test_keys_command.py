from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import yaml

from airflow_lineage_provider.cli import keys_command
from airflow_lineage_provider.store.ingest_keys import find_key
from tests.databases import empty

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(metadata_db: None, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """Runs a command with the arguments that the parser would give it: exit code, stdout, stderr."""
    from airflow import settings

    empty(settings.get_engine())

    def call(command: Callable[[Namespace], None], **arguments: Any) -> tuple[int, str, str]:
        capsys.readouterr()
        code = 0
        try:
            command(Namespace(**{"output": "table", **arguments}))
        except SystemExit as error:
            code = int(error.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    yield call
    empty(settings.get_engine())


def create(
    run: Run, name: str = "dbt", *namespaces: str, days: int | None = None, output: str = "table"
) -> Any:
    return run(
        keys_command.create,
        name=name,
        namespace=list(namespaces or ("dbt",)),
        expires_in_days=days,
        output=output,
    )


def listed(run: Run) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run(keys_command.list_, output="json")[1])
    return found


def test_a_new_key_is_the_only_thing_on_standard_output(run: Run) -> None:
    from datetime import UTC, datetime

    from airflow.utils.session import create_session

    code, out, err = create(run)
    assert code == 0
    assert "is not shown again" in err
    with create_session(scoped=False) as session:
        assert find_key(out.strip(), now=datetime.now(UTC), session=session).name == "dbt"
    assert out.strip() not in json.dumps(listed(run))


@pytest.mark.parametrize(("output", "read"), [("json", json.loads), ("yaml", yaml.safe_load)])
def test_a_new_key_can_be_a_document(run: Run, output: str, read: Any) -> None:
    document = read(create(run, output=output)[1])
    assert document["name"] == "dbt"
    assert document["key"].startswith("alk_")


def test_keys_are_listed_with_what_they_may_and_how_they_stand(run: Run) -> None:
    _, key, _ = create(run, "spark", "spark*", "emr", days=30)
    create(run, "dbt")
    run(keys_command.revoke, name="dbt")
    first, second = listed(run)
    assert (first["name"], first["state"], first["expires_at"]) == ("dbt", "revoked", None)
    assert (second["name"], second["state"]) == ("spark", "active")
    assert second["namespaces"] == ["spark*", "emr"]
    assert second["key"] == key[:12] + "…"
    assert second["expires_at"] > second["created_at"]
    assert second["last_used_at"] is None
    table = run(keys_command.list_, output="plain")[1]
    assert "spark*, emr" in table


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"name": "dbt", "namespaces": ["x"]}, "There is a key named 'dbt' already"),
        ({"name": "k", "namespaces": ["x*y"]}, "not at its end"),
        ({"name": "k", "namespaces": ["x"], "days": 0}, "from 1 to 36500"),
        ({"name": "k", "namespaces": ["x"], "days": 36_501}, "from 1 to 36500"),
        ({"name": "k", "namespaces": ["\ud800"]}, "not valid UTF-8"),
    ],
)
def test_a_mistake_is_one_clear_line(run: Run, arguments: dict[str, Any], problem: str) -> None:
    create(run, "dbt")
    code, out, err = create(run, arguments["name"], *arguments["namespaces"], days=arguments.get("days"))
    assert (code, out) == (1, "")
    assert problem in err
    assert err.count("\n") == 1
    assert [key["name"] for key in listed(run)] == ["dbt"]


def test_a_key_is_revoked_once(run: Run) -> None:
    create(run)
    code, out, _ = run(keys_command.revoke, name="dbt")
    assert (code, out.startswith("Key 'dbt' is revoked")) == (0, True)
    code, _, err = run(keys_command.revoke, name="dbt")
    assert (code, "already revoked" in err) == (1, True)
    code, _, err = run(keys_command.revoke, name="nobody")
    assert (code, err) == (1, "There is no key named 'nobody'.\n")
