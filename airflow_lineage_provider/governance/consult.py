"""Ask the judge about a DAG or about datasets when no run does: for the API, the command line and gates outside of DAGs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.governance.asker import asker_of
from airflow_lineage_provider.governance.decisions import decisions_for
from airflow_lineage_provider.governance.facts import ScopeFacts
from airflow_lineage_provider.governance.filing import file_verdict
from airflow_lineage_provider.governance.gates.dag_facts import facts_of_dags
from airflow_lineage_provider.governance.gather import gather
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.record_absent import error_level
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.rules.rule import Rule
from airflow_lineage_provider.governance.scope import dag_scope, every_dataset, explicit_scope
from airflow_lineage_provider.governance.standing import Standing
from airflow_lineage_provider.governance.transitive import with_upstream
from airflow_lineage_provider.governance.verdict import Verdict
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.identity import canonical_dataset
from airflow_lineage_provider.store.verdicts import Gate

GATE = "cli"
MAX_DEPTH = 20
_OF_DATASETS: tuple[Rule, ...] = tuple(rule for rule in RULES if not hasattr(rule, "check_scope"))
"""Where datasets are named, what binds to nothing is not the question."""


def consult_dag(
    dag_id: str,
    *,
    depth: int = 1,
    level: Level | None = None,
    file: bool = True,
    gate: str = GATE,
    now: datetime,
    session: Session,
) -> Verdict:
    """Judge what a DAG reads from outside, as its next run would find it. Does not commit.

    :param depth: 1 to 20; more than 1: also what that is made of, so many steps up.
    :param level: most that any rule without configuration has; ``None``: what its severity says.
    :param file: whether to store the verdict, under the name of ``gate``.
    """
    if depth <= 1:
        facts = facts_of_dags([dag_id], now=now, session=session)[dag_id].scope
    else:
        asker = asker_of(dag_id, session=session)
        scope = dag_scope(dag_id, depth=depth, session=session)
        facts = gather(scope, asker=asker, is_whole_upstream=True, now=now, session=session)
    return _judged(facts, RULES, level, Gate(gate, dag_id), file=file, now=now, session=session)


def consult_datasets(
    datasets: Sequence[DatasetId],
    *,
    depth: int = 1,
    level: Level | None = None,
    file: bool = True,
    gate: str = GATE,
    now: datetime,
    session: Session,
) -> Verdict:
    """Judge datasets on nobody's behalf: rules about them alone. Does not commit; see :func:`consult_dag`."""
    scope = explicit_scope([(canonical_dataset(dataset), None) for dataset in datasets], session=session)
    if depth > 1:
        scope = with_upstream(scope, depth, session=session)
    facts = gather(scope, now=now, session=session)
    return _judged(facts, _OF_DATASETS, level, Gate(gate), file=file, now=now, session=session)


def consult_all(
    *,
    level: Level | None = None,
    file: bool = True,
    gate: str = GATE,
    now: datetime,
    session: Session,
) -> Verdict:
    """Judge every dataset that a contract speaks for or that a DAG reads or writes, and contracts that speak for none."""
    facts = gather(every_dataset(session=session), now=now, session=session)
    return _judged(facts, RULES, level, Gate(gate), file=file, now=now, session=session)


def _judged(
    facts: ScopeFacts,
    rules: Sequence[Rule],
    level: Level | None,
    gate: Gate,
    *,
    file: bool,
    now: datetime,
    session: Session,
) -> Verdict:
    ceiling = level if level is not None else Level.BLOCK
    # What the DAG tightens holds for its gates; who asks for a level gets that.
    floor = facts.asker.gate if facts.asker is not None and level is None else Level.OFF
    decisions = decisions_for(facts.asker, conf=None, now=now, session=session)
    verdict = judge(
        facts,
        levels=Levels(config.rules(), asked_ceiling=ceiling, floor=floor),
        now=now,
        waivers=decisions.waivers,
        baseline=decisions.baseline,
        error_level=error_level(Level.BLOCK),
        environment=config.environment(),
        rules=rules,
    )
    if file:
        standing = Standing(config.rules(), config.environment(), decisions.waivers, decisions.baseline, now)
        file_verdict(verdict, gate, facts, standing=standing, now=now, session=session)
    return verdict
