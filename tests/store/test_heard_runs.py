from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from sqlalchemy import func, insert, select, text

from airflow_lineage_provider.model.openlineage.event import Phase
from airflow_lineage_provider.store.gate_changes import runs_heard_since
from airflow_lineage_provider.store.heard_runs import LOOKED_BACK, heard_runs
from airflow_lineage_provider.store.ingest import JOB, RUN
from airflow_lineage_provider.store.recent_changes import newest_run, touched_since
from tests.airflow_rows import NOW
from tests.store.external.tellings import ds, event, run_row, take, told

HOUR = timedelta(hours=1)
MANY = LOOKED_BACK + 1_000


def attempts(db: Any, count: int, *, at: Any = NOW) -> None:
    job_id = db.scalar(select(func.min(JOB.c.id)))
    row = {"job_id": job_id, "capture": "recorded", "recorded_at": at, "map_index": -1, "try_number": 1}
    db.execute(insert(RUN), [{**row, "ti_id": uuid.uuid4()} for _ in range(count)])


def test_a_run_of_another_producer_is_heard_of_however_many_ran_meanwhile(db: Any) -> None:
    take(db, event(0, Phase.START), now=NOW)
    attempts(db, MANY)
    before = newest_run(session=db)
    assert runs_heard_since(NOW + HOUR, session=db) == []
    take(db, event(60, Phase.COMPLETE, outputs=[told("orders", "id:int")]), now=NOW + 2 * HOUR)

    (heard,) = runs_heard_since(NOW + HOUR, session=db)
    assert (heard.id, heard.is_external) == (run_row(db).id, True)
    assert ds("orders").digest in touched_since(NOW + HOUR, before, session=db).digests


def test_an_attempt_is_heard_of_among_the_newest_runs_alone(db: Any) -> None:
    take(db, event(0, Phase.START), now=NOW - HOUR)
    attempts(db, 2)
    old = newest_run(session=db)
    assert {run.id for run in runs_heard_since(NOW, session=db)} == {old - 1, old}
    attempts(db, LOOKED_BACK, at=NOW - HOUR)
    assert runs_heard_since(NOW, session=db) == []


def test_nothing_is_heard_where_nothing_ran(db: Any) -> None:
    assert runs_heard_since(NOW, session=db) == []
    assert touched_since(NOW, newest_run(session=db), session=db).digests == frozenset()


def test_it_reads_indexes_and_no_history(db: Any) -> None:
    take(db, event(0, Phase.START), now=NOW)
    attempts(db, MANY)
    heard = heard_runs(NOW + HOUR, newest_run(session=db))
    statement = str(select(heard).compile(db.get_bind(), compile_kwargs={"literal_binds": True}))
    if db.get_bind().dialect.name == "postgresql":
        db.execute(text("ANALYZE lineage_run"))
        db.execute(text("SET LOCAL enable_seqscan = off"))
    explain = "EXPLAIN QUERY PLAN " if db.get_bind().dialect.name == "sqlite" else "EXPLAIN "
    plan = "\n".join(str(row) for row in db.execute(text(explain + statement)))
    assert "idx_lineage_run_external_recorded_at" in plan
    assert "SCAN lineage_run" not in plan
    assert "Seq Scan" not in plan
