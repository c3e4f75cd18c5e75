"""Answer an operator's question: judge what its DAG reads from outside and what ran before it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.governance.arrival import Arrival, arrival_of
from airflow_lineage_provider.governance.dag_structure import structure_for
from airflow_lineage_provider.governance.gather import gather
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.question import InvalidQuestion, Question, read_question
from airflow_lineage_provider.governance.scope import InScope, default_scope, explicit_scope
from airflow_lineage_provider.governance.verdict import Finding, Level, Result, Verdict
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.dag_inputs import assets_known_as
from airflow_lineage_provider.store.identity import asset_dataset, canonical_dataset
from airflow_lineage_provider.store.verdicts import FindingRow, Gate, save_verdict

GATE = "operator"
RECORD_ABSENT = "upstream-record-absent"
"""Finding about tasks that ended and whose lineage is not there."""


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
    now = datetime.now(UTC)
    verdict = judge(
        gather(scope, today=now.date(), session=session),
        levels=asked.levels,
        errors=_absent(arrival, asked.ceiling),
    )
    return {**verdict.to_wire(), "verdict_id": _store(verdict, asker, now=now, session=session)}


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


def _absent(arrival: Arrival, ceiling: Level) -> list[Finding]:
    """Findings about what could not be judged; ``[lineage_provider] on_error`` says whether they block."""
    level = (Level.BLOCK if config.on_error() == "closed" else Level.WARN).at_most(ceiling)
    findings = []
    if arrival.late:
        findings.append(
            Finding(
                RECORD_ABSENT,
                level,
                Result.ERROR,
                f"lineage of upstream tasks did not arrive in time: {_list(arrival.late)}; "
                "what they wrote in this run was not judged",
                "run this task again in a moment; if that does not help, see `airflow lineage status`",
            )
        )
    if arrival.missing:
        findings.append(
            Finding(
                RECORD_ABSENT,
                level,
                Result.ERROR,
                f"upstream tasks left no lineage: {_list(arrival.missing)}; "
                "what they wrote in this run was not judged",
                "see `airflow lineage status`, then clear those tasks to run them again",
            )
        )
    return findings


def _list(labels: tuple[str, ...], most: int = 10) -> str:
    rest = f" and {len(labels) - most} more" if len(labels) > most else ""
    return ", ".join(labels[:most]) + rest


def _store(verdict: Verdict, asker: Asker, *, now: datetime, session: Session) -> int:
    gate = Gate(GATE, asker.dag_id, asker.run_id, asker.task_id, asker.map_index, asker.try_number)
    return save_verdict(
        gate,
        result=verdict.result.value,
        message=verdict.message,
        datasets=len(verdict.datasets),
        findings=[
            FindingRow(
                rule=finding.rule,
                level=finding.level.value,
                result=finding.result.value,
                message=finding.message,
                evidence=finding.facts.to_wire() if finding.facts is not None else {},
                dataset=finding.facts.dataset if finding.facts is not None else None,
            )
            for finding in verdict.findings
        ],
        now=now,
        session=session,
    )
