from __future__ import annotations

import json
from typing import Any

from sqlalchemy import delete

from airflow_lineage_provider.store.edges import EDGE
from tests.cli.upkeep import new_runs, run_reindex


def test_it_says_what_drifted_and_puts_it_right(office: Any, capsys: Any) -> None:
    history = new_runs(3)
    with history.session() as session:
        session.execute(delete(EDGE).where(EDGE.c.direction == "output"))
    run_reindex(dry_run=True)
    printed = capsys.readouterr().out
    assert "missing" in printed
    assert "s3://lake:t" in printed
    assert "1 drifted and would be put right" in printed
    assert history.size("lineage_edge") == 1
    run_reindex(output="json")
    done = json.loads(capsys.readouterr().out)
    assert (done["missing"], done["put_right"], done["drifts"][0]["after"]["runs"]) == (1, True, 3)
    run_reindex()
    assert "0 drifted" in capsys.readouterr().out


def test_one_dag(office: Any, capsys: Any) -> None:
    new_runs(1)
    run_reindex(dag_id="elsewhere")
    printed = capsys.readouterr().out
    assert "0 jobs, 0 edges" in printed
    assert "Column edges cannot be made from facts" in printed
