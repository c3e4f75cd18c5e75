from __future__ import annotations

import json
import zlib
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import insert

from airflow_lineage_provider.model.canonical import content_hash
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.openlineage.event import Phase
from airflow_lineage_provider.store.dataset_names import read_dataset
from airflow_lineage_provider.store.datasets import add_aliases, dataset_ids, find_dataset
from airflow_lineage_provider.store.external.ingest import ingest_event
from airflow_lineage_provider.store.schemas import current_schemas
from airflow_lineage_provider.store.tables import metadata
from tests.airflow_rows import NOW
from tests.store.counted import counted
from tests.store.external.picture import picture
from tests.store.external.tellings import (
    LATER,
    NAMESPACE,
    OWN,
    dataset_event,
    ds,
    edges,
    event,
    names,
    source,
    table,
    take,
    told,
)
from tests.store.stories import Story, core, entry

LINKED = event(10, run="linked", inputs=[told("path", symlinks=["table"])])


def stored(db: Any) -> set[str]:
    return set(names(db).values())


def aliases(db: Any) -> dict[str, tuple[str, str]]:
    known = names(db)
    return {row.name: (known[row.dataset_id], row.origin) for row in table(db, "alias")}


def test_a_symlink_is_another_name_and_no_dataset(db: Any) -> None:
    take(db, LINKED)
    assert (stored(db), aliases(db)) == ({"path"}, {"table": ("path", "symlink")})
    take(db, event(run="r2", outputs=[told("table")]))
    assert edges(db) == {("orders", "input", "path"): 1, ("orders", "output", "path"): 1}
    assert find_dataset(ds("table"), session=db) == find_dataset(ds("path"), session=db)


def test_a_symlink_that_comes_later_merges_all_that_both_names_had(db: Any) -> None:
    ownership = {"ownership": {"owners": [{"name": "sales"}]}}
    take(
        db,
        event(1, run="both", inputs=[told("path", rows=3), told("table", rows=9), told("far")]),
        event(2, run="r2", outputs=[told("table", "id:int", sources=["far"], facets=ownership)]),
        event(3, run="r3", outputs=[told("path", field_sources=(source("id", "table", "id"),))]),
        event(4, run="r4", outputs=[told("table", field_sources=(source("id", "path", "id"),))]),
    )
    take(db, LINKED)
    assert stored(db) == {"path", "far"}
    assert edges(db) == {
        ("orders", "input", "path"): 2,  # the run that read both names, and the one that said so
        ("orders", "input", "far"): 2,
        ("orders", "output", "path"): 3,
    }
    path = find_dataset(ds("table"), session=db)
    assert path is not None
    assert [column.name for column in current_schemas([path], session=db)[path].columns] == ["id"]
    assert {row.row_count for row in table(db, "run_io") if row.dataset_id == path} == {9, None}
    (link,) = table(db, "link")
    assert link.output_dataset_id == path
    (columns,) = table(db, "column_edge")
    assert (columns.output_dataset_id, columns.input_dataset_id) == (path, path)
    assert {row.name for row in table(db, "dataset_facet")} == {"ownership", "schema"}


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_the_order_in_which_it_is_learned_does_not_count(db: Any, order: tuple[int, ...]) -> None:
    events = [
        event(1, run="both", inputs=[told("path", "a:int", rows=3), told("table", rows=9)]),
        event(2, run="r2", outputs=[told("table", "b:int", field_sources=(source("b", "path", "a"),))]),
        event(3, Phase.FAIL, run="r2", outputs=[told("path", sources=["table"])]),
        LINKED,
    ]
    take(db, *events)
    straight = picture(db)
    db.rollback()
    take(db, *(events[number] for number in order))
    assert picture(db) == straight


def test_the_name_that_airflows_tasks_have_touched_stays(db: Any) -> None:
    story = Story(db)
    story.ingest(core(story.attempt(), outputs=[entry("table", columns=(Column("id", "integer"),))]))
    take(db, event(run="r2", inputs=[told("path")]), LINKED)
    assert stored(db) == {"table"}
    assert aliases(db) == {"path": ("table", "merged"), "table": ("table", "symlink")}
    found = read_dataset(ds("path"), session=db)
    assert found is not None
    assert (found.dataset.name, [other.dataset.name for other in found.other_names]) == ("table", ["path"])
    # A task of ours that touches the other name knows it as a dataset of its own.
    story.ingest(core(story.attempt("again"), outputs=[entry("path")]), "again")
    assert stored(db) == {"table", "path"}
    assert aliases(db) == {"table": ("table", "symlink")}
    take(db, event(run="r3", inputs=[told("path", symlinks=["table"])]))
    assert stored(db) == {"table", "path"}


def test_two_datasets_that_airflows_tasks_know_stay_two_whatever_others_say(db: Any) -> None:
    story = Story(db)
    story.ingest(core(story.attempt(), inputs=[entry("path")], outputs=[entry("table")]))
    take(db, event(run="r2", inputs=[told("path", symlinks=["table"])], outputs=[told("new")]))
    assert stored(db) == {"path", "table", "new"}
    assert aliases(db) == {}
    assert find_dataset(ds("table"), session=db) != find_dataset(ds("path"), session=db)


def test_chains_and_circles_of_symlinks_end_in_one_dataset(db: Any) -> None:
    chain = [
        event(1, run="1", inputs=[told("a", symlinks=["b"])]),
        event(2, run="2", inputs=[told("b", symlinks=["c"])]),
        event(3, run="3", inputs=[told("c", symlinks=["d"])]),
    ]
    for order in permutations(chain):
        take(db, *order)
        assert stored(db) == {"a"}
        assert set(aliases(db)) == {"b", "c", "d"}
        db.rollback()
    take(db, *chain, event(4, run="4", inputs=[told("d", symlinks=["a"])]))
    assert stored(db) == {"a"}
    assert edges(db) == {("orders", "input", "a"): 4}


def test_two_names_with_one_symlink_are_one_dataset_and_the_first_in_the_alphabet_stays(db: Any) -> None:
    events = [
        event(1, run="1", inputs=[told("y", symlinks=["s"])]),
        event(2, run="2", inputs=[told("x", symlinks=["s"])]),
    ]
    for order in permutations(events):
        take(db, *order)
        assert stored(db) == {"x"}
        assert aliases(db) == {"s": ("x", "symlink"), "y": ("x", "merged")}
        db.rollback()


def test_a_name_that_turns_out_to_be_a_symlink_gives_way(db: Any) -> None:
    take(
        db,
        event(1, inputs=[told("b", symlinks=["c"])]),
        event(2, run="2", inputs=[told("z", symlinks=["b"])]),
    )
    assert stored(db) == {"z"}
    assert aliases(db) == {"b": ("z", "symlink"), "c": ("z", "symlink")}


def test_a_symlink_of_a_dataset_event_merges_as_well(db: Any) -> None:
    take(db, event(inputs=[told("table")]), dataset_event(3, told("path", symlinks=["table"])))
    assert edges(db) == {("orders", "input", "path"): 1}


def test_a_symlink_of_itself_is_none(db: Any) -> None:
    take(db, event(inputs=[told("path", symlinks=["path"])]))
    assert aliases(db) == {}


def test_a_name_that_airflow_gave_stays_airflows(db: Any) -> None:
    story = Story(db)
    story.ingest(core(story.attempt(), outputs=[entry("table")]))
    row_id = find_dataset(ds("table"), session=db)
    assert row_id is not None
    add_aliases([(ds("asset"), row_id, "asset")], now=NOW, session=db)
    take(db, event(run="r2", inputs=[told("path", symlinks=["asset"])]))
    assert aliases(db) == {"asset": ("table", "asset"), "path": ("table", "merged")}


def test_contracts_stay_bound_to_the_name_they_are_bound_to(db: Any) -> None:
    take(db, event(inputs=[told("table")]))
    contract = metadata.tables["lineage_contract"]
    db.execute(
        insert(contract).values(
            id=1,
            contract_id="c",
            version="1",
            api_version="v3",
            content_hash="h",
            body=b"",
            is_current=True,
            applied_at=NOW,
        )
    )
    binding = {"contract_id": 1, "schema_name": "s", "bound_by": "server", "namespace": NAMESPACE}
    db.execute(
        insert(metadata.tables["lineage_contract_dataset"]).values(
            **binding, name="table", digest=ds("table").digest
        )
    )
    take(db, LINKED)
    (row,) = table(db, "contract_dataset")
    assert (row.name, row.digest) == ("table", ds("table").digest)


def test_the_newer_facet_of_both_stays(db: Any) -> None:
    def documented(name: str, text: str) -> Any:
        return told(name, facets={"documentation": {"description": text}})

    take(
        db,
        event(5, inputs=[documented("path", "old")]),
        event(6, run="2", inputs=[documented("table", "new")]),
    )
    take(db, LINKED)
    (link,) = table(db, "dataset_facet")
    bodies = {row.id: json.loads(zlib.decompress(row.body)) for row in table(db, "facet")}
    assert bodies[link.facet_id] == {"description": "new"}


def test_attempts_find_a_dataset_of_their_own_until_a_producer_says_it_again(db: Any) -> None:
    take(db, LINKED)
    ids = dataset_ids([ds("path"), ds("table"), ds("new")], now=NOW, session=db)
    assert len(set(ids.values())) == 3
    assert aliases(db) == {}
    take(db, event(11, run="again", inputs=[told("path", symlinks=["table"])]))
    assert aliases(db) == {"table": ("path", "symlink")}


def test_many_new_symlinks_are_few_statements(db: Any) -> None:
    def linked(word: str, count: int) -> Any:
        return event(run=word, inputs=[told(word, symlinks=[f"{word}{number}" for number in range(count)])])

    take(db, linked("warm", 1))
    with counted(db) as few:
        take(db, linked("few", 2))
    with counted(db) as many:
        take(db, linked("many", 90))
    assert len(many) == len(few)
    assert stored(db) == {"warm", "few", "many"}
    assert len(aliases(db)) == 93


def test_a_symlink_is_followed_where_its_sender_may_say_so_of_both_names(
    db: Any, caplog: pytest.LogCaptureFixture
) -> None:
    def take_of(*names: str) -> None:
        said = event(inputs=[told("path", symlinks=["table", "view"], facets={"symlinks": {"n": names}})])
        ingest_event(
            replace(said, digest=content_hash(list(names))),
            received_from="key:etl",
            own_namespace=OWN,
            now=LATER,
            may_merge=lambda dataset: dataset.name in names,
            session=db,
        )

    caplog.set_level("INFO")
    for given in (("table", "view"), ("path",)):
        caplog.clear()
        take_of(*given)
        assert (stored(db), aliases(db)) == ({"path"}, {})
        assert f"key:etl may not say what datasets of '{NAMESPACE}' are" in caplog.text
    assert {row.name for row in table(db, "dataset_facet")} == {"symlinks"}
    take_of("path", "table")
    assert (stored(db), aliases(db)) == ({"path"}, {"table": ("path", "symlink")})
    caplog.clear()
    take_of("path", "table", "view")
    assert set(aliases(db)) == {"table", "view"}
    assert "Symlinks" not in caplog.text
