from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_id import RULE_IDS
from airflow_lineage_provider.model.rule_policy import InvalidPolicy, Place, RulePolicy, read_policy

TODAY = date(2026, 6, 15)
ORDERS = DatasetId("postgres://db:5432", "shop.public.orders")
PLACE = Place("daily_report", frozenset({"finance", "daily"}), ORDERS, "prod")
RULE = "owner-missing"


def policy(setting: Any) -> RulePolicy:
    return read_policy(json.dumps({RULE: setting}))


def level(setting: Any, place: Place = PLACE, today: date = TODAY) -> Level | None:
    return policy(setting).level(RULE, place, today)


@pytest.mark.parametrize("text", ["", "  \n", "{}"])
def test_nothing_says_nothing_of_any_rule(text: str) -> None:
    assert {read_policy(text).level(rule, PLACE, TODAY) for rule in RULE_IDS} == {None}


@pytest.mark.parametrize("given", list(Level))
def test_a_rule_has_a_level_in_short_and_in_long(given: Level) -> None:
    assert level(given.value) is given
    assert level({"level": given.value}) is given


@pytest.mark.parametrize(
    ("scope", "holds"),
    [
        ({}, True),
        ({"dags": "daily_*"}, True),
        ({"dags": ["hourly_*", "daily_*"]}, True),
        ({"dags": "hourly_*"}, False),
        ({"dags": "DAILY_*"}, False),
        ({"tags": "finance"}, True),
        ({"tags": "pii"}, False),
        ({"namespaces": "postgres://*"}, True),
        ({"namespaces": "s3://*"}, False),
        ({"names": "*.public.*"}, True),
        ({"names": "orders"}, False),
        ({"environments": "prod"}, True),
        ({"environments": ["test", "dev"]}, False),
        ({"dags": "daily_*", "names": "*.orders", "environments": "prod"}, True),
        ({"dags": "daily_*", "names": "*.stock", "environments": "prod"}, False),
    ],
)
def test_a_scope_holds_where_all_of_its_keys_do(scope: dict[str, Any], holds: bool) -> None:
    found = level({"level": "warn", "scopes": [{**scope, "level": "block"}]})

    assert found is (Level.BLOCK if holds else Level.WARN)


def test_what_a_place_does_not_say_matches_no_glob() -> None:
    setting = {"level": "warn", "scopes": [{"dags": "*", "level": "block"}]}

    assert level(setting, Place(dataset=ORDERS)) is Level.WARN
    assert level({"scopes": [{"names": "*", "level": "block"}]}, Place("d")) is None


def test_the_last_scope_that_holds_wins() -> None:
    scopes = [
        {"dags": "*", "level": "block"},
        {"tags": "finance", "level": "observe"},
        {"dags": "x", "level": "off"},
    ]

    assert level({"level": "warn", "scopes": scopes}) is Level.OBSERVE


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2026, 6, 30), Level.WARN),
        (date(2026, 7, 1), Level.BLOCK),
    ],
)
def test_a_rule_only_warns_until_its_day(today: date, expected: Level) -> None:
    assert level({"level": "block", "enforce_from": "2026-07-01"}, today=today) is expected


def test_a_scope_has_a_day_of_its_own() -> None:
    setting = {
        "level": "block",
        "enforce_from": "2026-01-01",
        "scopes": [{"dags": "daily_*", "enforce_from": "2027-01-01"}],
    }

    assert level(setting) is Level.WARN
    assert level(setting, Place("other")) is Level.BLOCK
    assert policy(setting).enforce_from(RULE, PLACE) == date(2027, 1, 1)


def test_a_day_makes_no_rule_stricter() -> None:
    assert level({"level": "observe", "enforce_from": "2027-01-01"}) is Level.OBSERVE


def test_options_are_handed_on_as_they_are() -> None:
    found = policy({"options": {"days": 14}})

    assert (found.options(RULE), found.options("schema-stale")) == ({"days": 14}, {})


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("{", "not valid JSON"),
        ("[]", "must be a JSON object"),
        ({"owner-mising": "warn"}, "there is no rule 'owner-mising'; did you mean 'owner-missing'?"),
        ({RULE: 3}, "owner-missing must be an object"),
        ({RULE: "blok"}, "owner-missing.level is 'blok'; it must be one of off, observe, warn, block"),
        ({RULE: {"levels": "warn"}}, "owner-missing has no 'levels'"),
        ({RULE: {"level": ["warn"]}}, "owner-missing.level is ['warn']"),
        ({RULE: {"enforce_from": "soon"}}, "owner-missing.enforce_from is 'soon'"),
        ({RULE: {"enforce_from": 2027}}, "owner-missing.enforce_from is 2027"),
        ({RULE: {"scopes": {}}}, "owner-missing.scopes must be a list"),
        ({RULE: {"scopes": [{"dag": "x"}]}}, "owner-missing.scopes[0] has no 'dag'"),
        ({RULE: {"scopes": [{}, {"dags": [3]}]}}, "owner-missing.scopes[1].dags must be a glob"),
        ({RULE: {"scopes": [{"dags": [""]}]}}, "owner-missing.scopes[0].dags must be a glob"),
        ({RULE: {"options": []}}, "owner-missing.options must be an object"),
    ],
)
def test_a_mistake_is_named(document: Any, words: str) -> None:
    text = document if isinstance(document, str) else json.dumps(document)

    with pytest.raises(InvalidPolicy) as caught:
        read_policy(text)

    assert words in str(caught.value)


_KEYS = st.sampled_from(
    ["level", "enforce_from", "scopes", "options", "dags", "tags", "namespaces", "names", "environments", "x"]
)
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.sampled_from([*Level, "2026-07-01", "*", "[a"])
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=12,
)
_DOCUMENTS = st.dictionaries(st.sampled_from(RULE_IDS) | st.text(max_size=4), _VALUES, max_size=3)


@given(text=st.text() | _VALUES.map(json.dumps) | _DOCUMENTS.map(json.dumps))
def test_any_text_is_a_policy_or_invalid(text: str) -> None:
    try:
        found = read_policy(text)
    except InvalidPolicy:
        return
    for rule in RULE_IDS:
        assert found.level(rule, PLACE, TODAY) in (None, *Level)
        found.options(rule).keys()


@given(text=st.integers(1, 200_000).map(lambda depth: "[" * depth))
def test_a_deep_text_is_invalid(text: str) -> None:
    with pytest.raises(InvalidPolicy):
        read_policy(text)
