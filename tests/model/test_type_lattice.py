from __future__ import annotations

import pytest
from hypothesis import given, settings, strategies as st

from airflow_lineage_provider.model.data_type import UNBOUNDED, DataType, Family, StructField, fits
from airflow_lineage_provider.model.type_lattice import Relation, relation, relation_as_far_as_said
from tests.model.types import NUMBERS, TEXTS, TYPES

DECIDED = (Relation.SAME, Relation.WIDER, Relation.NARROWER)
MANY = settings(max_examples=200, deadline=None)
ALIKE = st.one_of(
    st.tuples(TYPES, TYPES, TYPES), st.tuples(NUMBERS, NUMBERS, NUMBERS), st.tuples(TEXTS, TEXTS, TEXTS)
)

INT, BIGINT = (DataType(Family.NUMBER, bits=bits, scale=0) for bits in (32, 64))
UINT = DataType(Family.NUMBER, bits=32, scale=0, is_signed=False)
TEXT = DataType(Family.TEXT)


def decimal(precision: int, scale: int) -> DataType:
    return DataType(Family.NUMBER, precision=precision, scale=scale)


def text(size: int | None = None, values: set[str] | None = None) -> DataType:
    return DataType(Family.TEXT, size=size, values=frozenset(values) if values is not None else None)


def timestamp(has_timezone: bool | None = None, precision: int | None = None) -> DataType:
    return DataType(Family.TIMESTAMP, has_timezone=has_timezone, precision=precision)


def struct(**fields: DataType | None) -> DataType:
    return DataType(Family.STRUCT, fields=tuple(StructField(name, kind) for name, kind in fields.items()))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (INT, BIGINT, Relation.WIDER),
        (INT, UINT, Relation.INCOMPATIBLE),
        (UINT, BIGINT, Relation.WIDER),
        (INT, decimal(9, 0), Relation.NARROWER),
        (INT, decimal(10, 0), Relation.WIDER),
        (INT, decimal(12, 2), Relation.WIDER),
        (decimal(10, 2), decimal(12, 2), Relation.WIDER),
        (decimal(10, 2), decimal(10, 4), Relation.INCOMPATIBLE),
        (decimal(10, 2), decimal(8, 2), Relation.NARROWER),
        (decimal(10, 2), DataType(Family.NUMBER), Relation.UNKNOWN),
        (decimal(10, 2), decimal(UNBOUNDED, UNBOUNDED), Relation.WIDER),
        (INT, DataType(Family.FLOAT, bits=64), Relation.INCOMPATIBLE),
        (DataType(Family.FLOAT, bits=32), DataType(Family.FLOAT, bits=64), Relation.WIDER),
        (text(64), text(32), Relation.NARROWER),
        (text(64), TEXT, Relation.UNKNOWN),
        (text(64), text(UNBOUNDED), Relation.WIDER),
        (text(1), text(values={"ab"}), Relation.INCOMPATIBLE),
        (text(values={"a"}), text(values={"a", "b"}), Relation.WIDER),
        (text(values={"ab"}), text(2), Relation.WIDER),
        (timestamp(False), timestamp(True), Relation.INCOMPATIBLE),
        (timestamp(), timestamp(True), Relation.UNKNOWN),
        (timestamp(True, 3), timestamp(True, 6), Relation.WIDER),
        (DataType(Family.DATE), timestamp(False), Relation.INCOMPATIBLE),
        (struct(a=INT), struct(A=BIGINT), Relation.WIDER),
        (struct(a=INT), struct(a=INT, b=INT), Relation.INCOMPATIBLE),
        (struct(a=INT, b=BIGINT), struct(a=BIGINT, b=INT), Relation.INCOMPATIBLE),
        (struct(a=INT), DataType(Family.STRUCT), Relation.UNKNOWN),
        (DataType(Family.ARRAY, element=INT), DataType(Family.ARRAY, element=BIGINT), Relation.WIDER),
        (DataType(Family.ARRAY, element=INT), INT, Relation.INCOMPATIBLE),
        (DataType(Family.OTHER, word="inet"), DataType(Family.OTHER, word="xml"), Relation.INCOMPATIBLE),
        (DataType(Family.ANY_NUMBER), INT, Relation.UNKNOWN),
        (DataType(Family.ANY_NUMBER), TEXT, Relation.INCOMPATIBLE),
    ],
)
def test_relations(a: DataType, b: DataType, expected: Relation) -> None:
    assert relation(a, b) is expected
    assert relation(b, a) is expected.turned


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (text(64), TEXT, Relation.SAME),
        (decimal(10, 2), DataType(Family.NUMBER), Relation.SAME),
        (timestamp(), timestamp(True, 6), Relation.SAME),
        (DataType(Family.NUMBER, scale=0), BIGINT, Relation.SAME),
        (DataType(Family.NUMBER, scale=0), decimal(38, 0), Relation.SAME),
        (DataType(Family.NUMBER, scale=0), decimal(10, 2), Relation.WIDER),
        (DataType(Family.ANY_NUMBER), DataType(Family.FLOAT, bits=64), Relation.SAME),
        (DataType(Family.ANY_NUMBER, bits=32), DataType(Family.FLOAT, bits=64), Relation.WIDER),
        (DataType(Family.ANY_NUMBER, bits=32), decimal(10, 2), Relation.SAME),
        (DataType(Family.ANY_TEXT, size=5), text(10), Relation.WIDER),
        (DataType(Family.ANY_OBJECT), struct(a=INT), Relation.SAME),
        (DataType(Family.ARRAY), DataType(Family.ARRAY, element=INT), Relation.SAME),
        (struct(a=None), struct(a=INT), Relation.SAME),
        (timestamp(False), timestamp(True, 6), Relation.INCOMPATIBLE),
    ],
)
def test_what_only_one_side_says_does_not_count(a: DataType, b: DataType, expected: Relation) -> None:
    assert relation_as_far_as_said(a, b) is expected


@MANY
@given(TYPES)
def test_a_type_is_the_same_as_itself(a: DataType) -> None:
    assert relation(a, a) is Relation.SAME
    assert relation_as_far_as_said(a, a) is Relation.SAME


@MANY
@given(TYPES, TYPES)
def test_the_other_side_sees_the_opposite(a: DataType, b: DataType) -> None:
    assert relation(b, a) is relation(a, b).turned


@MANY
@given(ALIKE)
def test_wider_than_wider_is_wider(types: tuple[DataType, DataType, DataType]) -> None:
    a, b, c = types
    first, second = relation(a, b), relation(b, c)
    if first in DECIDED and second in DECIDED:
        if first is Relation.SAME:
            assert relation(a, c) is second
        elif second in (first, Relation.SAME):
            assert relation(a, c) is first


@MANY
@given(TYPES, TYPES)
def test_what_is_decided_stays_where_more_is_taken_for_granted(a: DataType, b: DataType) -> None:
    strict = relation(a, b)
    if strict is not Relation.UNKNOWN:
        assert relation_as_far_as_said(a, b) is strict


def test_no_depth_raises() -> None:
    a, b = INT, BIGINT
    for _ in range(3_000):
        a, b = (DataType(Family.ARRAY, element=one) for one in (a, b))
    assert relation(a, b) is Relation.UNKNOWN
    assert relation_as_far_as_said(a, b) is Relation.UNKNOWN


def test_a_coarse_family_stands_for_several() -> None:
    assert fits(Family.ANY_TEXT, Family.UUID)
    assert fits(Family.DATE, Family.DATE)
    assert not fits(Family.TEXT, Family.UUID)
