"""The dag-run gate: what happens in the scheduler when a DAG run starts.

It runs inside the scheduler's transaction, with its row locks held. So it judges nothing, reads one row, writes with
Core inside a savepoint, never commits, flushes nothing of others and never raises.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from airflow.models.dagrun import DagRun
from sqlalchemy import Connection
from sqlalchemy.orm import Session, object_session

from airflow_lineage_provider import config
from airflow_lineage_provider.governance.decisions import CONF_KEY, grant_of
from airflow_lineage_provider.governance.facts import AskerFact
from airflow_lineage_provider.governance.filing import use_grant
from airflow_lineage_provider.governance.gates.loop_budget import SECONDS, LoopBudget
from airflow_lineage_provider.governance.gates.mode import Modes, configured_modes
from airflow_lineage_provider.governance.gates.run_decision import RunDecision, could_not_judge, decide
from airflow_lineage_provider.governance.gates.run_note import findings_link, with_decision, with_outcome
from airflow_lineage_provider.governance.verdict_entry import AUDITED, verdict_entry
from airflow_lineage_provider.model.error_line import first_line
from airflow_lineage_provider.model.error_text import message_of
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store import audit
from airflow_lineage_provider.store.gate_states import gate_of
from airflow_lineage_provider.store.held_tasks import hold_tasks
from airflow_lineage_provider.store.run_notes import change_note, write_note
from airflow_lineage_provider.store.run_verdicts import last_run_result, save_run_verdict
from airflow_lineage_provider.store.scheduler_savepoint import savepoint
from airflow_lineage_provider.store.verdicts import Gate

log = logging.getLogger(__name__)

GATE = "dag-run"


@dataclass(frozen=True, slots=True)
class _Options:
    """Read once a loop of the scheduler: Airflow takes longer to look up an option than PostgreSQL to read a row."""

    modes: Modes
    fails_closed: bool


class DagRunGate:
    """Meets each run once, when the scheduler takes it from queued to running."""

    def __init__(self, budget: LoopBudget | None = None) -> None:
        self._budget = budget or LoopBudget()
        self._options: _Options | None = None
        self._told: set[tuple[str, str]] = set()

    def meet(self, dag_run: DagRun) -> None:
        """Let a run go on, or hold back its tasks."""
        try:
            session = object_session(dag_run)
            if session is None:
                return
            is_another_loop = self._budget.enter(session.connection().get_transaction() or session)
            if self._options is None or is_another_loop:
                self._options = _Options(configured_modes(), config.on_error() == "closed")
            mode = self._options.modes.of(dag_run.dag_id)
            if mode is Level.OFF:
                return
            with self._budget.spending():
                self._meet(dag_run, mode, session, fails_closed=self._options.fails_closed)
        except Exception as error:
            self._complain("does nothing", error)

    def _meet(self, dag_run: DagRun, mode: Level, scheduler: Session, *, fails_closed: bool) -> None:
        now = datetime.now(UTC)
        connection = scheduler.connection()
        decision: RunDecision | None = None
        waits = not self._budget.are_grants_held
        if self._budget.is_spent:
            reason = f"it had taken {SECONDS:.0f} s of this loop of the scheduler for other runs"
            fix = "look for locks and slow statements in the metadata database"
            decision = could_not_judge(reason, fix, mode, fails_closed=fails_closed)
            self._complain("leaves runs unjudged", TimeoutError(reason))
        else:
            try:
                with savepoint(connection) as session:
                    kept = gate_of(dag_run.dag_id, connection=session)
                    decision = decide(kept, mode, dag_id=dag_run.dag_id, fails_closed=fails_closed, now=now)
                    granted = _with_grant(dag_run, decision, now, waits, session)
                    self._act(dag_run, granted, now, waits, session)
                return
            except Exception as error:
                self._complain("could not judge or note a verdict", error)
                if decision is None:
                    decision = could_not_judge(
                        f"{type(error).__name__}: {message_of(error)}",
                        "see the log of the scheduler, and `airflow db migrate`",
                        mode,
                        fails_closed=fails_closed,
                    )
        decision = self._with_grant_at_once(dag_run, decision, now, connection, fails_closed=fails_closed)
        if not self._budget.has_no_tables:
            try:
                with savepoint(connection) as session:
                    self._act(dag_run, decision, now, False, session)
                return
            except Exception as error:
                self._budget.has_no_tables = True
                self._complain("cannot note its verdict", error)
        if decision.does.rank >= Level.WARN.rank:
            # What was decided is done all the same, with Airflow's own tables alone.
            with savepoint(connection) as session:
                self._hold_and_tell(dag_run, decision, now, session)

    def _act(
        self, dag_run: DagRun, decision: RunDecision, now: datetime, waits: bool, session: Session
    ) -> None:
        decision, held = self._hold_and_tell(dag_run, decision, now, session)
        if decision.does.rank < Level.WARN.rank and dag_run.clear_number:
            told = decision
            change_note(dag_run, lambda note: with_outcome(note, told, now), now=now, session=session)
        self._file(dag_run, decision, held, now, waits, session)

    def _with_grant_at_once(
        self,
        dag_run: DagRun,
        decision: RunDecision,
        now: datetime,
        connection: Connection,
        *,
        fails_closed: bool,
    ) -> RunDecision:
        """What becomes of a run by the grant that it names, whoever holds that grant."""
        if not decision.blocks or not _names_grant(dag_run):
            return decision
        self._budget.are_grants_held = True
        try:
            with savepoint(connection) as session:
                return _with_grant(dag_run, decision, now, False, session)
        except Exception as error:
            self._complain("could not read a break-glass grant", error)
            return could_not_judge(
                f"the break-glass grant that it names: {type(error).__name__}: {message_of(error)}",
                "see the log of the scheduler",
                decision.mode,
                fails_closed=fails_closed,
            )

    def _hold_and_tell(
        self, dag_run: DagRun, decision: RunDecision, now: datetime, session: Session
    ) -> tuple[RunDecision, int]:
        held = 0
        if decision.blocks:
            held = hold_tasks(dag_run, now=now, session=session)
            if held:
                first = first_line(decision.reason)
                log.info("Dag-run gate blocks %s of %s: %s", dag_run.run_id, dag_run.dag_id, first)
            else:
                decision = decision.without_tasks()
        if decision.does.rank >= Level.WARN.rank:
            link = findings_link(dag_run.dag_id, _base_url())
            write_note(dag_run, lambda note: with_decision(note, decision, link), now=now, session=session)
        return decision, held

    def _file(
        self,
        dag_run: DagRun,
        decision: RunDecision,
        held: int,
        now: datetime,
        waits: bool,
        session: Session,
    ) -> None:
        before = (
            last_run_result(GATE, dag_run.dag_id, dag_run.run_id, session=session)
            if dag_run.clear_number
            else None
        )
        gate = Gate(GATE, dag_run.dag_id, dag_run.run_id)
        if decision.grant is not None:
            named = [_named(finding) for finding in decision.findings if finding.level is Level.BLOCK]
            use_grant(decision.grant, gate, named, waits=waits, now=now, session=session)
        verdict_id = save_run_verdict(
            gate,
            result=decision.result,
            message=decision.message,
            datasets=decision.datasets,
            kept_id=decision.kept_id,
            with_body=decision.does.rank >= Level.WARN.rank,
            grant_id=decision.grant.id if decision.grant is not None else None,
            blocks=decision.blocks,
            now=now,
            session=session,
        )
        # That the answer about a DAG became another one is audited where it is kept: each run of it says no more.
        if decision.result in AUDITED or (before is not None and before != decision.result):
            entry = _entry(decision, verdict_id, gate, held)
            audit.append("verdict", entry, actor=GATE, subject=dag_run.dag_id, now=now, session=session)

    def _complain(self, what: str, error: Exception) -> None:
        """Once for each kind of error: a scheduler starts many runs."""
        kind = (what, type(error).__name__)
        level = logging.DEBUG if kind in self._told else logging.WARNING
        self._told.add(kind)
        log.log(
            level,
            "Dag-run gate %s: %s",
            what,
            message_of(error),
            exc_info=error if level == logging.DEBUG else None,
        )


def _names_grant(dag_run: DagRun) -> bool:
    return isinstance(dag_run.conf, dict) and CONF_KEY in dag_run.conf


def _with_grant(
    dag_run: DagRun, decision: RunDecision, now: datetime, waits: bool, session: Session
) -> RunDecision:
    """What becomes of a run by the grant that it names; the same where it names none or needs none.

    :param waits: for another run that uses it in this moment.
    """
    if not decision.blocks or not _names_grant(dag_run):
        return decision
    asker = AskerFact(dag_run.dag_id, run_id=dag_run.run_id)
    grant = grant_of(asker, dag_run.conf, now, session, waits=waits)
    if grant is None:
        return replace(decision, refused_grant=str(dag_run.conf[CONF_KEY]))
    return decision.by_grant(grant)


def _entry(decision: RunDecision, verdict_id: int, gate: Gate, held: int) -> dict[str, Any]:
    entry = verdict_entry(
        gate,
        verdict_id,
        result=decision.result,
        blocks=decision.blocks,
        datasets=decision.datasets,
        findings=[_named(finding) for finding in decision.findings],
        findings_total=decision.findings_total,
        grant=decision.grant,
    )
    return {
        **entry,
        "kept_verdict_id": decision.kept_id,
        "mode": decision.mode.value,
        "held": held,
        "judged_at": decision.kept_at.isoformat() if decision.kept_at is not None else None,
    }


def _named(finding: Any) -> dict[str, Any]:
    return {"key": finding.key, "rule": finding.rule, "level": finding.level.value}


def _base_url() -> str:
    from airflow.configuration import conf

    return str(conf.get("api", "base_url", fallback="") or "").strip()
