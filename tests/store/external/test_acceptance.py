"""Real events of others, against what other consumers make of them."""

from __future__ import annotations

import json
import random
import threading
from itertools import product
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from tests.store.external.picture import picture
from tests.store.external.tellings import ACCEPTANCE, documents, read_all, table, take

if not ACCEPTANCE.exists():
    pytest.skip(f"the acceptance data is not in {ACCEPTANCE}", allow_module_level=True)

EXPECTED = json.loads((ACCEPTANCE / "airflow_compat_expected.json").read_text("utf-8"))
AIRFLOW = documents("openlineage-compat/airflow/events")
EDGE_CASES = sorted(path for path in (ACCEPTANCE / "openlineage-edge-cases").rglob("*.json"))


def expected_links() -> set[tuple[str, str]]:
    """Links that another consumer of the same events must hold, under our names."""

    def name(text: str) -> str:
        system, _, rest = text.partition(":")
        place, _, path = rest.partition(".`")
        path = path.removesuffix("`")
        return {"gcs": f"gs://{place}:{path}", "filesystem": f"file:/{path}"}.get(system, text)

    links = ACCEPTANCE / "openlineage-compat/airflow/dataplex-validation/links/links.json"
    return {
        (name(link["source"]["fully_qualified_name"]), name(link["target"]["fully_qualified_name"]))
        for link in json.loads(links.read_text("utf-8"))
    }


def found(session: Any) -> dict[str, Any]:
    datasets = {row.id: f"dataset:{row.namespace}:{row.name}" for row in table(session, "dataset")}
    jobs = {row.id: f"job:{row.namespace}:{row.name}" for row in table(session, "job")}
    edges = {
        (datasets[row.dataset_id], jobs[row.job_id])
        if row.direction == "input"
        else (jobs[row.job_id], datasets[row.dataset_id])
        for row in table(session, "edge")
    }
    linked = {row.job_id for row in table(session, "link")}
    links = {
        (datasets[row.input_dataset_id], datasets[row.output_dataset_id]) for row in table(session, "link")
    }
    for job_id, job in jobs.items():
        if job_id not in linked:
            ins, outs = ({a for a, b in edges if b == job}, {b for a, b in edges if a == job})
            links |= set(product(ins, outs))
    names = {row.id: row.name for row in table(session, "job")}
    return {
        "nodes": sorted([*datasets.values(), *jobs.values()]),
        "edges": sorted(edges),
        "parents": sorted(
            (names[row.parent_id], row.name) for row in table(session, "job") if row.parent_id is not None
        ),
        "links": {tuple(end.removeprefix("dataset:") for end in link) for link in links},
        "runs": sorted(str(row.state) for row in table(session, "run")),
    }


def assert_as_expected(session: Any) -> None:
    made = found(session)
    assert made["nodes"] == sorted(EXPECTED["graph"]["nodes"])
    assert made["edges"] == sorted(tuple(edge) for edge in EXPECTED["graph"]["edges"])
    assert made["parents"] == sorted(tuple(pair) for pair in EXPECTED["parent_child_jobs"])
    assert len(made["parents"]) == 13
    assert len(made["links"]) == EXPECTED["dataplex_expected_links"] == 12
    assert made["runs"] == ["success"] * 16


def test_events_of_airflow_give_the_nodes_edges_parents_and_links_that_others_expect(db: Any) -> None:
    take(db, *read_all(AIRFLOW))
    assert_as_expected(db)
    assert found(db)["links"] == expected_links()


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_and_twice_they_give_the_same(db: Any, seed: int) -> None:
    events = read_all(AIRFLOW)
    take(db, *events)
    straight = picture(db)
    db.rollback()
    shuffled = events * 2
    random.Random(seed).shuffle(shuffled)
    taken = take(db, *shuffled)
    assert sum(each.is_new for each in taken) == 32
    assert picture(db) == straight
    assert_as_expected(db)


def test_four_servers_at_once_give_the_same(committed: Any) -> None:
    """Each sends all events, twice and in an order of its own, and tries again when the database is busy."""
    failures: list[BaseException] = []

    def send(seed: int) -> None:
        events = read_all(AIRFLOW) * 2
        random.Random(seed).shuffle(events)
        try:
            for each in events:
                for attempt in range(200):
                    try:
                        with Session(committed) as session, session.begin():
                            take(session, each)
                        break
                    except DBAPIError as error:
                        if attempt == 199 or not any(
                            word in str(error).lower() for word in ("locked", "deadlock")
                        ):
                            raise
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=send, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not failures
    with Session(committed) as session:
        assert_as_expected(session)
        assert len(table(session, "event")) == 32
        together = picture(session)
    with Session(committed) as session, session.begin():
        for name in ("edge", "run_io", "link", "event", "run", "dataset", "job"):
            session.execute(_table(name).delete())
    with Session(committed) as session:
        take(session, *read_all(AIRFLOW))
        assert picture(session) == together


def _table(name: str) -> Any:
    from airflow_lineage_provider.store.tables import metadata

    return metadata.tables[f"lineage_{name}"]


@pytest.mark.parametrize("path", EDGE_CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_edge_case_is_taken_and_taken_once(db: Any, path: Any) -> None:
    (event,) = read_all([json.loads(path.read_text("utf-8"))])
    (first,) = take(db, event)
    before = picture(db)
    (second,) = take(db, event)
    assert (first.is_new, second.is_new) == (True, False)
    assert second.event_id == first.event_id
    assert picture(db) == before
    assert len(before["events"]) == 1


def test_inputs_and_outputs_of_a_run_that_two_events_tell_are_a_union(db: Any) -> None:
    take(db, *read_all(documents("openlineage-edge-cases/listener")))
    (run,) = table(db, "run")
    told = documents("openlineage-edge-cases/listener")
    named = {
        (side, each["name"]) for one in told for side in ("inputs", "outputs") for each in one.get(side, ())
    }
    assert len(named) > max(len(one.get("inputs", ())) + len(one.get("outputs", ())) for one in told)
    assert len([row for row in table(db, "run_io") if row.run_id == run.id]) == len(named)
    assert [edge.runs for edge in table(db, "edge")] == [1] * len(named)


def test_column_lineage_of_spark_is_kept_whatever_the_order(db: Any) -> None:
    events = read_all(documents("openlineage-compat/column-level/events"))
    take(db, *events)
    straight = picture(db)
    db.rollback()
    take(db, *reversed(events), *events)
    assert picture(db) == straight
    assert len(straight["columns"]) > 2
