"""Commands of upkeep, called as argparse would call them."""

from __future__ import annotations

from argparse import Namespace
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow import settings
from sqlalchemy import update

from airflow_lineage_provider.cli.clean_command import clean
from airflow_lineage_provider.cli.reindex_command import reindex
from airflow_lineage_provider.store.tables import Run, core_table
from tests.store.retention.history import History

CLEAN = {"dry_run": False, "kind": None, "unused": False, "yes": False, "output": "table"}
REINDEX = {"dry_run": False, "dag_id": None, "output": "table"}


def run_clean(**arguments: Any) -> None:
    clean(Namespace(**{**CLEAN, **arguments}))


def run_reindex(**arguments: Any) -> None:
    reindex(Namespace(**{**REINDEX, **arguments}))


def new_runs(count: int) -> History:
    """Runs of one job."""
    history = History(settings.get_engine())
    for number in range(count):
        history.run(1 - number / 100)
    return history


def old_runs(count: int) -> History:
    """Runs of one job that are two years old by the clock that commands go by."""
    history = new_runs(count)
    heard = datetime.now(UTC) - timedelta(days=730)
    with history.session() as session:
        session.execute(update(core_table(Run)).values(recorded_at=heard, started_at=None))
    return history
