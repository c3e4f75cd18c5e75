"""Real producers' client against the routes on a real port."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn
from airflow.api_fastapi.common.db.common import _get_session
from fastapi import FastAPI
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import (
    DatasetEvent,
    InputDataset,
    Job,
    JobEvent,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
    StaticDataset,
)
from openlineage.client.facet_v2 import (
    column_lineage_dataset,
    output_statistics_output_dataset,
    parent_run,
    schema_dataset,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.api.routes.v1 import ingest
from airflow_lineage_provider.store.ingest_keys import create_key
from airflow_lineage_provider.store.tables import ColumnEdge, Event, Run as RunRow, RunIo
from tests.airflow_rows import NOW
from tests.model.openlineage.events import RUN_ID

PARENT = "3f5e83fa-3480-44ff-99c5-ff943904e5e8"


@pytest.fixture
def url(committed: Any) -> Iterator[str]:
    def session() -> Iterator[Session]:
        with Session(committed) as found:
            yield found

    app = FastAPI()
    app.include_router(ingest.router, prefix="/lineage/api/v1")
    app.dependency_overrides[_get_session] = session
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join()


@pytest.fixture
def key(committed: Any) -> str:
    with Session(committed) as session, session.begin():
        return create_key(
            "spark",
            ["spark", "s3://*"],
            created_by=None,
            expires_at=None,
            now=NOW,
            session=session,
        )


@pytest.mark.parametrize("compression", [None, "gzip"])
@pytest.mark.parametrize("kind", ["http", "async_http"])
def test_the_python_client_sends_with_a_key(
    committed: Any, url: str, key: str, kind: str, compression: str | None
) -> None:
    client = OpenLineageClient(
        config={
            "transport": {
                "type": kind,
                "url": url,
                "endpoint": "lineage/api/v1/lineage",
                "auth": {"type": "api_key", "apiKey": key},
                "compression": compression,
            }
        }
    )
    producer = "https://example.test/producer"
    schema = schema_dataset.SchemaDatasetFacet(
        fields=[schema_dataset.SchemaDatasetFacetFields(name="id", type="int", fields=[])]
    )
    lineage = column_lineage_dataset.ColumnLineageDatasetFacet(
        fields={
            "id": column_lineage_dataset.Fields(
                inputFields=[column_lineage_dataset.InputField("s3://lake", "raw", "id")]
            )
        }
    )
    target = StaticDataset("s3://lake", "clean", facets={"schema": schema, "columnLineage": lineage})
    parent = parent_run.ParentRunFacet(
        run=parent_run.Run(runId=PARENT), job=parent_run.Job(namespace="default", name="shop.load")
    )
    written = OutputDataset(
        target.namespace,
        target.name,
        facets=target.facets,
        outputFacets={
            "outputStatistics": output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
                rowCount=3
            )
        },
    )
    run, job = Run(RUN_ID, facets={"parent": parent}), Job("spark", "job")
    at = "2026-03-01T12:00:00.000000001Z"
    client.emit(RunEvent(eventTime=at, producer=producer, run=run, job=job, eventType=RunState.START))
    client.emit(
        RunEvent(
            eventTime=at.replace("12:", "13:"),
            producer=producer,
            run=run,
            job=job,
            eventType=RunState.COMPLETE,
            inputs=[InputDataset("s3://lake", "raw")],
            outputs=[written],
        )
    )
    client.emit(JobEvent(eventTime=at, producer=producer, job=job))
    client.emit(DatasetEvent(eventTime=at, producer=producer, dataset=target))
    client.close()
    with Session(committed) as session:
        assert sorted(session.scalars(select(Event.kind))) == ["dataset", "job", "run", "run"]
        found = session.scalars(select(RunRow)).one()
        assert (found.state, str(found.parent_run_id)) == ("success", PARENT)
        assert session.scalars(select(RunIo.row_count).where(RunIo.direction == "output")).all() == [3]
        assert len(session.scalars(select(ColumnEdge)).all()) == 1
