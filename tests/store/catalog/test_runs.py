from __future__ import annotations

from sqlalchemy.orm import Session

from airflow_lineage_provider.store.catalog.runs import latest_run_ids
from airflow_lineage_provider.store.ingest import RUN
from airflow_lineage_provider.store.upsert import CHUNK
from tests.airflow_rows import NOW
from tests.store.counted import counted
from tests.store.landscape import Landscape


def test_the_newest_runs_of_many_jobs_come_in_one_statement(db: Session) -> None:
    land = Landscape(db)
    jobs = [land.job(f"dag.t{number}") for number in range(5)]
    for job in jobs[:4]:
        for _ in range(3):
            db.execute(RUN.insert().values(job_id=job, capture="complete", recorded_at=NOW))

    with counted(db) as statements:
        found = latest_run_ids(jobs, 2, session=db)

    assert len(statements) == 1
    assert len(jobs) <= CHUNK
    assert set(found) == set(jobs[:4])
    for runs in found.values():
        assert len(runs) == 2
        assert runs[0] > runs[1]
