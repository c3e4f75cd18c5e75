"""OpenLineage events as a producer sends them: START and COMPLETE of jobs that run again and again."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

NAMESPACE = "benchmark"
JOBS = 50
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_PRODUCER = "https://example.com/benchmark/1.0"
_SPEC = "https://openlineage.io/spec"
_COLUMNS = 12


def run_events(runs: int, first: int = 0) -> Iterator[dict[str, Any]]:
    """Two events of each run; jobs take turns.

    :param first: number of the first run: other numbers are other runs.
    """
    for number in range(first, first + runs):
        yield _event(number, "START")
        yield _event(number, "COMPLETE")


def _event(number: int, phase: str) -> dict[str, Any]:
    job = number % JOBS
    at = BEGAN + timedelta(seconds=10 * (number % 1_000_000) + (5 if phase == "COMPLETE" else 0))
    outputs = [_dataset(f"table_{job + 1}", outputFacets={"outputStatistics": _statistics(number)})]
    return {
        "eventType": phase,
        "eventTime": at.isoformat(),
        "producer": _PRODUCER,
        "schemaURL": f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {
            "runId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"run-{number}")),
            "facets": {
                "nominalTime": _facet("NominalTimeRunFacet", nominalStartTime=at.isoformat()),
                "processing_engine": _facet("ProcessingEngineRunFacet", name="benchmark", version="1.0"),
            },
        },
        "job": {
            "namespace": NAMESPACE,
            "name": f"shop.load_{job}",
            "facets": {
                "sql": _facet("SQLJobFacet", query=f"INSERT INTO table_{job + 1} SELECT * FROM table_{job}"),
                "jobType": _facet(
                    "JobTypeJobFacet", processingType="BATCH", integration="BENCHMARK", jobType="TASK"
                ),
            },
        },
        "inputs": [_dataset(f"table_{job}"), _dataset("calendar")],
        "outputs": outputs if phase == "COMPLETE" else [_dataset(f"table_{job + 1}")],
    }


def _dataset(name: str, **more: Any) -> dict[str, Any]:
    fields = [{"name": f"column_{place}", "type": "DECIMAL(18, 2)"} for place in range(_COLUMNS)]
    return {
        "namespace": "postgres://warehouse.example:5432",
        "name": f"shop.public.{name}",
        "facets": {"schema": _facet("SchemaDatasetFacet", fields=fields)},
        **more,
    }


def _statistics(number: int) -> dict[str, Any]:
    return _facet("OutputStatisticsOutputDatasetFacet", rowCount=1_000 + number, size=80_000 + 80 * number)


def _facet(kind: str, /, **fields: Any) -> dict[str, Any]:
    return {"_producer": _PRODUCER, "_schemaURL": f"{_SPEC}/facets/1-0-0/{kind}.json#/$defs/{kind}", **fields}
