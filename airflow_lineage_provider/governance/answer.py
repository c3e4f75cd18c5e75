"""Answer an operator's question: judge what its DAG reads from outside and what ran before it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.governance.arrival import arrival_of
from airflow_lineage_provider.governance.asker import asker_of
from airflow_lineage_provider.governance.dag_structure import DagStructure, structure_for
from airflow_lineage_provider.governance.decisions import conf_of, decisions_for
from airflow_lineage_provider.governance.filing import RECORD_ABSENT, file_verdict
from airflow_lineage_provider.governance.gather import gather
from airflow_lineage_provider.governance.in_scope import InScope
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.question import InvalidQuestion, Question, read_question
from airflow_lineage_provider.governance.record_absent import RecordAbsent, absent_findings, error_level
from airflow_lineage_provider.governance.scope import default_scope, explicit_scope
from airflow_lineage_provider.governance.standing import Standing
from airflow_lineage_provider.governance.transitive import with_upstream
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_policy import Place
from airflow_lineage_provider.store.dag_inputs import assets_known_as
from airflow_lineage_provider.store.identity import asset_dataset, canonical_dataset
from airflow_lineage_provider.store.verdicts import Gate

GATE = "operator"
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
    """Judge what the question is about and store the verdict. Does not commit.

    :param question: see :func:`governance.question.read_question`.
    :param give_up: judge although records of upstream tasks are still on their way, and say which.
    :returns: the verdict's wire form with ``verdict_id``; ``None`` while records of upstream tasks that have ended
        are still on their way; ``{"error": message}`` for a question that cannot be read.
    """
    try:
        asked = read_question(question)
    except InvalidQuestion as error:
        return {"error": str(error)}
    structure = structure_for(asker.dag_id, asker.run_id, asker.task_id, asker.map_index, session=session)
    upstream = structure.upstream_of(asker.task_id) if structure is not None else frozenset[str]()
    arrival = arrival_of(asker.dag_run_id, asker.dag_id, asker.run_id, upstream, session=session)
    if arrival.late and not give_up:
        return None
    scope = _scope(asker, asked, structure, session=session)
    now = datetime.now(UTC)
    who = asker_of(asker.dag_id, run_id=asker.run_id, task_id=asker.task_id, session=session)
    facts = gather(scope, asker=who, is_whole_upstream=asked.datasets is None, now=now, session=session)
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
        errors=absent_findings(arrival, asker.dag_id, of_absent),
        # The rule's own level is the other bound: what is configured to block blocks, however mildly was asked.
        error_level=error_level(Level.BLOCK),
        environment=config.environment(),
    )
    if of_absent is not Level.OFF:
        verdict = replace(verdict, judged=verdict.judged | {RECORD_ABSENT})
    gate = Gate(GATE, asker.dag_id, asker.run_id, asker.task_id, asker.map_index, asker.try_number)
    standing = Standing(levels.policy, config.environment(), decisions.waivers, decisions.baseline, now)
    verdict_id = file_verdict(verdict, gate, facts, standing=standing, now=now, session=session)
    return {**_bounded(verdict.to_wire()), "verdict_id": verdict_id}


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
    if asked.datasets is None:
        scope = default_scope(
            dag_id=asker.dag_id,
            dag_run_id=asker.dag_run_id,
            task_id=asker.task_id,
            structure=structure,
            session=session,
        )
    else:
        scope = _named(asked, session=session)
    return with_upstream(scope, asked.depth, session=session) if asked.depth > 1 else scope


def _named(asked: Question, *, session: Session) -> list[InScope]:
    datasets: list[tuple[DatasetId, int | None]] = []
    for item in asked.datasets or ():
        if "namespace" in item:
            datasets.append((canonical_dataset(DatasetId(item["namespace"], item["name"])), None))
            continue
        uri, name = item.get("uri"), item.get("asset_name")
        assets = assets_known_as(uri=uri, name=name, session=session)
        datasets += [(asset.dataset, asset.asset_id) for asset in assets] or [
            (asset_dataset(uri, name), None)
        ]
    return explicit_scope(datasets, session=session)
