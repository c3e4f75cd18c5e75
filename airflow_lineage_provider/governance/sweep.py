"""Judge everything without being asked, so that findings open and resolve while no DAG runs."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.governance.asker import asker_of
from airflow_lineage_provider.governance.decisions import Decisions, decisions_for
from airflow_lineage_provider.governance.facts import ScopeFacts
from airflow_lineage_provider.governance.filing import changes_of, judged_of, seen_of
from airflow_lineage_provider.governance.gather import gather
from airflow_lineage_provider.governance.in_scope import InScope
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.record_absent import error_level
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.rules.asked import asked
from airflow_lineage_provider.governance.rules.rule import Rule
from airflow_lineage_provider.governance.scope import dag_scope
from airflow_lineage_provider.governance.sweep_plan import SweepPlan, note_sweep, plan_sweep
from airflow_lineage_provider.governance.use_alone import use_alone
from airflow_lineage_provider.governance.verdict import Verdict
from airflow_lineage_provider.model.error_line import error_line
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.model.rule_policy import Place, RulePolicy
from airflow_lineage_provider.store import audit
from airflow_lineage_provider.store.findings import (
    Folded,
    Judged,
    SeenFinding,
    fold,
    is_folded,
    resolve_forgotten,
)
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.verdicts import dags_that_ask

log = logging.getLogger(__name__)

GATE = "sweep"
CHUNK = 500
"""Datasets that are judged, and whose findings are written, in one transaction."""
SECONDS = 20.0
"""Where the time is up, the rest is left to the next sweep, which goes on from there."""
_FOR_DATASETS = 0.75
"""Part of the time, so that DAGs have their turn however many datasets there are."""
REST = timedelta(hours=1)
"""A finding that says the same as before is written so often, no more."""
FORGOTTEN = timedelta(days=7)
"""So long after it was seen last a finding about what nobody knows any more is resolved."""

_GLOBAL: tuple[Rule, ...] = tuple(
    rule for rule in RULES if hasattr(rule, "check_scope") and not rule.is_of_dag
)
_OF_DATASETS: tuple[Rule, ...] = tuple(
    rule for rule in RULES if not hasattr(rule, "check_scope") and not rule.is_of_dag
)
_OF_DAG: tuple[Rule, ...] = tuple(rule for rule in RULES if rule.is_of_dag)

SessionFactory = Callable[[], Session]


@dataclass(slots=True)
class SweepReport:
    """What one sweep did."""

    is_full: bool = False
    """Whether it was, or went on with, a pass over everything."""
    datasets: int = 0
    """Judged, of ``datasets_due``."""
    datasets_due: int = 0
    dags: int = 0
    dags_due: int = 0
    opened: int = 0
    reopened: int = 0
    resolved: int = 0
    failed: int = 0
    """Chunks that could not be judged or written; a later sweep tries again."""
    seconds: float = 0.0

    @property
    def is_complete(self) -> bool:
        """Whether nothing that was due is left to the next sweep."""
        return not self.failed and (self.datasets, self.dags) == (self.datasets_due, self.dags_due)

    def add(self, folded: Folded) -> None:
        self.opened += len(folded.opened)
        self.reopened += len(folded.reopened)
        self.resolved += len(folded.resolved)


def sweep(
    *,
    now: datetime,
    session_factory: SessionFactory,
    seconds: float = SECONDS,
    is_stopped: Callable[[], bool] = lambda: False,
) -> SweepReport:
    """Judge contracts, datasets and what DAGs do, some at a time: see :func:`governance.sweep_plan.plan_sweep`.

    What is judged is read without locks; only where a finding opened, changed or went is anything written, in short
    transactions. Such a change goes into the audit; verdicts are not stored.

    :param session_factory: makes a session outside anybody's scope.
    :param seconds: how long it may take, but for the chunk that it is at.
    :param is_stopped: asked between two chunks; where it says so, the rest is left to the next sweep too.
    """
    return _Sweep(now, session_factory, seconds, is_stopped).run()


class _Sweep:
    def __init__(
        self, now: datetime, session_factory: SessionFactory, seconds: float, is_stopped: Callable[[], bool]
    ) -> None:
        self._began_at = now
        self._began = time.monotonic()
        self._transactions = OwnTransactions(session_factory)
        self._seconds = seconds
        self._is_stopped = is_stopped
        self._policy = config.rules()
        self._environment = config.environment()
        self._report = SweepReport()

    def run(self) -> SweepReport:
        report = self._report
        with self._transactions.reading() as session:
            decisions = decisions_for(None, conf=None, now=self._now(), session=session)
            plan = plan_sweep(self._policy, self._environment, decisions, now=self._began_at, session=session)
            asking = dags_that_ask(session=session)
        report.is_full = plan.is_full
        report.datasets_due, report.dags_due = len(plan.datasets), len(plan.dag_ids)
        self._try("contracts", partial(self._judge_contracts, decisions))
        datasets = dags = 0
        for part in parts(plan.datasets, CHUNK):
            if self._is_over(self._seconds * _FOR_DATASETS):
                break
            chunk = part
            self._try(f"{len(chunk)} datasets", partial(self._judge_datasets, chunk, decisions))
            datasets += len(chunk)
        for dag_id in plan.dag_ids:
            if self._is_over(self._seconds):
                break
            self._try(f"DAG {dag_id}", partial(self._judge_dag, dag_id, dag_id in asking, decisions))
            dags += 1
        if plan.is_full and (datasets, dags) == (len(plan.datasets), len(plan.dag_ids)):
            self._try("what is forgotten", partial(self._forget, plan))
        if plan.is_full or not self._is_stopped():
            # What was touched since the last sweep is looked up anew where this one was broken off.
            self._try("where to go on", partial(self._note_progress, plan, datasets, dags))
        report.seconds = time.monotonic() - self._began
        return report

    def _judge_contracts(self, decisions: Decisions) -> None:
        with self._transactions.reading() as session:
            facts = gather([], now=self._now(), session=session)
        self._fold(facts, _GLOBAL, decisions, "contracts")

    def _judge_datasets(self, scope: Sequence[InScope], decisions: Decisions) -> None:
        with self._transactions.reading() as session:
            facts = gather(scope, now=self._now(), session=session)
        self._fold(facts, _OF_DATASETS, decisions, None)
        self._report.datasets += len(scope)

    def _judge_dag(self, dag_id: str, asks: bool, decisions: Decisions) -> None:
        with self._transactions.reading() as session:
            asker = asker_of(dag_id, session=session)
            scope = dag_scope(dag_id, session=session)
            facts = use_alone(scope, asker, session=session)
            rules = asked(
                _OF_DAG,
                is_requested=asks,
                policy=self._policy,
                place=Place(dag_id, asker.tags, None, self._environment),
                today=self._now().date(),
            )
            if self._judged(facts, rules, decisions, self._now()).findings:
                # Most DAGs do nothing that would have to be told; of the rest an owner has to be known.
                facts = gather(scope, asker=asker, is_whole_upstream=True, now=self._now(), session=session)
        self._fold(facts, rules, decisions, dag_id)
        self._report.dags += 1

    def _fold(
        self, facts: ScopeFacts, rules: Sequence[Rule], decisions: Decisions, subject: str | None
    ) -> None:
        now = self._now()
        verdict = self._judged(facts, rules, decisions, now)
        seen = [seen_of(finding) for finding in verdict.findings]
        judged = _with_switched_off(judged_of(verdict, facts, rules=rules), self._policy, rules)
        with self._transactions.reading() as session:
            if is_folded(seen, judged, since=now - REST, session=session):
                return
        with self._transactions.writing() as session:
            folded = fold(seen, judged, now=now, session=session)
            self._note(folded, seen, subject, now, session)

    def _judged(
        self, facts: ScopeFacts, rules: Sequence[Rule], decisions: Decisions, now: datetime
    ) -> Verdict:
        return judge(
            facts,
            # As the DAG's gates judge what it does, or its findings would go to and fro between two levels.
            levels=Levels(self._policy, floor=facts.asker.gate if facts.asker is not None else Level.OFF),
            now=now,
            waivers=decisions.waivers,
            baseline=decisions.baseline,
            error_level=error_level(Level.BLOCK),
            environment=self._environment,
            rules=rules,
        )

    def _forget(self, plan: SweepPlan) -> None:
        now = self._now()
        with self._transactions.writing() as session:
            resolved = resolve_forgotten(
                plan.known_digests,
                plan.known_dags,
                frozenset(rule.id for rule in RULES),
                before=now - FORGOTTEN,
                now=now,
                session=session,
            )
            self._note(Folded({}, resolved=tuple(resolved)), (), "forgotten", now, session)

    def _note(
        self,
        folded: Folded,
        seen: Sequence[SeenFinding],
        subject: str | None,
        now: datetime,
        session: Session,
    ) -> None:
        self._report.add(folded)
        if not folded.has_changed:
            return
        new = {*folded.opened, *folded.reopened}
        found = [each for each in seen if each.key in new][:100]
        audit.append(
            "verdict",
            {
                "gate": GATE,
                "findings": [
                    {
                        "key": each.key,
                        "rule": each.rule,
                        "level": each.level,
                        "result": each.result,
                        "dataset": {"namespace": each.namespace, "name": each.name} if each.digest else None,
                        "dag_id": each.dag_id,
                        "subject": each.subject,
                    }
                    for each in found
                ],
                **changes_of(folded),
            },
            actor=GATE,
            subject=subject,
            now=now,
            session=session,
        )

    def _try(self, what: str, work: Callable[[], None]) -> None:
        """A chunk that fails fails alone."""
        try:
            work()
        except SQLAlchemyError as error:
            self._report.failed += 1
            log.info("The sweep leaves out %s: %s", what, error_line(error))
        except Exception:
            self._report.failed += 1
            log.warning("The sweep could not judge %s", what, exc_info=True)

    def _note_progress(self, plan: SweepPlan, datasets: int, dags: int) -> None:
        with self._transactions.writing() as session:
            note_sweep(plan, datasets, dags, began_at=self._began_at, session=session)

    def _now(self) -> datetime:
        """What is found later in a long sweep was found later."""
        return self._began_at + timedelta(seconds=time.monotonic() - self._began)

    def _is_over(self, seconds: float) -> bool:
        return self._is_stopped() or time.monotonic() - self._began >= seconds


def _with_switched_off(judged: Judged, policy: RulePolicy, rules: Sequence[Rule]) -> Judged:
    """What was judged, with rules that the configuration switches off everywhere: what they found before is gone."""
    off = {
        rule.id
        for rule in rules
        if (setting := policy.settings.get(rule.id)) is not None
        and setting.level is Level.OFF
        and not setting.scopes
    }
    if not off:
        return judged
    whole = {rule.id for rule in rules if rule.id in off and hasattr(rule, "check_scope")}
    return Judged(
        digests=judged.digests,
        rules=judged.rules | {rule.id for rule in rules if rule.id in off - whole and not rule.is_of_dag},
        dag_id=judged.dag_id,
        dag_rules=judged.dag_rules | {rule.id for rule in rules if rule.id in off - whole and rule.is_of_dag},
        whole_rules=judged.whole_rules | whole,
        left_out=frozenset(pair for pair in judged.left_out if pair[0] not in off),
    )
