"""Verdicts, and questions to the judge."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from airflow_lineage_provider.api.parameters import MAX_ID, storable
from airflow_lineage_provider.api.schemas.run import Shown
from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE

MOST_DATASETS = 200


class Verdict(Shown):
    """One answer of the judge."""

    id: int
    gate: str = Field(description="Who asked: operator, dag-run, task, ci, api or cli.")
    dag_id: str | None
    run_id: str | None
    task_id: str | None
    map_index: int | None
    try_number: int | None
    result: str = Field(description="pass, warn, fail, error, unknown or skip.")
    datasets: int
    findings: int
    judged_at: datetime
    grant_id: int | None = Field(description="Break-glass grant that let the run go on.")


class VerdictPage(BaseModel):
    """Verdicts, newest first."""

    verdicts: list[Verdict]
    next_cursor: str | None = Field(description="A page may be short and still have a next one.")


class VerdictDetail(BaseModel):
    """One verdict with its whole answer."""

    verdict: Verdict
    message: str
    answer: dict[str, Any] | None = Field(description="null for verdicts of before answers were kept.")


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AskedDataset(_Asked):
    """A dataset to judge."""

    namespace: Annotated[str, AfterValidator(storable)] = Field(min_length=1, max_length=MAX_NAMESPACE)
    name: Annotated[str, AfterValidator(storable)] = Field(min_length=1, max_length=MAX_NAME)


class JudgeQuestion(_Asked):
    """What to judge: what a DAG reads, or datasets."""

    dag_id: Annotated[str, AfterValidator(storable)] | None = Field(None, min_length=1, max_length=MAX_ID)
    datasets: list[AskedDataset] | None = Field(None, min_length=1, max_length=MOST_DATASETS)
    depth: int = Field(1, ge=1, le=20, strict=True, description="More than 1: also what that is made of.")
    level: str | None = Field(
        None, pattern="^(warn|block)$", description="Most that a rule without configuration has."
    )

    @model_validator(mode="after")
    def _one_of_both(self) -> JudgeQuestion:
        if (self.dag_id is None) == (self.datasets is None):
            raise ValueError("give either dag_id or datasets")
        return self


class JudgeAnswer(BaseModel):
    """The verdict, as the operator gets it; nothing of it is stored."""

    model_config = ConfigDict(extra="allow")

    v: int
    result: str
    blocks: bool
    message: str
    datasets: list[dict[str, Any]]
    findings: list[dict[str, Any]]
    grant: dict[str, Any] | None
