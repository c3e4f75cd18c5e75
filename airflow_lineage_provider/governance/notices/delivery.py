"""Calls a notifier, with a limit of time: what it does is not ours, and may hang."""

from __future__ import annotations

import copy
import re
import threading
from importlib import import_module

from airflow_lineage_provider.governance.notices.letter import Letter
from airflow_lineage_provider.governance.notices.route import Route
from airflow_lineage_provider.governance.notices.run_letter import RunLetter
from airflow_lineage_provider.model.error_line import error_line

_PATH = re.compile(r"(://[^\s/?#]+|\burl: )/\S+")
"""Where a webhook is called, the path of its address is the key to it."""


class NotDelivered(RuntimeError):
    """The notifier did not take the letter; the message is for people."""


class TookTooLong(NotDelivered):
    """It did not come back in time, and may still be at it."""


class Delivery:
    """Hands letters to one notifier, one at a time.

    :param seconds: time for each.
    """

    def __init__(self, route: Route, seconds: float) -> None:
        self._route = route
        self._seconds = seconds
        self._thread: threading.Thread | None = None

    def deliver(self, letter: Letter | RunLetter) -> None:
        """Raises :class:`NotDelivered`."""
        if self._thread is not None and self._thread.is_alive():
            raise TookTooLong("its last call has not come back yet")
        errors: list[BaseException] = []

        def work() -> None:
            try:
                _call(self._route, letter)
            # A notifier may raise whatever it likes, SystemExit among it; it must not end up on stderr.
            except BaseException as error:
                errors.append(error)

        # A thread that hangs is left behind: nothing can end it, and the process must not wait for it.
        self._thread = threading.Thread(target=work, name="lineage-notify", daemon=True)
        self._thread.start()
        self._thread.join(self._seconds)
        if self._thread.is_alive():
            raise TookTooLong(f"it did not come back within {self._seconds:g} s")
        if errors:
            raise NotDelivered(_told(errors[0])) from errors[0]


def _told(error: BaseException) -> str:
    try:
        return _PATH.sub(r"\1/...", error_line(error))
    except Exception:
        # It is not our class: what it says of itself may fail as well, and must not stop other owners' letters.
        return f"{type(error).__name__}: it cannot say what is wrong"


def _call(route: Route, letter: Letter | RunLetter) -> None:
    module, _, name = route.class_path.rpartition(".")
    notifier = getattr(import_module(module), name)(**copy.deepcopy(dict(route.kwargs)))
    # The call, and not its method notify: this renders the templates.
    notifier(letter.context())
