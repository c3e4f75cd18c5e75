"""One place where events go: its client, and how long it rests after it failed."""

from __future__ import annotations

import logging
import os
import time
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_lineage_provider.api.forward_kafka import confirm_delivery
from airflow_lineage_provider.model.error_text import clean_message, message_of
from airflow_lineage_provider.store.outgoing.queue import Claimed

log = logging.getLogger(__name__)

FIRST_REST = 1.0
LONGEST_REST = 60.0
"""Seconds for which a target that failed is left alone before one event is tried again."""
SETUP_REST = 300.0
"""Seconds after which a configuration that the client refused is tried again: a file may have come."""
_REFUSED = frozenset({400, 409, 413, 415, 422, 431})
"""Answers that say something of the event, not of the backend: the next event may well be taken."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an event was not taken."""

    words: str
    is_of_event: bool
    """It says nothing of the target: the next event may well be taken."""


class Target:
    """A target is ready, or rests until a moment. One that cannot even be set up rests like one that is down.

    :param transport: what the OpenLineage client makes a transport of.
    """

    def __init__(self, name: str, transport: Mapping[str, Any]) -> None:
        self.name = name
        self.problem: str | None = None
        """Why it does not take events at present."""
        self.failures = 0
        """In a row."""
        self.rest_until = 0.0
        self.took_last = False
        """Whether it has taken an event since one was last tried in vain."""
        self._transport = transport
        self._client: Any = None

    def is_ready(self) -> bool:
        return time.monotonic() >= self.rest_until

    def connect(self) -> bool:
        """Make the client where there is none; a configuration that it does not take is a target that is down."""
        if self._client is not None:
            return True
        try:
            self._client = _make_client(self._transport)
        except Exception as error:
            self.rest(f"the OpenLineage client does not take it: {_words(error)}", SETUP_REST)
            return False
        return True

    def send(self, event: Claimed) -> Problem | None:
        """Send an event; ``None`` when it was taken, else why not.

        After most errors nobody can tell whether the event is to blame or the target: the caller asks with another one,
        and lets the target rest when that fails too.
        """
        from airflow_lineage_provider.api.forward_event import run_event

        try:
            made = run_event(event.event)
        except Exception as error:
            words = _words(error)
            log.warning("Event %d for OpenLineage target %s cannot be built: %s", event.id, self.name, words)
            return Problem(words, is_of_event=True)
        try:
            self._client.emit(made)
        except Exception as error:
            words = _words(error)
            is_refused = getattr(getattr(error, "response", None), "status_code", None) in _REFUSED
            if is_refused:
                log.warning("OpenLineage target %s refuses event %d: %s", self.name, event.id, words)
            return Problem(words, is_of_event=is_refused)
        if self.failures:
            log.info("OpenLineage target %s takes events again", self.name)
        self.problem, self.failures = None, 0
        return None

    def close(self) -> None:
        if self._client is not None:
            try:
                self._client.close(timeout=1.0)
            except Exception as error:
                log.debug("OpenLineage target %s does not close: %s", self.name, error)
            self._client = None

    def rest(self, words: str, least_rest: float = 0.0) -> None:
        """Take it for down, and leave it alone for a while.

        :param words: why.
        :param least_rest: seconds.
        """
        # The same trouble in other words, with another address of an object in them, is no news.
        if self.problem is None or words.partition(":")[0] != self.problem.partition(":")[0]:
            log.warning("OpenLineage target %s takes no events: %s; they wait in the queue", self.name, words)
        self.problem = words
        rest = min(FIRST_REST * 2.0 ** min(self.failures, 20), LONGEST_REST)
        self.rest_until = time.monotonic() + max(rest, least_rest)
        self.failures += 1


def _make_client(transport: Mapping[str, Any]) -> Any:
    import copy

    from openlineage.client import OpenLineageClient
    from openlineage.client.transport import get_default_factory

    if os.environ.get("OPENLINEAGE_DISABLED", "").strip().lower() == "true":
        # The client would take every event and send none.
        raise ValueError("OPENLINEAGE_DISABLED is set")
    # Made here, not by the client: it would mix in OPENLINEAGE_* variables and openlineage.yml of this machine.
    made = get_default_factory().create(copy.deepcopy(dict(transport)))
    confirm_delivery(made)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return OpenLineageClient(transport=made, config={"transport": dict(transport)})


def _words(error: Exception) -> str:
    # A KeyError puts quotes around its words, and what is quoted is taken for a value.
    is_quoted = isinstance(error, KeyError) and error.args and isinstance(error.args[0], str)
    words = clean_message(error.args[0]) if is_quoted else message_of(error)
    return f"{type(error).__name__}: {words}"
