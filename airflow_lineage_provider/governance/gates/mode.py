"""What the dag-run gate may do for a DAG, as the deployment says."""

from __future__ import annotations

from fnmatch import fnmatchcase

from airflow_lineage_provider import config
from airflow_lineage_provider.model.level import Level


def mode_of(dag_id: str) -> Level:
    """Most that the dag-run gate does for a DAG.

    The last glob of ``dag_run_gates`` that matches, at most ``dag_run_gate``; without one, that itself.
    """
    most = config.dag_run_gate()
    if most is Level.OFF:
        return most
    chosen: Level = most
    for glob, level in config.dag_run_gates().items():
        if dag_id == glob or fnmatchcase(dag_id, glob):
            chosen = level
    return chosen.at_most(most)
