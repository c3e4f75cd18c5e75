"""Answer a task's question: judge what its DAG reads from outside and what ran before it, or say what is known of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.governance.arrival import Arrival, arrival_of
from airflow_lineage_provider.governance.asker import asker_of
from airflow_lineage_provider.governance.dag_structure import DagStructure, structure_for
from airflow_lineage_provider.governance.decisions import conf_of, decisions_for
from airflow_lineage_provider.governance.filing import RECORD_ABSENT, file_verdict
from airflow_lineage_provider.governance.freshness import freshness_of
from airflow_lineage_provider.governance.gather import gather
from airflow_lineage_provider.governance.in_scope import InScope
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.live_columns import with_live_columns
from airflow_lineage_provider.governance.named_scope import named_scope
from airflow_lineage_provider.governance.question import (
    WIRE_VERSION,
    Ask,
    InvalidQuestion,
    Question,
    read_question,
)
from airflow_lineage_provider.governance.reachable import reachable
from airflow_lineage_provider.governance.record_absent import RecordAbsent, absent_findings, error_level
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.scope import default_scope
from airflow_lineage_provider.governance.standing import Standing
from airflow_lineage_provider.governance.transitive import with_upstream
from airflow_lineage_provider.governance.verdict import Verdict
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_policy import Place
from airflow_lineage_provider.store.verdicts import Gate

MOST_FINDINGS = 500
"""Findings in one answer, the gravest."""
MOST_DESCRIBED = 1000
"""Datasets of which an answer says more than the name."""


@dataclass(frozen=True, slots=True)
class Asker:
    """The task attempt that asks; identity comes from the row its question stands in."""

    dag_run_id: int
    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    try_number: int


def answer(
    asker: Asker, question: Mapping[str, Any], *, give_up: bool, session: Session
) -> dict[str, Any] | None:
    """Answer a question; a verdict is stored. Does not commit.

    :param question: see :func:`governance.question.read_question`.
    :param give_up: answer although records of upstream tasks are still on their way, and say which.
    :returns: the verdict's wire form with ``verdict_id`` and ``enforced``, or what :func:`governance.reachable.reachable` and
        :func:`governance.freshness.freshness_of` return; ``None`` while records of upstream tasks that have ended
        are still on their way; ``{"error": message}`` for a question that cannot be read.
    """
    try:
        asked = read_question(question)
    except InvalidQuestion as error:
        return {"error": str(error)}
    now = datetime.now(UTC)
    if asked.ask is Ask.FRESHNESS:
        return freshness_of(named_scope(asked, session=session), asked, now=now, session=session)
    structure = structure_for(asker.dag_id, asker.run_id, asker.task_id, asker.map_index, session=session)
    upstream = structure.upstream_of(asker.task_id) if structure is not None else frozenset[str]()
    arrival = arrival_of(asker.dag_run_id, asker.dag_id, asker.run_id, upstream, session=session)
    if arrival.late and not give_up:
        return None
    scope = _scope(asker, asked, structure, session=session)
    if asked.ask is Ask.SCOPE:
        return reachable(scope, asker.dag_id, structure, session=session)
    return _validated(asker, asked, scope, arrival, now=now, session=session)


def broken_answer(question: Mapping[str, Any], reason: str) -> dict[str, Any]:
    """What a task is told whose question could not be answered: an ``error`` that ``[lineage_provider] on_error`` governs."""
    is_strict = question.get("level", "block") == "block"
    return {
        "v": WIRE_VERSION,
        "result": Result.ERROR.value,
        "blocks": is_strict and config.on_error() == "closed",
        "message": f"Upstream lineage could not be judged: {reason}",
        "datasets": [],
        "findings": [],
        "grant": None,
        "verdict_id": None,
    }


def _validated(
    asker: Asker,
    asked: Question,
    scope: Sequence[InScope],
    arrival: Arrival,
    *,
    now: datetime,
    session: Session,
) -> dict[str, Any]:
    who = asker_of(asker.dag_id, run_id=asker.run_id, task_id=asker.task_id, session=session)
    facts = gather(scope, asker=who, is_whole_upstream=asked.datasets is None, now=now, session=session)
    if asked.columns:
        seen_by = f"{asker.dag_id}.{asker.task_id}"
        facts = with_live_columns(facts, asked.columns, seen_by=seen_by, now=now, session=session)
    decisions = decisions_for(who, conf=conf_of(asker.dag_run_id, session=session), now=now, session=session)
    levels = Levels(config.rules(), asked.levels, asked.ceiling)
    place = Place(who.dag_id, who.tags, None, config.environment())
    of_absent = levels.of(RecordAbsent(), place, now.date())
    verdict = judge(
        facts,
        levels=levels,
        now=now,
        waivers=decisions.waivers,
        baseline=decisions.baseline,
        grant=decisions.grant,
        errors=absent_findings(arrival, who, of_absent),
        # The rule's own level is the other bound: what is configured to block blocks, however mildly was asked.
        error_level=error_level(Level.BLOCK),
        environment=config.environment(),
    )
    if of_absent is not Level.OFF:
        verdict = replace(verdict, judged=verdict.judged | {RECORD_ABSENT})
    gate = Gate(asked.gate, asker.dag_id, asker.run_id, asker.task_id, asker.map_index, asker.try_number)
    standing = Standing(levels.policy, config.environment(), decisions.waivers, decisions.baseline, now)
    verdict_id = file_verdict(verdict, gate, facts, standing=standing, now=now, session=session)
    enforced = verdict.blocks and _is_enforced(verdict, place, levels, now)
    return {**_bounded(verdict.to_wire()), "verdict_id": verdict_id, "enforced": enforced}


def _is_enforced(verdict: Verdict, place: Place, levels: Levels, now: datetime) -> bool:
    """Whether a finding blocks because the deployment says so, and not only the DAG."""
    return any(
        finding.level is Level.BLOCK
        and levels.policy.level(finding.rule, replace(place, dataset=finding.dataset), now.date())
        is Level.BLOCK
        for finding in verdict.findings
    )


def _bounded(wire: dict[str, Any]) -> dict[str, Any]:
    """The answer as it fits into a mailbox row and an XCom; the stored verdict is whole."""
    findings, datasets = wire["findings"], wire["datasets"]
    if len(findings) > MOST_FINDINGS:
        wire = {**wire, "findings": findings[:MOST_FINDINGS], "findings_total": len(findings)}
    if len(datasets) > MOST_DESCRIBED:
        # All of them become inputs of the asking task: of the rest their names are enough.
        named = [{key: each[key] for key in ("namespace", "name")} for each in datasets[MOST_DESCRIBED:]]
        wire = {**wire, "datasets": [*datasets[:MOST_DESCRIBED], *named]}
    return wire


def _scope(
    asker: Asker, asked: Question, structure: DagStructure | None, *, session: Session
) -> Sequence[InScope]:
    if asked.datasets is not None:
        scope: Sequence[InScope] = named_scope(asked, session=session)
    else:
        scope = default_scope(
            dag_id=asker.dag_id,
            dag_run_id=asker.dag_run_id,
            task_id=asker.task_id,
            structure=structure,
            session=session,
        )
    return with_upstream(scope, asked.depth, session=session) if asked.depth > 1 else scope
