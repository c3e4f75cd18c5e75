"""How pytest-xdist deals the tests out to its workers (``pytest -n 2``)."""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

_WITH_AIRFLOW = ("tests/live/", "tests/system/", "tests/docs/test_tutorial.py")
_LIVE = "live"


class WorkUnits(LoadScopeScheduling):
    """A file is a unit, so that what its tests share is made once; larger files come before smaller ones.

    All tests that start an Airflow are one unit: only one worker has an Airflow at a time. It is the first, for
    it is the longest.
    """

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return _LIVE if path.startswith(_WITH_AIRFLOW) else path

    def _assign_work_unit(self, node: WorkerController) -> None:
        if _LIVE in self.workqueue:
            self.workqueue.move_to_end(_LIVE, last=False)
        super()._assign_work_unit(node)
