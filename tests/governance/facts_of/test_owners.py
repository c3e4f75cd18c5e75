from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.governance.facts_of.owners import entries_of, last_match
from airflow_lineage_provider.governance.gather import gather_owners
from airflow_lineage_provider.governance.scope import explicit_scope
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.registered_owners import RegisteredOwner
from tests.airflow_rows import NOW
from tests.store.counted import counted
from tests.store.external.tellings import event, told
from tests.store.stories import dataset, entry

TODAY = NOW.date()
TEAM = {
    "name": "finance",
    "members": [{"username": "ann", "role": "Owner"}, {"username": "bob", "role": "owner"}],
}


def names(facts: Any) -> list[str]:
    return [owner.name for owner in facts.owners]


def test_each_source_is_asked_only_where_none_before_it_names_anybody(known: Any) -> None:
    known.dag("shop", owners="airflow, lead")
    known.wrote("orders")
    assert names(known.facts("orders")) == ["lead"]
    known.told(event(outputs=[told("orders", facets={"ownership": {"owners": [{"name": "eve"}]}})]))
    assert names(known.facts("orders")) == ["eve"]
    known.owner("globbed")
    assert names(known.facts("orders")) == ["globbed"]
    known.owner("exact", "orders", contact="exact@example.com", channel="#orders")
    (owner,) = known.facts("orders").owners
    assert (owner.name, owner.contact, owner.channel) == ("exact", "exact@example.com", "#orders")
    known.contract("orders", team={"name": "finance"})
    assert names(known.facts("orders")) == ["finance"]
    known.contract("orders", team=TEAM, support=[{"channel": "#finance"}], version="1.1.0")
    facts = known.facts("orders")
    assert names(facts) == ["ann", "bob"]
    assert facts.owners[0].source == "contract orders 1.1.0"
    assert facts.channel == "#finance"


@pytest.mark.parametrize(
    "back", [{"owners": []}, {"_deleted": True}, {"_deleted": True, "owners": [{"name": "eve"}]}]
)
def test_an_empty_or_deleted_told_owner_takes_the_owner_back(known: Any, back: dict[str, Any]) -> None:
    facet = {"ownership": {"owners": [{"name": "eve"}]}}
    known.told(event(outputs=[told("orders", facets=facet)]))
    known.told(event(9, run="r2", outputs=[told("orders", facets={"ownership": back})]))
    assert names(known.facts("orders")) == []
    known.told(event(5, run="r3", outputs=[told("orders", facets=facet)]))
    assert names(known.facts("orders")) == []


@pytest.mark.parametrize("name", ["ownership", "toldOwners"])
def test_no_facet_that_a_worker_sends_names_an_owner(known: Any, name: str) -> None:
    story = known.wrote("other")
    facets = {name: {"owners": ["mallory"] if name == "toldOwners" else [{"name": "mallory"}]}}
    known.wrote("orders", story=story, task_id="evil", run_facets=facets)
    attempt = story.attempt("worse")
    from tests.store.stories import core

    story.ingest(core(attempt, outputs=[entry("orders", facets=facets)]), "worse")
    assert names(known.facts("orders")) == []


def test_a_retired_contract_has_no_say(known: Any) -> None:
    known.owner("registered", "orders")
    known.contract("orders", team=TEAM, status="retired")
    assert names(known.facts("orders")) == ["registered"]


def test_who_has_left_is_told_apart(known: Any) -> None:
    known.contract(
        "orders",
        team={
            "members": [
                {"username": "ann", "role": "owner", "dateOut": "2026-01-31"},
                {"username": "bob", "role": "owner", "dateIn": "2026-02-01"},
                {"username": "new", "role": "owner", "dateIn": "2027-02-01"},
            ]
        },
    )
    known.owner("carl", "orders", valid_to=date(2026, 5, 1))
    facts = known.facts("orders")
    assert names(facts) == ["bob"]
    assert {(owner.name, owner.valid_to) for owner in facts.departed} == {
        ("ann", date(2026, 1, 31)),
        ("carl", date(2026, 5, 1)),
    }


def test_a_registered_owner_counts_on_its_days_only(known: Any) -> None:
    known.owner("was", "a", valid_to=TODAY - timedelta(days=1))
    known.owner("is", "b", valid_from=TODAY, valid_to=TODAY)
    known.owner("will", "c", valid_from=TODAY + timedelta(days=1))
    assert [names(facts) for facts in known.scope("a", "b", "c").datasets] == [[], ["is"], []]


def test_of_globs_the_last_one_that_matches_counts(known: Any) -> None:
    known.owner("all", namespace="s3://*", name="*", position=1)
    known.owner("ann", namespace="s3://lake", name="finance/*", position=2)
    known.owner("bob", namespace="s3://lake", name="finance/*", position=2)
    known.owner("elsewhere", namespace="gs://*", name="*", position=3)
    assert names(known.facts("finance/orders")) == ["ann", "bob"]
    assert names(known.facts("raw")) == ["all"]


def test_owners_alone_need_few_statements(known: Any) -> None:
    known.contract("orders", team=TEAM)
    known.wrote("orders")
    scope = explicit_scope([(dataset("orders"), None)], session=known.session)
    gather_owners(scope, today=TODAY, session=known.session)
    with counted(known.session) as statements:
        found = gather_owners(scope, today=TODAY, session=known.session)
    assert [owner.name for owner in found[dataset("orders")][0]] == ["ann", "bob"]
    assert len(statements) <= 8


GLOBS = st.tuples(st.sampled_from("ABC"), st.sampled_from(["*", "a*", "ab", "b*"]), st.booleans())


@given(st.lists(GLOBS, max_size=8), st.sampled_from(["a", "ab", "abc", "b", "c"]))
def test_globs_hold_as_if_they_were_tried_one_by_one(written: list[tuple[str, str, bool]], name: str) -> None:
    """Reference: from the end, the first row that matches and serves, with its neighbours; else the first match."""
    rows = [
        RegisteredOwner(
            None, "*", glob, f"owner{place}", None, None, None, None if serves else date(2020, 1, 1), source
        )
        for place, (source, glob, serves) in enumerate(sorted(written, key=lambda each: each[0]))
    ]
    found = last_match(DatasetId("n", name), entries_of(rows, TODAY))

    def matches(row: RegisteredOwner) -> bool:
        glob = row.name
        return name.startswith(glob[:-1]) if glob.endswith("*") else name == glob

    def block(place: int) -> list[RegisteredOwner]:
        start = end = place
        while start and (rows[start - 1].source, rows[start - 1].name) == (
            rows[place].source,
            rows[place].name,
        ):
            start -= 1
        while end + 1 < len(rows) and (rows[end + 1].source, rows[end + 1].name) == (
            rows[place].source,
            rows[place].name,
        ):
            end += 1
        return rows[start : end + 1]

    matching = [place for place in reversed(range(len(rows))) if matches(rows[place])]
    serving = [place for place in matching if any(row.valid_to is None for row in block(place))]
    expected = block((serving or matching)[0]) if matching else []
    assert list(found) == expected
