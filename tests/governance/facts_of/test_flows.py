from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import select

from airflow_lineage_provider.model.openlineage.event import FieldSource
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.edges import ColumnLink, merge_column_edges
from airflow_lineage_provider.store.ingest import RUN
from tests.airflow_rows import NOW
from tests.store.external.tellings import dataset_event, ds, event, source, told

MAIL = [{"name": "mail", "logicalType": "string", "classification": "Restricted"}]


def flows(known: Any, name: str = "report") -> list[tuple[str, str | None, str, str, bool]]:
    return [
        (flow.column, flow.classification, flow.source_column, flow.source_classification, flow.is_masked)
        for flow in known.facts(name).flows
    ]


def masked(field: FieldSource, *masking: bool) -> FieldSource:
    return replace(
        field, transformations=tuple(("DIRECT", f"T{place}", each) for place, each in enumerate(masking))
    )


def tells(known: Any, run: str, seconds: float, *fields: FieldSource) -> None:
    known.told(
        event(seconds, run=run, inputs=[told("users")], outputs=[told("report", field_sources=fields)])
    )


def test_a_classified_column_flows_in(known: Any) -> None:
    known.contract("users", properties=MAIL)
    tells(known, "r1", 1, source("contact", "users", "MAIL"), source("id", "users", "id"))
    assert flows(known) == [("contact", None, "MAIL", "Restricted", False)]


def test_the_datasets_own_classification_stands_beside_it(known: Any) -> None:
    known.contract("users", properties=MAIL)
    known.contract("report", "report", properties=[{"name": "contact", "classification": "internal"}])
    tells(known, "r1", 1, source("Contact", "users", "mail"))
    assert flows(known) == [("Contact", "internal", "mail", "Restricted", False)]


def test_each_transformation_has_to_mask(known: Any) -> None:
    known.contract("users", properties=MAIL)
    tells(
        known,
        "r1",
        1,
        masked(source("a", "users", "mail"), True, True),
        masked(source("b", "users", "mail"), True, False),
    )
    assert [(flow[0], flow[4]) for flow in flows(known)] == [("a", True), ("b", False)]


def test_what_the_last_run_does_no_more_is_forgotten(known: Any) -> None:
    known.contract("users", properties=MAIL)
    tells(known, "r1", 1, source("contact", "users", "mail"))
    tells(known, "r2", 2, source("id", "users", "id"))
    assert flows(known) == []
    tells(known, "r3", 3)
    assert flows(known) == []
    tells(known, "r4", 4, source("contact", "users", "mail"))
    tells(known, "r5", 5)
    assert len(flows(known)) == 1, "a run that tells of no columns takes nothing back"


def test_the_instances_of_a_mapped_task_in_one_dag_run_are_one_run(known: Any) -> None:
    known.contract("users", properties=MAIL)
    story = None
    for map_index, column in enumerate(["contact", "reply_to"]):
        story = known.wrote("report", story=story, reads=("users",), map_index=map_index)
        flowed(known, column)
    assert [flow[0] for flow in flows(known)] == ["contact", "reply_to"]
    known.wrote("report", reads=("users",), map_index=0)
    flowed(known, "reply_to")
    assert [flow[0] for flow in flows(known)] == ["reply_to"], "another DAG run is another run"


def flowed(known: Any, column: str) -> None:
    """The newest run told that a column of the report comes from the classified one."""
    rows = {row.name: row.id for row in known.session.execute(select(DATASET.c.id, DATASET.c.name))}
    run = known.session.execute(select(RUN.c.id, RUN.c.job_id).order_by(RUN.c.id.desc()).limit(1)).one()
    link = ColumnLink(rows["report"], column, rows["users"], "mail", (("DIRECT", "IDENTITY", False),))
    merge_column_edges(run.job_id, run.id, [link], at=NOW, session=known.session)


def test_tags_classify_too(known: Any) -> None:
    tags = {
        "tags": {"tags": [{"key": "pii", "value": "true", "field": "mail"}, {"key": "team", "value": "crm"}]}
    }
    known.told(dataset_event(1, told("users", "mail:text", facets=tags)))
    tells(known, "r1", 2, source("contact", "users", "mail"), source("id", "users", "id"))
    assert flows(known) == [("contact", None, "mail", "pii", False)]


def test_a_column_inside_of_a_classified_one_is_classified(known: Any) -> None:
    known.contract("users", properties=[{"name": "person", "classification": "confidential"}])
    tells(known, "r1", 1, source("name", "users", "person.name"))
    assert flows(known) == [("name", None, "person.name", "confidential", False)]


def test_a_retired_contract_classifies_nothing(known: Any) -> None:
    known.contract("users", properties=MAIL, status="retired")
    tells(known, "r1", 1, source("contact", "users", "mail"))
    assert flows(known) == []
    assert ds("report") == known.facts("report").dataset
