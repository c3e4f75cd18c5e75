"""A task's name in the environment of its process, for the programs that it starts: dbt, a client of OpenLineage."""

from __future__ import annotations

import os

from airflow_lineage_provider.capture.extractors.extractor import RunIdentity
from airflow_lineage_provider.capture.extractors.parent import parent_variables


class ParentEnvironment:
    """Variables that are there while ``execute`` runs, and gone afterwards: ``dag.test()`` runs all tasks in one process."""

    def __init__(self) -> None:
        self._added: dict[str, str] = {}

    def begin(self, run: RunIdentity) -> None:
        """Add what names the task as a parent, unless somebody has named one."""
        self._added = parent_variables(run, os.environ)
        os.environ.update(self._added)

    def end(self) -> None:
        """Take away what was added and still stands as it was."""
        added, self._added = self._added, {}
        for name, value in added.items():
            if os.environ.get(name) == value:
                del os.environ[name]
