"""Send the results of a Soda scan, which sends none itself: ``scan.execute()``, then ``send(scan.get_scan_results(), ...)``."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, Run, RunEvent, RunState
from openlineage.client.facet_v2 import data_quality_assertions_dataset as quality
from openlineage.client.uuid import generate_new_uuid

OUTCOMES = {"pass": (True, None), "warn": (False, "warn"), "fail": (False, "error")}


def event(results: dict[str, Any], namespace: str, database: str, job: str) -> RunEvent:
    """One event about a scan.

    :param namespace: of the data, such as ``postgres://db.example.com:5432``.
    :param database: what stands before the name of a table: ``shop.public``.
    """
    tables: dict[str, list[quality.Assertion]] = {}
    for check in results["checks"]:
        if check["outcome"] in OUTCOMES:  # None: the check could not be made
            success, severity = OUTCOMES[check["outcome"]]
            tables.setdefault(check["table"], []).append(
                quality.Assertion(
                    assertion=check["name"], success=success, column=check.get("column"), severity=severity
                )
            )
    return RunEvent(
        eventTime=datetime.now(UTC).isoformat(),
        eventType=RunState.COMPLETE,
        run=Run(str(generate_new_uuid())),
        job=Job("soda", job),
        inputs=[
            InputDataset(
                namespace,
                f"{database}.{table}",
                inputFacets={
                    "dataQualityAssertions": quality.DataQualityAssertionsDatasetFacet(assertions=assertions)
                },
            )
            for table, assertions in tables.items()
        ],
        producer="https://example.com/soda",
    )


def send(results: dict[str, Any], namespace: str, database: str, job: str) -> None:
    """To where ``OPENLINEAGE_URL`` and ``OPENLINEAGE_ENDPOINT=lineage/api/v1/lineage`` lead."""
    OpenLineageClient().emit(event(results, namespace, database, job))
