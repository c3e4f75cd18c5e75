from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.model.data_type import DataType, Family
from airflow_lineage_provider.sql.logical_type import logical_type


@pytest.mark.parametrize(
    ("word", "options", "dialect", "expected"),
    [
        ("string", {"maxLength": 64}, None, DataType(Family.ANY_TEXT, size=64)),
        ("string", {"maxLength": "64"}, None, DataType(Family.ANY_TEXT)),
        ("integer", {}, None, DataType(Family.NUMBER, scale=0)),
        ("integer", {"format": "u16"}, None, DataType(Family.NUMBER, scale=0, bits=16, is_signed=False)),
        ("number", {}, None, DataType(Family.ANY_NUMBER)),
        ("number", {"format": "f32"}, None, DataType(Family.ANY_NUMBER, bits=32)),
        ("number", {"precision": 10, "scale": 2}, None, DataType(Family.NUMBER, precision=10, scale=2)),
        ("timestamp", {"timezone": True}, None, DataType(Family.TIMESTAMP, has_timezone=True)),
        ("timestamp", {}, None, DataType(Family.TIMESTAMP)),
        ("boolean", {}, "postgres", DataType(Family.BOOLEAN)),
        ("boolean", {}, "mysql", DataType(Family.ANY_FLAG)),
        ("date", {}, "postgres", DataType(Family.DATE)),
        ("date", {}, "oracle", DataType(Family.ANY_DAY)),
        ("date", {}, "sqlite", None),
        ("Array", None, None, DataType(Family.ANY_LIST)),
        ("map", None, None, DataType(Family.ANY_OBJECT)),
        ("money", None, None, None),
        (None, None, None, None),
    ],
)
def test_a_logical_type_is_as_coarse_as_it_is_said(
    word: str | None, options: dict[str, Any] | None, dialect: str | None, expected: DataType | None
) -> None:
    assert logical_type(word, options, dialect) == expected


ANYTHING = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))


@given(
    st.sampled_from(["string", "integer", "number", "timestamp", "time", "x"]),
    st.dictionaries(
        st.sampled_from(["maxLength", "precision", "scale", "timezone", "format"]), ANYTHING, max_size=5
    ),
)
def test_no_options_raise(word: str, options: dict[str, Any]) -> None:
    logical_type(word, options)
