"""What a task learns is seen neither in our tables nor on the way to them."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

import pytest

from tests.system.conftest import PASSWORD, TOKEN, Lineage

pytestmark = pytest.mark.system

CARD = "4929-1111-2222-3333"


@pytest.fixture
def mailbox_copy(live: Lineage) -> Iterator[None]:
    """Keep a copy of every mailbox row the moment it is written: it is gone a second later."""
    live.query("CREATE TABLE mailbox_copy (key text, value text)")
    live.query(
        "CREATE FUNCTION copy_mailbox() RETURNS trigger AS $$ BEGIN "
        "INSERT INTO mailbox_copy VALUES (NEW.key, NEW.value); RETURN NEW; END $$ LANGUAGE plpgsql"
    )
    live.query(
        "CREATE TRIGGER copy_mailbox AFTER INSERT OR UPDATE ON task_state_store "
        "FOR EACH ROW EXECUTE FUNCTION copy_mailbox()"
    )
    yield
    live.query("DROP TRIGGER copy_mailbox ON task_state_store")
    live.query("DROP FUNCTION copy_mailbox()")
    live.query("DROP TABLE mailbox_copy")


def everything_stored(live: Lineage) -> str:
    """Every value of every table of ours, compressed ones unpacked."""
    texts = []
    for (table,) in live.query("SELECT tablename FROM pg_tables WHERE tablename LIKE 'lineage\\_%'"):
        for row in live.query(f'SELECT * FROM "{table}"'):
            for value in row:
                raw = bytes(value) if isinstance(value, memoryview | bytes) else None
                texts.append(zlib.decompress(raw).decode() if raw else str(value))
    return "\n".join(texts)


def test_passwords_variables_and_literals_are_stored_nowhere(live: Lineage, mailbox_copy: None) -> None:
    run_id = live.run("learned_secrets")
    attempts = live.settled("learned_secrets", run_id)
    assert attempts["leaky", -1, 1]["capture"] == "recorded"
    assert len(attempts["leaky", -1, 1]["statements"]) == 3

    on_the_way = "\n".join(
        f"{key} {value}" for key, value in live.query("SELECT key, value FROM mailbox_copy")
    )
    assert "people" in on_the_way
    assert "***" in on_the_way
    for secret in (PASSWORD, TOKEN):
        assert secret not in on_the_way
    stored = everything_stored(live)
    assert "people" in stored
    for secret in (PASSWORD, TOKEN, CARD):
        assert secret not in stored


def test_a_forged_mailbox_row_is_refused_and_changes_nothing_else(live: Lineage) -> None:
    run_id = live.run("many_writes", conf={"count": 1})
    live.settled("many_writes", run_id)
    ((dag_run_id, ti_id),) = live.query(
        "SELECT d.id, t.id FROM dag_run d JOIN task_instance t ON t.dag_id = d.dag_id AND t.run_id = d.run_id "
        "WHERE d.run_id = :run_id AND t.task_id = 'numbers'",
        run_id=run_id,
    )
    ((other,),) = live.query(
        "SELECT id FROM task_instance WHERE run_id = :run_id AND task_id = 'write'", run_id=run_id
    )
    record = '{"v":1,"kind":"core","outcome":"success","ti_id":"%s","outputs":[{"evidence":["operator"],"uri":"x://forged/d"}]}'
    forged = {
        "airflow_lineage_provider/1/core": record % other,
        "airflow_lineage_provider/2/core": record % ti_id,
        "airflow_lineage_provider/3/late": "garbage",
        "airflow_lineage_provider/4/core": '"' + "x" * 50_000_000 + '"',
        "airflow_lineage_provider/5/core": '"nul \\u0000 nul"',
        "airflow_lineage_provider/6/core": "[" * 100_000,
        "airflow_lineage_provider/7/nonsense": "{}",
        "airflow_lineage_provider/not-a-key": "{}",
    }
    before = live.query("SELECT count(*) FROM lineage_run_io")
    for key, value in forged.items():
        live.query(
            "INSERT INTO task_state_store (dag_run_id, task_id, map_index, key, dag_id, run_id, value, updated_at) "
            "VALUES (:dag_run_id, 'numbers', -1, :key, 'many_writes', :run_id, :value, now())",
            dag_run_id=dag_run_id,
            key=key,
            run_id=run_id,
            value=value,
        )

    def drained() -> bool:
        return not live.query("SELECT 1 FROM task_state_store WHERE key LIKE 'airflow_lineage_provider/%'")

    live.airflow.wait(drained, 60, "the forged rows are handled")
    letters = {row[0]: row[1] for row in live.query("SELECT mailbox_key, reason FROM lineage_dead_letter")}
    assert letters.keys() == forged.keys()
    assert all(letters.values())
    assert live.query("SELECT count(*) FROM lineage_run_io") == before
    assert not live.query("SELECT 1 FROM lineage_dataset WHERE name LIKE '%forged%'")

    listed = live.command("dead-letters", "list")
    assert {letter["key"] for letter in listed} == forged.keys()
    purged = live.airflow.airflow("lineage", "dead-letters", "purge", "--all", "--yes")
    assert "8 dead letters deleted" in purged.stdout
