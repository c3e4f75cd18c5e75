"""What the dag-run gate may do for a DAG, as the deployment says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from airflow_lineage_provider import config
from airflow_lineage_provider.model.level import Level


@dataclass(frozen=True, slots=True)
class Modes:
    """Most that the dag-run gate does, for every DAG."""

    most: Level
    by_glob: Mapping[str, Level]

    def of(self, dag_id: str) -> Level:
        """The last glob of ``dag_run_gates`` that matches, at most ``dag_run_gate``; without one, that itself."""
        if self.most is Level.OFF:
            return self.most
        chosen: Level = self.most
        for glob, level in self.by_glob.items():
            if dag_id == glob or fnmatchcase(dag_id, glob):
                chosen = level
        return chosen.at_most(self.most)


def configured_modes() -> Modes:
    """As the options say."""
    return Modes(config.dag_run_gate(), config.dag_run_gates())


def mode_of(dag_id: str) -> Level:
    """Most that the dag-run gate does for a DAG."""
    return configured_modes().of(dag_id)
