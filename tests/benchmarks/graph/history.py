"""Run history below a graph that it must not slow down."""

from __future__ import annotations

from sqlalchemy import Engine

from tests.benchmarks.graph.copy_rows import bulk_load

TABLES = ("lineage_run", "lineage_run_io")

_RUNS = """
INSERT INTO lineage_run (id, job_id, ti_id, dag_run_id, run_id, openlineage_run_id, state, capture, segments, awaited,
                         started_at, ended_at, recorded_at, capture_ms)
SELECT n, (n - 1) %% %(jobs)s + 1, md5('ti' || n)::uuid, n / 10, 'scheduled__' || n / 10, md5('run' || n)::uuid,
       'success', 'recorded', 1, 0, at, at + interval '5 s', at + interval '6 s', 4.5
FROM generate_series(1, %(runs)s) n, LATERAL (SELECT timestamptz '2026-01-01' + n * interval '1 s' AS at) moment
"""
# One row for each edge of the run's job, as the real ingest leaves them.
_IO = """
INSERT INTO lineage_run_io (run_id, dataset_id, direction, evidence, state, schema_id)
SELECT r.id, e.dataset_id, CASE e.direction WHEN 'output' THEN 1 ELSE 0 END, e.evidence,
       CASE e.direction WHEN 'output' THEN 1 ELSE 0 END,
       e.dataset_id % 100 + 1
FROM lineage_run r JOIN lineage_edge e ON e.job_id = r.job_id
"""


def add_history(engine: Engine, *, jobs: int, runs: int) -> None:
    """Give the jobs ``runs`` runs in turn."""
    with bulk_load(engine, *TABLES) as cursor:
        cursor.execute(_RUNS, {"jobs": jobs, "runs": runs})
        cursor.execute(_IO)
