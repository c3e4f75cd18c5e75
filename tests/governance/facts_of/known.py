"""Runs as workers and other producers tell of them, contracts, owners: and the facts that come out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from airflow.models.dagrun import DagRun
from sqlalchemy import update

from airflow_lineage_provider.governance.facts import AskerFact, DatasetFacts, ScopeFacts
from airflow_lineage_provider.governance.gather import gather
from airflow_lineage_provider.governance.scope import explicit_scope
from airflow_lineage_provider.model.record import Outcome
from airflow_lineage_provider.store.contracts import BoundSchema, save
from airflow_lineage_provider.store.tables import Owner
from tests.airflow_rows import NOW
from tests.store.external.tellings import take
from tests.store.stories import Story, core, dataset, entry

ASKED = NOW + timedelta(hours=6)
BUNDLE = "tests"


class Known:
    """One session on one database; nobody commits."""

    def __init__(self, session: Any) -> None:
        self.session = session
        self.runs = 0
        session.add(DagBundleModel(name=BUNDLE))
        session.flush()

    def dag(self, dag_id: str, owners: str = "airflow") -> None:
        self.session.add(DagModel(dag_id=dag_id, bundle_name=BUNDLE, owners=owners))
        self.session.flush()

    def wrote(
        self,
        *names: str,
        task_id: str = "load",
        dag_id: str = "shop",
        state: str = "success",
        ended: datetime = NOW,
        rows: int | None = None,
        columns: Any = None,
        story: Story | None = None,
        map_index: int = -1,
        reads: tuple[str, ...] = (),
        interval_end: datetime | None = None,
        **fields: Any,
    ) -> Story:
        """An attempt that wrote datasets."""
        self.runs += 1
        story = story or Story(self.session, dag_id, f"run{self.runs}", NOW + timedelta(seconds=self.runs))
        if interval_end is not None:
            table: Any = DagRun.__table__
            self.session.execute(
                update(table).where(table.c.id == story.dag_run_id).values(data_interval_end=interval_end)
            )
        attempt = story.attempt(
            task_id, state=state, started_at=ended - timedelta(seconds=5), ended_at=ended, map_index=map_index
        )
        outcome = Outcome.SUCCESS if state == "success" else Outcome.FAILED
        outputs = [entry(name, rows=rows, columns=columns) for name in names]
        record = core(attempt, outcome, inputs=[entry(name) for name in reads], outputs=outputs, **fields)
        record.ended_at = ended.isoformat()
        story.ingest(record, task_id, map_index=map_index, now=ended + timedelta(seconds=1))
        return story

    def told(self, *events: Any) -> None:
        take(self.session, *events, now=ASKED)

    def contract(self, name: str, contract_id: str = "orders", schema_name: str = "o", **body: Any) -> None:
        """A contract of one schema object, bound to a dataset."""
        properties = body.pop("properties", [{"name": "id", "logicalType": "integer"}])
        data = {
            "apiVersion": "v3.1.0", "kind": "DataContract", "id": contract_id, "version": "1.0.0",
            "status": "active", "schema": [{"name": schema_name, "properties": properties}], **body,
        }  # fmt: skip
        bindings = [BoundSchema(schema_name, dataset(name), "server")]
        save(data, bindings, source=None, applied_by=None, now=NOW, session=self.session)

    def owner(self, owner: str, of: str | None = None, **fields: Any) -> None:
        """A registered owner, of a dataset or of what globs match."""
        exact = dataset(of) if of is not None else None
        values = {
            "digest": exact.digest if exact else None,
            "namespace": exact.namespace if exact else "*",
            "name": exact.name if exact else "*",
            "source": "OWNERS",
            "set_at": NOW,
            **fields,
        }
        self.session.add(Owner(owner=owner, **values))
        self.session.flush()

    def scope(self, *names: str, asker: AskerFact | None = None, now: datetime = ASKED) -> ScopeFacts:
        scope = explicit_scope([(dataset(name), None) for name in names], session=self.session)
        return gather(scope, asker=asker, now=now, session=self.session)

    def facts(self, name: str, **options: Any) -> DatasetFacts:
        (facts,) = self.scope(name, **options).datasets
        return facts
