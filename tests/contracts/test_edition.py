"""Our editions against the schemas that were published with them: the same verdict, but for what is named here."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from jsonschema import Draft201909Validator

from airflow_lineage_provider.contracts import edition as editions
from airflow_lineage_provider.contracts.document import parse
from airflow_lineage_provider.contracts.edition import edition_of, newest_schema, schema_of
from airflow_lineage_provider.contracts.error import ContractError
from tests.contracts.corpus import FOLDER
from tests.contracts.official_schema import official_schema

EDITIONS = [(3, 0), (3, 1)]
STRICT = ("additionalProperties", "unevaluatedProperties")


class Published(dict[tuple[int, int], Draft201909Validator]):
    def __repr__(self) -> str:
        return "the published schemas"  # a failing example prints its arguments


@pytest.fixture(scope="session")
def official(request: pytest.FixtureRequest) -> Published:
    assert request.config.cache is not None
    cache = request.config.cache.mkdir("odcs-wheels")
    return Published((edition, Draft201909Validator(official_schema(edition, cache))) for edition in EDITIONS)


def corpus() -> Iterator[dict[str, Any]]:
    for file in sorted(FOLDER.glob("*.yaml")):
        try:
            yield parse(file.read_text("utf-8"), file.name).data
        except ContractError:
            continue


SEEDS = [data for data in corpus() if data.get("id") == "orders" and len(data) > 5]
FULL = [data for data in SEEDS if len(data) > 15]


def intended(error: Any, edition: tuple[int, int], data: Any) -> bool:
    """Differences we want: 3.0 let any key through in most places, a typo among them."""
    if edition != (3, 0):
        return False
    if error.validator in STRICT:
        return True
    if error.context and error.validator in ("oneOf", "anyOf"):
        return all(intended(inner, edition, data) for inner in error.context)
    # Operators of a rule in SQL: nothing was said about them, so they took any value.
    if error.absolute_path and str(error.absolute_path[-1]).startswith("must"):
        return True
    steps = [str(step) for step in error.absolute_path]
    return any(step.startswith("must") for step in steps) and "quality" in steps


def compare(data: Any, edition: tuple[int, int], official: Draft201909Validator) -> None:
    ours = list(Draft201909Validator(schema_of(edition)).iter_errors(data))
    theirs = list(official.iter_errors(data))
    if theirs and not ours:
        # They took a number for the schema of a DuckDB server, where every release since takes its name.
        excused = all(
            any("duckdb" in str(step) for step in error.absolute_schema_path) or _duckdb(error)
            for error in theirs
        )
        assert excused, [error.message for error in theirs]
    if ours and not theirs:
        others = [error for error in ours if not intended(error, edition, data)]
        assert not others, [(list(error.absolute_path), error.message) for error in others]


def _duckdb(error: Any) -> bool:
    return (
        "DuckdbServer" in json.dumps(list(error.absolute_schema_path), default=str)
        and error.path[-1] == "schema"
    )


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_corpus_has_the_verdicts_of_the_published_schema(edition, official):
    documents = list(corpus())

    assert len(documents) > 90
    for data in documents:
        for version in ("v3.0.2", "v3.1.0"):
            if edition_of(version) <= edition:
                compare({**data, "apiVersion": version}, edition, official[edition])


def test_what_the_published_schema_refuses_we_refuse_and_the_other_way_round(official):
    """The comparison can fail: the newest schema, taken for an older edition, gives other verdicts."""
    data = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": "i", "version": "1", "context": "x"}

    assert Draft201909Validator(newest_schema()).is_valid(data)
    assert not official[3, 1].is_valid(data)
    assert not Draft201909Validator(schema_of((3, 1))).is_valid(data)


def _keys(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield from schema["properties"]
        for part in schema.values():
            yield from _keys(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _keys(part)


def _words(schema: Any) -> Iterator[Any]:
    if isinstance(schema, dict):
        if isinstance(schema.get("enum"), list):
            yield from schema["enum"]
        for part in schema.values():
            yield from _words(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _words(part)


KEYS = st.sampled_from(sorted({*_keys(newest_schema()), "typo", "replacedBy"}))
VALUES = st.one_of(
    st.sampled_from(sorted({str(word) for word in _words(newest_schema())} | {"a.b", "a.b.c", "x.yml#s/a/p/b", "${P}"})),
    st.sampled_from([None, True, 0, 1, -1, 2.5, "", [], {}, [1, 2], ["a.b"], [{}], [{"name": "a"}], [{"username": "a"}]]),
    st.sampled_from([{"name": "s", "members": [{"username": "a"}]}, [{"value": "a"}], [{"property": "a", "value": 1}],
                     {"logicalType": "string"}, {"key": {"logicalType": "string"}, "value": {"logicalType": "date"}},
                     [{"metric": "rowCount", "mustBe": 1}], [{"rule": "r"}], [{"type": "sql", "query": "q", "mustBe": 1}]]),
)  # fmt: skip


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict):
        yield path
        for key, part in value.items():
            yield from _places(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from _places(part, (*path, index))


@st.composite
def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """A contract with one to three of its keys changed, dropped or added, anywhere."""
    data = copy.deepcopy(draw(st.sampled_from([*FULL, *FULL, *SEEDS])))
    if draw(st.booleans()):
        # Sections that stand alone reach more of the schema than what a full contract refuses anyway.
        kept = draw(
            st.sampled_from(["schema", "servers", "team", "support", "slaProperties", "customProperties"])
        )
        data = {
            key: value
            for key, value in data.items()
            if key in (kept, "apiVersion", "kind", "id", "version", "status")
        }
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(data))
        place: Any = data
        for step in draw(st.sampled_from(places)):
            place = place[step]
        change = draw(st.sampled_from(["change", "change", "drop", "add", "add"]))
        if change == "add" or not place:
            place[draw(KEYS)] = copy.deepcopy(draw(VALUES))
        else:
            key = draw(st.sampled_from(sorted(place)))
            if change == "drop":
                del place[key]
            else:
                place[key] = copy.deepcopy(draw(VALUES))
    return data


@pytest.mark.parametrize("edition", EDITIONS)
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=mutated())
def test_any_contract_has_the_verdict_of_the_published_schema(edition, official, data):
    # Another apiVersion is refused before a schema is asked.
    compare({**data, "apiVersion": f"v{edition[0]}.{edition[1]}.0"}, edition, official[edition])


def test_every_fact_has_its_place_in_the_newest_schema():
    schema = newest_schema()
    for facts in (editions._KEYS, editions._VALUES, editions._DEMANDED_UNTIL, editions._DEMANDED_SINCE):
        for places in facts.values():
            found = dict(places)
            for place, what in editions._found(schema, places):
                name = next((name for name, names in found.items() if names is what), None)
                if facts is editions._VALUES:
                    assert set(what) <= set(place["enum"]), name
                elif facts is not editions._DEMANDED_UNTIL:
                    missing = set(what) - set(place["properties"])
                    assert missing <= {"map"}, (name, missing)
            at = [name for name in places if not name.endswith("/*")]
            assert [name for name in at if editions._at(schema, name) is None] == []


def test_the_newest_edition_is_what_the_package_ships():
    assert schema_of((3, 2)) == newest_schema()
