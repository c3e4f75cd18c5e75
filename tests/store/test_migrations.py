from __future__ import annotations

import io
import re
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, MetaData, Table, create_engine, event, insert, inspect, select, text
from sqlalchemy.orm import Session

from airflow_lineage_provider import __version__
from airflow_lineage_provider.model.canonical import content_hash
from airflow_lineage_provider.store.db_manager import REVISION_HEADS, LineageDBManager
from airflow_lineage_provider.store.facet_sets import set_hash
from airflow_lineage_provider.store.gate_changes import runs_heard_since
from airflow_lineage_provider.store.gate_states import gate_of, save_gate
from airflow_lineage_provider.store.run_facets import run_facet_ids
from airflow_lineage_provider.store.tables import metadata
from tests.airflow_rows import NOW
from tests.databases import migrate, migration_config
from tests.store.test_gate_states import gate

FIRST = "3b8e5a6d1c02"
SECOND = "7d1f0c2a9b34"
THIRD = "c4a95e17d8f3"
SIXTH = "5c0b93e7d214"
SEVENTH = "9e4d71c8a036"
EIGHTH = "3d81f5b7c942"
OURS = {table.name for table in metadata.tables.values()}


@pytest.fixture(params=["sqlite", "postgresql"])
def blank(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database with one table that is not ours."""
    if request.param == "postgresql":
        from tests.live.postgres import postgres_url

        url = postgres_url(f"migrations {request.node.name[:20]}")
    else:
        url = f"sqlite:///{tmp_path}/airflow.db"
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE dag (dag_id VARCHAR(250) PRIMARY KEY)"))
        connection.execute(text("INSERT INTO dag VALUES ('shop')"))
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_the_migrations_make_what_the_classes_say(blank: Engine) -> None:
    migrate(blank, "head")
    with blank.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "compare_server_default": True,
                "version_table": LineageDBManager.version_table_name,
                "include_object": lambda thing, name, kind, *_: kind != "table" or name in OURS,
            },
        )
        assert compare_metadata(context, metadata) == []
    assert tables(blank) == OURS | {"dag", LineageDBManager.version_table_name}


def test_an_upgrade_keeps_what_the_first_version_wrote(blank: Engine) -> None:
    migrate(blank, FIRST)
    dataset = metadata.tables["lineage_dataset"]
    with blank.begin() as connection:
        connection.execute(insert(dataset).values(digest="d" * 64, namespace="n", name="d", first_seen=NOW))
    migrate(blank, "head")
    with blank.connect() as connection:
        assert [tuple(row) for row in connection.execute(select(dataset.c.name, dataset.c.first_seen))] == [
            ("d", NOW)
        ]


def test_inputs_and_outputs_from_before_partitions_have_none_and_keep_the_rest(blank: Engine) -> None:
    migrate(blank, SECOND)
    rows = {
        "lineage_dataset": {"id": 1, "digest": "d" * 64, "namespace": "n", "name": "d", "first_seen": NOW},
        "lineage_job": {"id": 1, "digest": "j" * 64, "namespace": "n", "name": "j", "first_seen": NOW},
        "lineage_run": {"id": 1, "job_id": 1, "capture": "recorded", "recorded_at": NOW},
        "lineage_run_io": {
            "run_id": 1,
            "dataset_id": 1,
            "direction": "input",
            "evidence": 2,
            "state": "read",
        },
    }
    with blank.begin() as connection:
        for name, row in rows.items():
            table = old_table(blank, name.removeprefix("lineage_"))
            connection.execute(table.insert().values(**row, **({"row_count": 7} if "io" in name else {})))
    migrate(blank, "head")
    run_io = metadata.tables["lineage_run_io"]
    with blank.begin() as connection:
        (row,) = connection.execute(select(run_io))
        assert (row.evidence, row.state, row.row_count, row.partitions, row.partition_count) == (
            2,
            "read",
            7,
            None,
            None,
        )
        connection.execute(run_io.update().values(partitions='["dt=1"]', partition_count=1))
    migrate(blank, f"-{SECOND}")
    assert "partitions" not in {column["name"] for column in inspect(blank).get_columns("lineage_run_io")}
    with blank.connect() as connection:
        assert connection.scalar(text("SELECT row_count FROM lineage_run_io")) == 7


def test_what_attempts_left_outlives_the_way_to_events_of_others_and_back(blank: Engine) -> None:
    as_airflow_connects(blank)
    migrate(blank, THIRD)
    seen = {"first_seen": NOW, "last_seen": NOW}
    rows: dict[str, dict[str, Any]] = {
        "dataset": {"id": 1, "digest": "d" * 64, "namespace": "n", "name": "d", "first_seen": NOW},
        "job": {"id": 1, "digest": "j" * 64, "namespace": "n", "name": "j", "dag_id": "g", "first_seen": NOW},
        "run": {"id": 1, "job_id": 1, "capture": "recorded", "state": "success", "recorded_at": NOW},
        "run_io": {"run_id": 1, "dataset_id": 1, "direction": "input", "evidence": 2, "state": "read"},
        "edge": {
            "job_id": 1,
            "dataset_id": 1,
            "direction": "input",
            "evidence": 2,
            "last_run_id": 1,
            "runs": 1,
            **seen,
        },
        "column_edge": {
            "id": 1,
            "digest": "c" * 64,
            "job_id": 1,
            "output_dataset_id": 1,
            "output_column": "o",
            "input_dataset_id": 1,
            "input_column": "i",
            "transformations": "[]",
            "last_run_id": 1,
            **seen,
        },
        "facet": {"id": 1, "content_hash": "f" * 64, "body": b"x"},
        "run_facet": {"run_id": 1, "name": "context", "facet_id": 1},
        "job_facet": {"job_id": 1, "name": "documentation", "facet_id": 1},
        "dataset_facet": {"dataset_id": 1, "name": "ownership", "facet_id": 1},
    }
    with blank.begin() as connection:
        for name, row in rows.items():
            connection.execute(old_table(blank, name).insert().values(**row))
    migrate(blank, "head")
    head = {name: metadata.tables[f"lineage_{name}"] for name in (*rows, "event", "link")}
    with blank.begin() as connection:
        for name, row in rows.items():
            (kept,) = connection.execute(select(head[name])).mappings()
            assert {key: kept[key] for key in row} == row, name
        (run,) = connection.execute(select(head["run"])).mappings()
        assert (run["external_digest"], run["parent_run_id"]) == (None, None)
        for name in ("run_facet", "job_facet", "dataset_facet"):
            assert connection.scalar(select(head[name].c.seen_at)) is None
        spark = {"digest": "s" * 64, "namespace": "n", "name": "s", "first_seen": NOW, "parent_id": 1}
        connection.execute(insert(head["job"]).values(id=2, **spark))
        told = {"capture": "external", "external_digest": UUID("e" * 32), "recorded_at": NOW}
        connection.execute(insert(head["run"]).values(id=2, job_id=2, **told))
        connection.execute(insert(head["run_io"]).values(**{**rows["run_io"], "run_id": 2, "evidence": 32}))
        for job_id, direction in ((2, "input"), (1, "output")):
            external = {"job_id": job_id, "direction": direction, "evidence": 32, "last_run_id": 2}
            connection.execute(insert(head["edge"]).values(**{**rows["edge"], **external}))
        columns = {**rows["column_edge"], "id": 2, "digest": "k" * 64, "job_id": 2}
        connection.execute(insert(head["column_edge"]).values(**columns))
        connection.execute(
            insert(head["link"]).values(job_id=2, output_dataset_id=1, input_dataset_id=1, **seen)
        )
        sent = {"digest": "v" * 64, "kind": "run", "event_at": NOW, "received_at": NOW}
        connection.execute(insert(head["event"]).values(**sent, received_from="key:k", size=1, job_id=2))
    migrate(blank, f"-{THIRD}")
    assert not {"lineage_event", "lineage_link"} & tables(blank)
    with blank.begin() as connection:
        for name, row in rows.items():
            found = connection.execute(select(old_table(blank, name))).mappings().all()
            first = {
                key: found[0][key] for key in row if key not in ("first_seen", "last_seen", "recorded_at")
            }
            assert first == {key: row[key] for key in first}, name
            # Runs of others have no place there; their jobs and datasets are nothing new.
            assert len(found) == (2 if name == "job" else 1), name
    migrate(blank, "head")
    with blank.connect() as connection:
        assert connection.scalar(select(head["run"].c.capture)) == "recorded"


def test_what_runs_have_in_common_outlives_the_way_to_smaller_rows_and_back(blank: Engine) -> None:
    as_airflow_connects(blank)
    migrate(blank, SIXTH)
    hashes = {"context": "a" * 64, "statements": "b" * 64, "query": "c" * 64, "nominalTime": "d" * 64}
    told_id = UUID(int=77)
    digest = content_hash(["s" * 64, str(told_id)])
    seen = {"first_seen": NOW}
    rows: dict[str, list[dict[str, Any]]] = {
        "dataset": [{"id": 5, "digest": "d" * 64, "namespace": "n", "name": "d", **seen}],
        "job": [
            {"id": 1, "digest": "j" * 64, "namespace": "n", "name": "j", "dag_id": "g", **seen},
            {"id": 2, "digest": "s" * 64, "namespace": "n", "name": "s", "dag_id": None, **seen},
        ],
        "run": [
            *(
                {
                    "id": 10_000 * number,
                    "job_id": 1,
                    "ti_id": UUID(int=number).hex if blank.dialect.name == "sqlite" else UUID(int=number),
                    "capture": "recorded",
                    "capture_ms": 4.25,
                    "recorded_at": NOW,
                    "run_id": f"r{number}",
                    "map_index": number,
                }
                for number in (1, 2, 3)
            ),
            {
                "id": 40_000,
                "job_id": 2,
                "capture": "external",
                "external_digest": digest,
                "openlineage_run_id": told_id.hex if blank.dialect.name == "sqlite" else told_id,
                "recorded_at": NOW,
            },
        ],
        "run_io": [
            {"run_id": 10_000, "dataset_id": 5, "direction": "input", "evidence": 2, "state": "read"},
            {"run_id": 10_000, "dataset_id": 5, "direction": "output", "evidence": 4, "state": "updated"},
            {"run_id": 20_000, "dataset_id": 5, "direction": "output", "evidence": 4, "state": "attempted"},
        ],
        "facet": [
            {"id": place, "content_hash": text, "body": zlib.compress(b"{}")}
            for place, text in enumerate(hashes.values(), start=1)
        ],
        "run_facet": [
            *({"run_id": run_id, "name": "context", "facet_id": 1} for run_id in (10_000, 20_000, 30_000)),
            *({"run_id": run_id, "name": "statements", "facet_id": 2} for run_id in (10_000, 20_000)),
            {"run_id": 10_000, "name": "query", "facet_id": 3},
            {"run_id": 40_000, "name": "nominalTime", "facet_id": 4, "seen_at": NOW},
            {"run_id": 40_000, "name": "context", "facet_id": 1, "seen_at": NOW},
        ],
    }
    with blank.begin() as connection:
        for name, each in rows.items():
            table = old_table(blank, name)
            for row in each:
                connection.execute(table.insert().values(**row))
        if blank.dialect.name == "postgresql":
            connection.execute(text("SELECT setval('lineage_run_id_seq', 40000)"))
    before = {name: stored(blank, name) for name in ("run", "run_io", "run_facet")}
    facets = {(row["run_id"], row["name"], row["facet_id"]) for row in rows["run_facet"]}
    for _ in range(2):
        migrate(blank, "head")
        with Session(blank) as session:
            assert set(run_facet_ids([10_000, 20_000, 30_000, 40_000], session=session)) == facets
            whole = set_hash({name: hashes[name] for name in ("context", "statements")})
            sets = session.scalars(select(metadata.tables["lineage_facet_set"].c.content_hash)).all()
            assert set(sets) == {whole, set_hash({"context": hashes["context"]})}
            run, run_io = metadata.tables["lineage_run"], metadata.tables["lineage_run_io"]
            words = select(run_io.c.run_id, run_io.c.direction, run_io.c.state)
            assert {tuple(row) for row in session.execute(words)} == {
                (row["run_id"], row["direction"], row["state"]) for row in rows["run_io"]
            }
            assert session.scalars(select(run.c.external_digest).where(run.c.ti_id.is_(None))).all() == [
                UUID(digest[:32])
            ]
            attempts = select(run.c.ti_id, run.c.capture_ms, run.c.map_index).where(run.c.ti_id.is_not(None))
            assert {tuple(row) for row in session.execute(attempts)} == {
                (UUID(int=number), 4.25, number) for number in (1, 2, 3)
            }
            kept = session.execute(select(metadata.tables["lineage_run_facet"])).all()
            # What a run has alone, and what another producer told, which knows of moments.
            assert {(row.run_id, row.name) for row in kept} == {
                (10_000, "query"),
                (40_000, "nominalTime"),
                (40_000, "context"),
            }
            new = insert(run).values(job_id=1, capture="pending", recorded_at=NOW)
            assert session.execute(new).inserted_primary_key[0] > 40_000
        migrate(blank, f"-{SIXTH}")
        assert {name: stored(blank, name) for name in before} == before
        assert not {"lineage_facet_set", "lineage_facet_set_member"} & tables(blank)


def stored(engine: Engine, name: str) -> set[frozenset[tuple[str, Any]]]:
    """Rows of a table, whatever the order of its columns."""
    with engine.connect() as connection:
        rows = connection.execute(select(old_table(engine, name))).mappings()
        return {frozenset((key, value) for key, value in row.items()) for row in rows}


@pytest.mark.parametrize("dialect", ["mysql", "postgresql"])
def test_smaller_runs_compile_offline(dialect: str, monkeypatch: pytest.MonkeyPatch) -> None:
    up, down = compiled(dialect, f"{SIXTH}:{SEVENTH}", monkeypatch)
    assert "lineage_facet_set_member" in up
    assert "PRIMARY KEY (dataset_id, direction, run_id)" in up
    assert "INSERT INTO lineage_run_facet" in down
    if dialect == "mysql":
        assert "WHERE external_digest" not in up  # it has no indexes over a part of a table
        assert "::uuid" not in up + down


def compiled(dialect: str, revisions: str, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """SQL of the way up and of the way down."""
    from airflow import settings

    url = {"mysql": "mysql+pymysql://u@h/d", "postgresql": "postgresql+psycopg2://u@h/d"}[dialect]
    monkeypatch.setattr(settings, "SQL_ALCHEMY_CONN", url)
    config = migration_config(None)
    del config.attributes["connection"]
    found = []
    for go, way in ((command.upgrade, revisions), (command.downgrade, ":".join(revisions.split(":")[::-1]))):
        config.output_buffer = buffer = io.StringIO()
        go(config, way, sql=True)
        found.append(buffer.getvalue())
    return found[0], found[1]


def as_airflow_connects(engine: Engine) -> None:
    """SQLite follows foreign keys on Airflow's connections, and dropping a table then deletes what refers to it."""
    if engine.dialect.name == "sqlite":
        engine.dispose()
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA foreign_keys=ON"))


def old_table(engine: Engine, name: str) -> Table:
    """A table as it is, whatever the classes say today."""
    return Table(f"lineage_{name}", MetaData(), autoload_with=engine)


def indexes(engine: Engine, name: str) -> set[str | None]:
    return {index["name"] for index in inspect(engine).get_indexes(f"lineage_{name}")}


def test_gate_states_come_and_go_and_verdicts_stay(blank: Engine) -> None:
    migrate(blank, SEVENTH)
    verdict = {"id": 1, "gate": "operator", "dag_id": "shop", "result": "fail", "message": "m", "datasets": 1,
               "judged_at": NOW}  # fmt: skip
    with blank.begin() as connection:
        connection.execute(old_table(blank, "verdict").insert().values(**verdict))
    migrate(blank, "head")
    with Session(blank) as session, session.begin():
        kept = gate("shop", verdict_id=1)
        save_gate(kept, session=session)
        assert gate_of("shop", connection=session) == kept
    migrate(blank, f"-{SEVENTH}")
    assert "lineage_gate_state" not in tables(blank)
    with blank.connect() as connection:
        assert connection.scalar(text("SELECT message FROM lineage_verdict")) == "m"
    migrate(blank, "head")
    with Session(blank) as session:
        assert gate_of("shop", connection=session) is None, "the first pass of an API server fills it again"


def test_answers_for_the_gates_outlive_the_way_to_texts_for_everybody_and_back(blank: Engine) -> None:
    migrate(blank, EIGHTH)
    kept = {name: getattr(gate("shop"), name) for name in gate("shop").__slots__ if name != "shown"}
    job = {"id": 1, "digest": "j" * 64, "namespace": "n", "name": "j", "first_seen": NOW}
    run = {"job_id": 1, "capture": "external", "recorded_at": NOW, "map_index": -1, "try_number": 1}
    with blank.begin() as connection:
        connection.execute(old_table(blank, "job").insert().values(**job))
        runs = [{**run, "id": 1, "external_digest": UUID(int=1)}, {**run, "id": 2, "external_digest": None}]
        connection.execute(insert(metadata.tables["lineage_run"]), runs)
        values = {**kept, "level": kept["level"].value, "findings": "[]"}
        connection.execute(old_table(blank, "gate_state").insert().values(**values))
        verdict = {
            "id": 1,
            "gate": "dag-run",
            "result": "fail",
            "message": "m",
            "datasets": 1,
            "judged_at": NOW,
        }
        connection.execute(old_table(blank, "verdict").insert().values(**verdict))
    migrate(blank, "head")
    with blank.connect() as connection:
        assert connection.scalar(text("SELECT blocks FROM lineage_verdict")) is None
    with Session(blank) as session, session.begin():
        found = gate_of("shop", connection=session)
        assert found is not None
        assert (found.message, found.shown, found.judged_at) == (kept["message"], None, kept["judged_at"])
        save_gate(gate("shop", shown="for everybody"), session=session)
        assert gate_of("shop", connection=session) == gate("shop", shown="for everybody")
        assert {run.id for run in runs_heard_since(NOW, session=session)} == {1, 2}
    assert "idx_lineage_run_external_recorded_at" in indexes(blank, "run")
    migrate(blank, f"-{EIGHTH}")
    assert "idx_lineage_run_external_recorded_at" not in indexes(blank, "run")
    assert "shown" not in {column["name"] for column in inspect(blank).get_columns("lineage_gate_state")}
    assert "blocks" not in {column["name"] for column in inspect(blank).get_columns("lineage_verdict")}
    assert indexes(blank, "gate_state") == {"idx_lineage_gate_state_valid_until"}
    with blank.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM lineage_run")) == 2
        assert connection.scalar(text("SELECT message FROM lineage_verdict")) == "m"
        assert connection.scalar(text("SELECT message FROM lineage_gate_state")) == kept["message"]


def test_a_downgrade_to_base_leaves_nothing_of_ours_and_all_of_airflows(blank: Engine) -> None:
    migrate(blank, "head")
    migrate(blank, "-base")
    assert tables(blank) == {"dag", LineageDBManager.version_table_name}
    with blank.connect() as connection:
        assert connection.scalar(text("SELECT dag_id FROM dag")) == "shop"
        assert not connection.execute(text(f"SELECT * FROM {LineageDBManager.version_table_name}")).all()


def test_a_downgrade_by_one_and_an_upgrade_meet_again(blank: Engine) -> None:
    migrate(blank, "head")
    at_head = tables(blank)
    migrate(blank, f"-{FIRST}")
    assert tables(blank) < at_head
    migrate(blank, "head")
    assert tables(blank) == at_head


@pytest.mark.parametrize("dialect", ["mysql", "postgresql"])
def test_every_migration_compiles_offline(
    dialect: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from airflow import settings

    url = {"mysql": "mysql+pymysql://u@h/d", "postgresql": "postgresql+psycopg2://u@h/d"}[dialect]
    monkeypatch.setattr(settings, "SQL_ALCHEMY_CONN", url)
    config = migration_config(None)
    del config.attributes["connection"]
    written: list[str] = []

    class Writer:
        def write(self, part: str) -> None:
            written.append(part)

        def flush(self) -> None: ...

    config.output_buffer = Writer()  # type: ignore[assignment]
    command.upgrade(config, "head", sql=True)
    ddl = "".join(written)
    made = set(re.findall(r"CREATE TABLE (\w+)", ddl))
    made -= {before for before, _ in re.findall(r"ALTER TABLE (\w+) RENAME TO (\w+)", ddl)}
    assert made == OURS | {LineageDBManager.version_table_name}
    if dialect == "mysql":
        assert "LONGBLOB" in ddl
        assert "MEDIUMTEXT" in ddl
    written.clear()
    command.downgrade(config, "head:base", sql=True)
    assert set(re.findall(r"DROP TABLE (\w+)", "".join(written))) >= OURS


def test_the_head_is_the_one_that_this_version_is_known_by() -> None:
    script = ScriptDirectory.from_config(migration_config(None))
    assert script.get_heads() == [REVISION_HEADS[__version__]]
    for revision in script.walk_revisions():
        assert getattr(revision.module, "provider_version", None) in REVISION_HEADS


def test_no_index_of_ours_is_too_wide_for_mysql() -> None:
    for table in metadata.sorted_tables:
        for index in table.indexes:
            lengths = index.dialect_options["mysql"]["length"] or {}
            width = sum(
                4 * (lengths.get(column.name) or column.type.length)
                if getattr(column.type, "length", None) and not column.type.collation
                else 8
                for column in index.columns
            )
            assert width <= 3072, index.name


def test_airflows_own_commands_check_migrate_and_reset_our_tables(metadata_db: None, tmp_path: Path) -> None:
    from airflow import settings

    from tests.airflow_process import airflow

    database = tmp_path / "airflow.db"
    if settings.get_engine().dialect.name != "sqlite":
        pytest.skip("it copies the file of the session's own database")
    with settings.get_engine().connect() as source, sqlite3.connect(database) as target:
        source.connection.dbapi_connection.backup(target)
    # What an older version of the provider left behind.
    engine = create_engine(f"sqlite:///{database}")
    migrate(engine, f"-{FIRST}")
    with engine.begin() as connection:
        connection.execute(
            insert(metadata.tables["lineage_dataset"]).values(
                digest="d" * 64, namespace="n", name="d", first_seen=NOW
            )
        )
    engine.dispose()

    behind = airflow("db", "check-migrations", "-t", "1", home=tmp_path, fails=True)
    assert "unapplied migrations" in behind.lower()
    airflow("db", "migrate", home=tmp_path)
    assert at_revision(database) == REVISION_HEADS[__version__]
    assert rows_in(database) == 1
    airflow("db", "reset", "-y", home=tmp_path)
    assert at_revision(database) == REVISION_HEADS[__version__]
    assert ours_in(database) == OURS
    assert rows_in(database) == 0


def at_revision(database: Path) -> Any:
    return query(database, f"SELECT version_num FROM {LineageDBManager.version_table_name}")[0][0]


def ours_in(database: Path) -> set[str]:
    return {
        name
        for (name,) in query(database, "SELECT name FROM sqlite_master WHERE type = 'table'")
        if name.startswith("lineage_")
    }


def rows_in(database: Path) -> int:
    return int(query(database, "SELECT count(*) FROM lineage_dataset")[0][0])


def query(database: Path, sql: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(database)
    try:
        return connection.execute(sql).fetchall()
    finally:
        connection.close()
