"""Ask the judge: what the verdict would be now. Nothing is stored."""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, HTTPException, status
from sqlalchemy.orm import Session

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.schemas.verdict import JudgeAnswer, JudgeQuestion
from airflow_lineage_provider.governance.consult import consult_dag, consult_datasets
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.identity import canonical_dataset
from airflow_lineage_provider.store.known_dags import is_known_dag
from airflow_lineage_provider.store.seen_datasets import seen_datasets
from airflow_lineage_provider.store.verdict_list import shown_answer

router = APIRouter(tags=["Governance"])


@router.post("/judge", summary="Judge a DAG or datasets")
def judge(session: SessionDep, access: AccessDep, question: JudgeQuestion) -> JudgeAnswer:
    """What the next run of a DAG would be told, or what is wrong with some datasets. Nothing is stored."""
    level = Level(question.level) if question.level is not None else None
    now = datetime.now(UTC)
    if question.dag_id is not None:
        if not access.may_read(question.dag_id) or not is_known_dag(question.dag_id, session=session):
            raise HTTPException(status.HTTP_404_NOT_FOUND, f"no DAG {question.dag_id!r} is known")
        verdict = consult_dag(
            question.dag_id, depth=question.depth, level=level, file=False, now=now, session=session
        )
    else:
        datasets = [DatasetId(dataset.namespace, dataset.name) for dataset in question.datasets or ()]
        _refuse_hidden(datasets, access, session)
        verdict = consult_datasets(
            datasets, depth=question.depth, level=level, file=False, now=now, session=session
        )
    return JudgeAnswer.model_validate(shown_answer(verdict.to_wire(), access, session=session))


def _refuse_hidden(datasets: list[DatasetId], access: Access, session: Session) -> None:
    """What the reader may not see and what nobody knows are the same to them."""
    names = {dataset: canonical_dataset(dataset) for dataset in datasets}
    digests = {each.digest for pair in names.items() for each in pair}
    seen = seen_datasets(digests, access, session=session)
    for dataset, today in names.items():
        if dataset.digest not in seen and today.digest not in seen:
            raise HTTPException(
                status.HTTP_404_NOT_FOUND,
                f"no dataset {dataset.name!r} is known in namespace {dataset.namespace!r}",
            )
