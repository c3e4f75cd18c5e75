"""Tells of findings round by round: one message per owner, nobody twice, and no notifier in another's way."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from airflow_lineage_provider.governance.gates.steady_text import steady_text
from airflow_lineage_provider.governance.notices.delivery import Delivery, NotDelivered, TookTooLong
from airflow_lineage_provider.governance.notices.letter import Letter, letters_of
from airflow_lineage_provider.governance.notices.rest import Rests
from airflow_lineage_provider.governance.notices.route import Route
from airflow_lineage_provider.governance.notices.run_letter import RunLetter
from airflow_lineage_provider.store.blocked_runs import (
    UntoldRuns,
    claim_runs,
    give_back_runs,
    note_told,
    untold_runs,
)
from airflow_lineage_provider.store.gate_states import gates_of
from airflow_lineage_provider.store.retention.transactions import Transactions
from airflow_lineage_provider.store.untold_findings import claim, give_back, mark_told, untold

log = logging.getLogger(__name__)

SECONDS = 30.0
"""A notifier has so long for a letter."""
ROUND_SECONDS = 120.0
"""After that a round begins no new letter; the next one goes on."""
MOST_LATE = 100
"""Letters that are kept for a notifier that did not take what others took."""
_ERRORS_IN_A_ROW = 3


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(slots=True)
class _Post:
    """A notifier at work."""

    route: Route
    delivery: Delivery
    rests: Rests = field(default_factory=Rests)
    late: deque[Letter | RunLetter] = field(default_factory=lambda: deque(maxlen=MOST_LATE))
    errors: int = 0
    """In a row, in this round."""
    is_failing: bool = False


class Teller:
    """Keeps in mind which notifiers fail: make one, and use it for every round.

    :param quiet: least time between two messages about one finding.
    :param seconds: time that a notifier has for a letter.
    """

    def __init__(
        self,
        routes: Sequence[Route],
        transactions: Transactions,
        *,
        quiet: timedelta,
        seconds: float = SECONDS,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self._posts = [_Post(route, Delivery(route, seconds)) for route in routes]
        self._transactions = transactions
        self._quiet = quiet
        self._clock = clock
        self._end = 0.0

    def tell(self) -> int:
        """One round. Returns how many letters were taken."""
        if not self._posts:
            return 0
        self._end = time.monotonic() + ROUND_SECONDS
        taken = 0
        for post in self._posts:
            post.errors = 0
            taken += self._send_late(post)
        found = untold(self._transactions, quiet=self._quiet, now=self._clock())
        wanted = [each for each in found if any(post.route.takes(each) for post in self._posts)]
        for letter in letters_of(wanted):
            if time.monotonic() > self._end:
                break
            taken += self._send(letter)
        return taken + self._tell_of_runs()

    def _tell_of_runs(self) -> int:
        """Tell owners of DAGs which runs were blocked: findings that are old are told to nobody again."""
        now = self._clock()
        with self._transactions.reading() as session:
            found = untold_runs(now=now, session=session)
            due = [each for each in found if each.told_at is None or each.told_at <= now - self._quiet]
            gates = gates_of([each.dag_id for each in due], session=session)
        taken = 0
        for each in due:
            if time.monotonic() > self._end:
                break
            gate = gates.get(each.dag_id)
            findings = steady_text(gate.shown or "") if gate is not None else ""
            taken += self._send_runs(each, RunLetter(each.dag_id, each.owner, each.runs, findings))
        with self._transactions.writing() as session:
            note_told(now=now, quiet=self._quiet, session=session)
        return taken

    def _send_runs(self, runs: UntoldRuns, letter: RunLetter) -> int:
        meant = [post for post in self._posts if post.route.takes_runs(letter.owner)]
        ready = [post for post in meant if not self._is_resting(post, letter)]
        if meant and not ready:
            return 0
        with self._transactions.writing() as session:
            if not claim_runs(runs, now=self._clock(), session=session):
                return 0
        told: list[_Post] = []
        try:
            told += [post for post in ready if self._deliver(post, letter)]
        finally:
            if meant and not told:
                with self._transactions.writing() as session:
                    give_back_runs(runs, session=session)
        if told:
            for post in meant:
                if post not in told:
                    post.late.append(letter)
        return len(told)

    def _send(self, letter: Letter) -> int:
        """Tell everybody who is to know, and write down who of the findings somebody was told of."""
        ready = [post for post in self._posts if not self._is_resting(post, letter)]
        ours = [each for each in letter.findings if any(post.route.takes(each) for post in ready)]
        if not ours:
            return 0
        now = self._clock()
        with self._transactions.writing() as session:
            ours = [each for each in ours if claim(each, now=now, session=session)]
        told: set[int] = set()
        missed: list[tuple[_Post, Letter]] = []
        taken = 0
        try:
            for post in self._posts:
                part = tuple(each for each in ours if post.route.takes(each))
                if not part:
                    continue
                own = Letter(letter.owner, letter.channel, part)
                if post in ready and self._deliver(post, own):
                    told.update(each.id for each in part)
                    taken += 1
                else:
                    missed.append((post, own))
        finally:
            with self._transactions.writing() as session:
                mark_told([each for each in ours if each.id in told], claimed_at=now, session=session)
                give_back([each for each in ours if each.id not in told], claimed_at=now, session=session)
        for post, own in missed:
            # What nobody took is told again by itself; what others took is kept for those who did not.
            rest = tuple(each for each in own.findings if each.id in told)
            if rest:
                post.late.append(Letter(own.owner, own.channel, rest))
        return taken

    def _send_late(self, post: _Post) -> int:
        taken = 0
        for _ in range(len(post.late)):
            letter = post.late.popleft()
            if (
                time.monotonic() > self._end
                or self._is_resting(post, letter)
                or not self._deliver(post, letter)
            ):
                post.late.append(letter)
            else:
                taken += 1
        return taken

    def _is_resting(self, post: _Post, letter: Letter | RunLetter) -> bool:
        return post.rests.is_resting(None, self._clock()) or post.rests.is_resting(
            _key(letter), self._clock()
        )

    def _deliver(self, post: _Post, letter: Letter | RunLetter) -> bool:
        try:
            post.delivery.deliver(letter)
        except NotDelivered as error:
            post.errors += 1
            post.rests.note_failure(_key(letter), self._clock())
            if isinstance(error, TookTooLong) or post.errors >= _ERRORS_IN_A_ROW:
                post.rests.note_failure(None, self._clock())
            # Once, and not in every round until somebody repairs it.
            log.log(
                logging.DEBUG if post.is_failing else logging.WARNING,
                "Nobody is told of findings by %s: %s; it is tried again",
                post.route.name,
                error,
            )
            post.is_failing = True
            return False
        post.errors = 0
        post.rests.forget(None)
        post.rests.forget(_key(letter))
        if post.is_failing and not post.rests.has_any:
            log.info("%s takes letters again", post.route.name)
            post.is_failing = False
        return True


def _key(letter: Letter | RunLetter) -> tuple[str, str]:
    return letter.owner or "", letter.channel or ""
