"""Writes answers for the gates: what says the same as before in one go, what is new with a verdict of its own."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.filing import file_verdict
from airflow_lineage_provider.governance.gates.court import Court
from airflow_lineage_provider.governance.gates.dag_answer import DagAnswer
from airflow_lineage_provider.governance.gates.shown_text import shown_text
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.gate_states import (
    LONGEST_MESSAGE,
    StoredGate,
    delete_ahead,
    gate_of,
    gates_of,
    save_gate,
    save_gates,
)
from airflow_lineage_provider.store.lease import LeaseLost
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.verdicts import Gate, stored_verdicts

log = logging.getLogger(__name__)

GATE = "gate-state"
"""Gate of the verdicts that stand behind answers."""


class Keeping:
    """Keeps answers.

    :param confirm: called in each writing transaction.
    """

    def __init__(self, transactions: OwnTransactions, confirm: Callable[[Session], None]) -> None:
        self._transactions = transactions
        self._confirm = confirm
        self._filed = 0
        self.written_at: dict[str, datetime] = {}
        """By DAG, ``judged_at`` as it was written last."""
        self.said_at: dict[str, datetime] = {}
        """By DAG, when another server said what stands instead of the last answers."""

    def keep(
        self, answers: Collection[DagAnswer], court: Court, *, lifetime: timedelta
    ) -> tuple[list[DagAnswer], dict[str, Exception]]:
        """Write answers. Returns those that were written, and what was wrong with the others by DAG.

        What another server said later stands, and its DAG is in neither: the moment is in ``said_at``.
        """
        self.said_at = {}
        if not answers:
            return [], {}
        with self._transactions.reading() as session:
            before = gates_of({answer.dag_id for answer in answers}, session=session)
            filed = {gate.verdict_id for gate in before.values() if gate.verdict_id is not None}
            there = stored_verdicts(filed, session=session)
            shown = {}
            failed: dict[str, Exception] = {}
            for answer in answers:
                try:
                    shown[answer.dag_id] = shown_of(answer, before.get(answer.dag_id), session=session)
                except Exception as error:
                    session.rollback()
                    failed[answer.dag_id] = error
        self._forget_ahead(answers, before)
        same: list[tuple[DagAnswer, int | None]] = []
        new: list[DagAnswer] = []
        for answer in answers:
            if answer.dag_id in failed:
                continue
            known = before.get(answer.dag_id)
            if (
                known is not None
                and answer.judged_at < known.judged_at
                and not known.is_ahead(answer.judged_at)
            ):
                self.said_at[answer.dag_id] = known.judged_at
            elif is_said_before(answer, known, there):
                same.append((answer, known.verdict_id if known is not None else None))
            else:
                new.append(answer)
        kept: list[DagAnswer] = []
        if same:
            with self._transactions.writing() as session:
                self._confirm(session)
                save_gates(
                    (_stored(answer, verdict, shown[answer.dag_id], lifetime) for answer, verdict in same),
                    session=session,
                )
            kept += [answer for answer, _ in same]
        for answer in new:
            # One transaction each: findings are held in the order of one verdict, and nobody waits for many.
            try:
                with self._transactions.writing() as session:
                    self._confirm(session)
                    keep_new(answer, court, shown=shown[answer.dag_id], lifetime=lifetime, session=session)
            except LeaseLost:
                raise
            except Exception as error:
                failed[answer.dag_id] = error
            else:
                kept.append(answer)
                self._filed += 1
        self.written_at.update((answer.dag_id, answer.judged_at) for answer in kept)
        return kept, failed

    def _forget_ahead(self, answers: Collection[DagAnswer], before: Mapping[str, StoredGate]) -> None:
        now = max(answer.judged_at for answer in answers)
        ahead = [dag_id for dag_id, known in before.items() if known.is_ahead(now)]
        if ahead:
            log.warning("Gate states of %d DAGs are of a clock that is ahead: judged anew", len(ahead))
            with self._transactions.writing() as session:
                self._confirm(session)
                delete_ahead(ahead, now=now, session=session)

    def take_filed(self) -> int:
        """How many verdicts were filed since it was asked last."""
        filed, self._filed = self._filed, 0
        return filed


def is_said_before(answer: DagAnswer, known: StoredGate | None, there: Collection[int]) -> bool:
    """Whether no verdict is to be filed: it would say the same, or that nothing was found and nothing was before.

    :param there: verdicts that are still stored.
    """
    if known is not None and known.fingerprint == answer.fingerprint:
        return known.verdict_id in there if answer.verdict.findings else True
    return not answer.verdict.findings and (known is None or known.findings_total == 0)


def keep_one(answer: DagAnswer, court: Court, *, lifetime: timedelta, session: Session) -> StoredGate:
    """Write one answer, with a verdict where it says something new. Does not commit.

    Returns what stands then: where another server said something later, that.
    """
    known = gate_of(answer.dag_id, connection=session)
    if known is not None and known.is_ahead(answer.judged_at):
        delete_ahead([answer.dag_id], now=answer.judged_at, session=session)
    elif known is not None and known.judged_at > answer.judged_at:
        return known
    verdict_id = known.verdict_id if known is not None else None
    there = stored_verdicts([verdict_id], session=session) if verdict_id is not None else set()
    shown = shown_of(answer, known, session=session)
    if not is_said_before(answer, known, there):
        return keep_new(answer, court, shown=shown, lifetime=lifetime, session=session)
    gate = _stored(answer, verdict_id, shown, lifetime)
    save_gate(gate, session=session)
    return gate


def keep_new(
    answer: DagAnswer, court: Court, *, shown: str | None, lifetime: timedelta, session: Session
) -> StoredGate:
    """File the verdict of an answer and write it. Does not commit."""
    verdict_id = file_verdict(
        answer.verdict,
        Gate(GATE, answer.dag_id),
        answer.scope,
        standing=court.standing(answer.judged_at),
        # The evidence is what most of a verdict weighs, and of what stops nobody nobody asks for it.
        with_facts=answer.level.rank >= Level.WARN.rank,
        now=answer.judged_at,
        session=session,
    )
    gate = _stored(answer, verdict_id, shown, lifetime)
    save_gate(gate, session=session)
    return gate


def shown_of(answer: DagAnswer, known: StoredGate | None, *, session: Session) -> str | None:
    """The message for everybody who may read the DAG; ``None`` where no gate tells anybody.

    What may be seen is looked up where the message is another one, and each day: it takes as long as to judge.
    """
    if answer.level.rank < Level.WARN.rank:
        return None
    if (
        known is not None
        and known.shown is not None
        and known.judged_at.date() == answer.judged_at.date()
        and known.message == answer.verdict.message[:LONGEST_MESSAGE]
    ):
        return known.shown
    return shown_text(answer.verdict, answer.dag_id, session=session)


def _stored(answer: DagAnswer, verdict_id: int | None, shown: str | None, lifetime: timedelta) -> StoredGate:
    return answer.stored(verdict_id=verdict_id, shown=shown, valid_until=answer.judged_at + lifetime)
