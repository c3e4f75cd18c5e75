"""Runs that something was heard of since a moment: asked often, so that it must not weigh what history weighs."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BindParameter, ScalarSelect, Subquery, select, union

from airflow_lineage_provider.store.ingest import RUN

LOOKED_BACK = 2_000
"""Attempts below the newest run: their rows are made before all that they did arrives. No index says when it did, for
attempts are most of what is stored."""


def heard_runs(moment: datetime | BindParameter[datetime], newest: int | ScalarSelect[int]) -> Subquery:
    """Row ids, in a column ``id``, of runs of other producers, however old, and of attempts among the newest runs.

    :param newest: row id of the newest run at the moment, or of today.
    """
    recent = select(RUN.c.id).where(RUN.c.id > newest - LOOKED_BACK, RUN.c.recorded_at >= moment)
    # In the words of the index of those runs.
    told = select(RUN.c.id).where(RUN.c.external_digest.is_not(None), RUN.c.recorded_at >= moment)
    return union(recent, told).subquery("heard")
