from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.governance.question import Ask, InvalidQuestion, read_question
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.io_entry import Column

VALIDATE = {"v": 1, "ask": "validate", "datasets": None, "rules": None, "level": "block"}
ORDERS = {"namespace": "postgres://db:5432", "name": "shop.public.orders"}
FRESHNESS = {"v": 1, "ask": "freshness", "datasets": [ORDERS], "max_age": 60}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
FIELDS = ("datasets", "rules", "level", "depth", "columns", "since", "max_age", "ask", "v", "else")


def test_what_a_question_may_leave_out_has_its_default() -> None:
    asked = read_question(VALIDATE)

    assert (asked.ask, asked.depth, asked.columns, asked.since, asked.max_age) == (
        Ask.VALIDATE,
        1,
        None,
        None,
        None,
    )


def test_columns_are_read_by_dataset() -> None:
    told = [{**ORDERS, "columns": [{"name": "id", "type": "integer", "nullable": False}, {"name": "note"}]}]

    assert read_question({**VALIDATE, "columns": told}).columns == {
        DatasetId(**ORDERS): (Column("id", "integer", False), Column("note"))
    }


def test_how_fresh_is_asked_of_a_moment_and_an_age() -> None:
    asked = read_question({**FRESHNESS, "since": "2026-01-31T06:00:00+00:00"})

    assert (asked.since, asked.max_age) == (datetime(2026, 1, 31, 6, tzinfo=UTC), timedelta(minutes=1))


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ({**VALIDATE, "since": None}, "question has unknown fields: since"),
        ({**VALIDATE, "ask": "scope"}, "question has unknown fields: level, rules"),
        ({**VALIDATE, "ask": "everything"}, "question.ask must be one of validate, scope, freshness"),
        ({**VALIDATE, "ask": ["validate"]}, "question.ask must be one of"),
        ({**VALIDATE, "columns": {}}, "question.columns must be null or a list"),
        ({**VALIDATE, "columns": [ORDERS]}, r"question.columns\[0\] must be an object with"),
        (
            {**VALIDATE, "columns": [{**ORDERS, "columns": []}]},
            r"columns\[0\].columns must be a list of 1 to",
        ),
        (
            {**VALIDATE, "columns": [{**ORDERS, "columns": [{"name": "id", "owner": "ann"}]}]},
            r"question.columns\[0\].columns\[0\] must be an object with name",
        ),
        (
            {**VALIDATE, "columns": [{**ORDERS, "columns": [{"name": "id", "nullable": "no"}]}]},
            "nullable must be true, false or null",
        ),
        (
            {**VALIDATE, "columns": [{**ORDERS, "columns": [{"name": "i\0d"}]}]},
            "name must be a text of 1 to 1000 characters",
        ),
        ({**FRESHNESS, "datasets": None}, "question.datasets must be named"),
        ({**FRESHNESS, "max_age": None}, "question.since or question.max_age must say"),
        ({**FRESHNESS, "max_age": True}, "question.max_age must be a number of seconds"),
        ({**FRESHNESS, "max_age": float("nan")}, "question.max_age must be a number of seconds"),
        ({**FRESHNESS, "max_age": 1e12}, "question.max_age must be a number of seconds"),
        ({**FRESHNESS, "since": "2026-01-31T06:00:00"}, "question.since must be a moment with its time zone"),
        ({**FRESHNESS, "since": 7}, "question.since must be a moment"),
    ],
)
def test_a_question_that_cannot_be_meant_names_its_field(question: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidQuestion, match=message):
        read_question(question)


@given(st.dictionaries(st.sampled_from(FIELDS), json_values), st.sampled_from([VALIDATE, FRESHNESS]))
def test_whatever_a_worker_sends_is_a_question_or_is_refused(change: dict[str, Any], usual: Any) -> None:
    try:
        asked = read_question({**usual, **change})
    except InvalidQuestion:
        return
    assert asked.ask in Ask
    assert 1 <= asked.depth <= 20
