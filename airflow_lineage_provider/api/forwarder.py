"""Sends what is queued through the OpenLineage client, a target at a time."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from airflow_lineage_provider import config
from airflow_lineage_provider.api.forward_target import Problem, Target
from airflow_lineage_provider.store.outgoing.queue import (
    Claimed,
    claim,
    done,
    failed,
    parked_after,
    put_off,
    readdress,
)
from airflow_lineage_provider.store.outgoing.targets import targets_of
from airflow_lineage_provider.store.own_transactions import OwnTransactions

log = logging.getLogger(__name__)

BATCH = 50
_PROBE = 10
"""Events claimed for a target that failed: two are tried, of two runs, and more only when one of them was taken."""
LEASE = timedelta(seconds=120)
"""For so long claimed events are ours; a server that dies leaves them to the others after that."""
_SENDING = 60.0
"""Seconds of a lease in which sending may start: what follows is longer than the longest time-out."""
_READDRESS_EVERY = 60.0
_PARKED = (
    "OpenLineage target %s takes other events, but not event %d: %s; it is parked until "
    "`airflow lineage forward retry`"
)


@dataclass(slots=True)
class Forwarded:
    """What one pass did."""

    sent: int = 0
    failed: int = 0


class Forwarder:
    """Claims, sends, and notes what became of it. No transaction is open while anything is sent.

    :param sessions: makes sessions; by default on Airflow's engine.
    :param is_stopping: asked between two events.
    """

    def __init__(
        self, sessions: OwnTransactions | None = None, is_stopping: Callable[[], bool] = lambda: False
    ) -> None:
        self._sessions = sessions or OwnTransactions()
        self._is_stopping = is_stopping
        self._transport: Mapping[str, Any] | None = None
        self._targets: list[Target] = []
        self._readdressed = float("-inf")

    @property
    def problems(self) -> dict[str, str]:
        """Name of each target that cannot be reached at present to why."""
        return {target.name: target.problem for target in self._targets if target.problem}

    def forward(self, *, at_once: bool = False) -> Forwarded:
        """Send everything that is due and that the targets take.

        :param at_once: also to targets that failed a moment ago.
        """
        result = Forwarded()
        self._follow_configuration()
        if not self._targets:
            return result
        if time.monotonic() - self._readdressed >= _READDRESS_EVERY:
            self._readdress()
        for target in self._targets:
            if at_once:
                target.rest_until = 0.0
            while not self._is_stopping() and target.is_ready() and self._send_batch(target, result):
                pass
        return result

    def close(self) -> None:
        """Let go of connections."""
        for target in self._targets:
            target.close()
        self._targets = []

    def _follow_configuration(self) -> None:
        transport = config.transport()
        if transport == self._transport:
            return
        self.close()
        self._transport = transport
        self._targets = [Target(*named) for named in targets_of(transport).items()] if transport else []
        self._readdressed = float("-inf")

    def _readdress(self) -> None:
        names = [target.name for target in self._targets]
        while True:
            with self._sessions.writing() as session:
                found = readdress(names, lease=LEASE, now=datetime.now(UTC), session=session)
            if not found:
                break
            log.info("%d queued events were for a transport that is no longer configured; moved", found)
        self._readdressed = time.monotonic()

    def _send_batch(self, target: Target, result: Forwarded) -> bool:
        """Send one batch; whether there may be more to send now."""
        limit = _PROBE if target.failures else BATCH
        if not target.connect():
            return False
        began = time.monotonic()
        with self._sessions.writing() as session:
            now = datetime.now(UTC)
            events = claim(target.name, limit=limit, lease=LEASE, now=now, session=session)
        if not events:
            return False
        sent: list[Claimed] = []
        left: list[Claimed] = list(events)
        errors: list[tuple[Claimed, str]] = []
        doubt: Problem | None = None
        try:
            while left and not self._is_stopping() and time.monotonic() - began < _SENDING:
                event = left[0]
                problem = target.send(event)
                left.pop(0)
                if problem is None:
                    sent.append(event)
                    doubt = None
                    continue
                errors.append((event, problem.words))
                left, waiting = _parted(left, event.order_key)
                errors += [(later, "") for later in waiting]
                if problem.is_of_event:
                    continue
                if doubt is not None:
                    break
                # It may be this event alone: one of another run will tell.
                doubt = problem
            if doubt is not None:
                target.rest(doubt.words)
        finally:
            self._note(target, sent, errors, left)
        result.sent += len(sent)
        result.failed += sum(1 for _, problem in errors if problem)
        return target.is_ready()

    def _note(
        self, target: Target, sent: list[Claimed], errors: list[tuple[Claimed, str]], left: list[Claimed]
    ) -> None:
        now = datetime.now(UTC)
        others_pass = bool(sent) or target.took_last
        target.took_last = not errors and others_pass
        with self._sessions.writing() as session:
            done(sent, now=now, session=session)
            again: dict[str, datetime] = {}
            for event, problem in errors:
                if problem:
                    at = failed(event, problem, now=now, session=session, others_pass=others_pass)
                    again[event.order_key] = at
                    if at > parked_after(now):
                        log.warning(_PARKED, target.name, event.id, problem)
            # Later events of a run wait for the one that failed; what was not tried at all is due as before.
            for event, problem in errors:
                if not problem:
                    put_off([event.id], again[event.order_key], session=session)
            for event in left:
                put_off([event.id], again.get(event.order_key, now), session=session)


def _parted(events: list[Claimed], held: str) -> tuple[list[Claimed], list[Claimed]]:
    free = [event for event in events if event.order_key != held]
    return free, [event for event in events if event.order_key == held]
