"""What fails at present in a thread that goes on."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import OperationalError

from airflow_lineage_provider.model.error_line import error_line

BUSY_SECONDS = 60.0
"""A database that is busy or away for less is nothing to act on."""


@dataclass(slots=True)
class _Failure:
    text: str
    since: float
    is_said: bool = False


class Failures:
    """Each kind of work that fails, said once, again when something else is wrong with it, and when it works.

    :param log: of the module whose work it is.
    """

    def __init__(self, log: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        self._log = log
        self._clock = clock
        self._failures: dict[str, _Failure] = {}

    def failed(self, work: str, error: Exception) -> None:
        """Remember why a kind of work failed."""
        text = error_line(error)
        failure = self._failures.get(work)
        if failure is None or failure.text != text:
            failure = self._failures[work] = _Failure(text, self._clock())
        is_grave = not isinstance(error, OperationalError) or self._clock() - failure.since >= BUSY_SECONDS
        if is_grave and not failure.is_said:
            failure.is_said = True
            self._log.warning("%s failed: %s; trying again", work, text, exc_info=error)
        else:
            self._log.debug("%s failed: %s; trying again", work, text)

    def works(self, work: str) -> None:
        """Forget why it failed."""
        failure = self._failures.pop(work, None)
        if failure is not None and failure.is_said:
            self._log.info("%s works again", work)

    def attempt(self, work: str, do: Callable[[], object]) -> bool:
        """Do it. Returns whether it worked."""
        try:
            do()
        except Exception as error:
            self.failed(work, error)
            return False
        self.works(work)
        return True

    @property
    def first(self) -> str | None:
        """What has failed for longest, and why; ``None`` where all works."""
        return next((f"{work}: {failure.text}" for work, failure in self._failures.copy().items()), None)
