"""Types of any shape, for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from airflow_lineage_provider.model.data_type import UNBOUNDED, DataType, Family, StructField

SIZES = st.one_of(st.none(), st.sampled_from([0, 1, 2, 3, 8, 9, 10, 38, UNBOUNDED]))
BITS = st.one_of(st.none(), st.sampled_from([0, 1, 8, 16, 32, 64]))
FLAGS = st.one_of(st.none(), st.booleans())
VALUES = st.one_of(st.none(), st.frozensets(st.sampled_from(["", "a", "b", "ccc"]), max_size=3))
LEAVES = st.builds(
    DataType,
    family=st.sampled_from(Family),
    size=SIZES,
    precision=SIZES,
    scale=SIZES,
    bits=BITS,
    is_signed=st.booleans(),
    has_timezone=FLAGS,
    values=VALUES,
    word=st.one_of(st.none(), st.sampled_from(["inet", "xml"])),
)
NUMBERS = st.builds(
    DataType,
    family=st.just(Family.NUMBER),
    precision=st.sampled_from([1, 3, 10, 19, 38, UNBOUNDED]),
    scale=st.sampled_from([-2, 0, 2, 10]),
    bits=BITS,
    is_signed=st.booleans(),
)
TEXTS = st.builds(DataType, family=st.just(Family.TEXT), size=SIZES, values=VALUES)


def _around(types: st.SearchStrategy[DataType]) -> st.SearchStrategy[DataType]:
    part = st.one_of(st.none(), types)
    fields = st.lists(st.builds(StructField, st.sampled_from(["a", "A", "b"]), part), max_size=3).map(tuple)
    return st.one_of(
        st.builds(DataType, family=st.just(Family.ARRAY), element=part),
        st.builds(DataType, family=st.just(Family.MAP), key=part, element=part),
        st.builds(DataType, family=st.just(Family.STRUCT), fields=st.one_of(st.none(), fields)),
    )


TYPES = st.recursive(st.one_of(LEAVES, NUMBERS, TEXTS), _around, max_leaves=4)
