"""Facets of our own in the events that leave. Their JSON schemas are published with the documentation."""

from __future__ import annotations

import attr
from openlineage.client.generated.base import DatasetFacet, OutputDatasetFacet, RunFacet

from airflow_lineage_provider import __version__

SITE = "https://airflow-lineage-provider.readthedocs.io"
PRODUCER = f"https://pypi.org/project/airflow-lineage-provider/{__version__}/"
"""Producer of events and facets: our project and its version."""

ATTEMPT = "airflowLineageProvider_attempt"
EVIDENCE = "airflowLineageProvider_evidence"
ATTEMPTED = "airflowLineageProvider_attempted"


def _schema(name: str) -> str:
    return f"{SITE}/facets/1-0-0/{name}.json#/$defs/{name}"


@attr.define
class AttemptRunFacet(RunFacet):
    """Which attempt of which task it was, and how much of it was recorded."""

    dagId: str
    taskId: str
    runId: str | None
    tryNumber: int
    mapIndex: int
    operator: str | None
    state: str | None
    capture: str
    """recorded | partial | missing | not_run: see the documentation of capture."""
    errors: int
    _producer: str = attr.field(default=PRODUCER, kw_only=True)

    @staticmethod
    def _get_schema() -> str:
        return _schema("AttemptRunFacet")


@attr.define
class EvidenceDatasetFacet(DatasetFacet):
    """How it is known that the attempt touched the dataset, strongest first."""

    evidence: list[str]
    _producer: str = attr.field(default=PRODUCER, kw_only=True)

    @staticmethod
    def _get_schema() -> str:
        return _schema("EvidenceDatasetFacet")


@attr.define
class AttemptedOutputDatasetFacet(OutputDatasetFacet):
    """The attempt failed: the output may or may not have changed, nobody may count on it."""

    reason: str
    _producer: str = attr.field(default=PRODUCER, kw_only=True)

    @staticmethod
    def _get_schema() -> str:
        return _schema("AttemptedOutputDatasetFacet")
