from __future__ import annotations

import datetime
import decimal
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy
import pandas
import polars
import pyarrow
import pyarrow.feather
import pyarrow.parquet
import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.capture.instrumentation.sources.column_types import (
    MAX_COLUMNS,
    columns_of_arrow,
    columns_of_pandas,
    columns_of_polars,
    type_of_arrow,
    type_of_pandas,
    type_of_polars,
    type_of_values,
)

SAME: list[tuple[str, Any, Any, Any]] = [
    ("int8", pyarrow.int8(), polars.Int8, "int8"),
    ("int64", pyarrow.int64(), polars.Int64, "int64"),
    ("int64", pyarrow.int64(), polars.Int64(), pandas.Int64Dtype()),
    ("uint32", pyarrow.uint32(), polars.UInt32, "uint32"),
    ("float32", pyarrow.float32(), polars.Float32, "float32"),
    ("float64", pyarrow.float64(), polars.Float64, "float64"),
    ("bool", pyarrow.bool_(), polars.Boolean, "bool"),
    ("bool", pyarrow.bool_(), polars.Boolean, pandas.BooleanDtype()),
    ("string", pyarrow.string(), polars.String, pandas.StringDtype()),
    ("string", pyarrow.large_string(), polars.Categorical(), pandas.CategoricalDtype(["a"])),
    ("string", pyarrow.dictionary(pyarrow.int8(), pyarrow.string()), polars.Enum(["a"]), pandas.ArrowDtype(pyarrow.string())),
    ("binary", pyarrow.binary(), polars.Binary, pandas.ArrowDtype(pyarrow.large_binary())),
    ("date32", pyarrow.date32(), polars.Date, pandas.ArrowDtype(pyarrow.date32())),
    ("time64[ns]", pyarrow.time64("ns"), polars.Time, pandas.ArrowDtype(pyarrow.time64("ns"))),
    ("timestamp[us]", pyarrow.timestamp("us"), polars.Datetime("us"), "datetime64[us]"),
    ("timestamp[ns]", pyarrow.timestamp("ns"), polars.Datetime("ns"), "datetime64[ns]"),
    ("timestamp[us, tz=UTC]", pyarrow.timestamp("us", "UTC"), polars.Datetime("us", "UTC"), pandas.DatetimeTZDtype("us", "UTC")),
    ("duration[ms]", pyarrow.duration("ms"), polars.Duration("ms"), "timedelta64[ms]"),
    ("decimal(9, 2)", pyarrow.decimal128(9, 2), polars.Decimal(9, 2), pandas.ArrowDtype(pyarrow.decimal128(9, 2))),
    ("list<int64>", pyarrow.list_(pyarrow.int64()), polars.List(polars.Int64), pandas.ArrowDtype(pyarrow.list_(pyarrow.int64()))),
    ("list<string>", pyarrow.list_(pyarrow.string(), 3), polars.Array(polars.String, 3), pandas.ArrowDtype(pyarrow.large_list(pyarrow.string()))),
    (
        "struct<a: int64, b: list<string>>",
        pyarrow.struct({"a": pyarrow.int64(), "b": pyarrow.list_(pyarrow.string())}),
        polars.Struct({"a": polars.Int64, "b": polars.List(polars.String)}),
        pandas.ArrowDtype(pyarrow.struct({"a": pyarrow.int64(), "b": pyarrow.list_(pyarrow.string())})),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arrow", "of_polars", "of_pandas"), SAME)
def test_a_type_has_one_name_in_all_libraries(name: str, arrow: Any, of_polars: Any, of_pandas: Any) -> None:
    dtype = numpy.dtype(of_pandas) if isinstance(of_pandas, str) else of_pandas
    assert (type_of_arrow(arrow), type_of_polars(of_polars), type_of_pandas(dtype)) == (name, name, name)


@pytest.mark.parametrize(
    ("name", "arrow"),
    [
        ("map<string, int32>", pyarrow.map_(pyarrow.string(), pyarrow.int32())),
        ("date64", pyarrow.date64()),
        ("time32[s]", pyarrow.time32("s")),
        ("binary", pyarrow.binary(16)),
        ("null", pyarrow.null()),
        ("float16", pyarrow.float16()),
        ("decimal(40, 3)", pyarrow.decimal256(40, 3)),
        ("struct<a>b: int64, c, d: int8>", pyarrow.struct({"a>b": pyarrow.int64(), "c, d": pyarrow.int8()})),
        ("timestamp[s, tz=Europe/Berlin]", pyarrow.timestamp("s", "Europe/Berlin")),
    ],
)
def test_types_that_only_arrow_has(name: str, arrow: Any) -> None:
    assert type_of_arrow(arrow) == name


@pytest.mark.parametrize(
    ("dtype", "name"),
    [
        (pandas.SparseDtype("float64"), "float64"),
        (pandas.CategoricalDtype([1, 2]), "int64"),
        (numpy.dtype("object"), None),
        (numpy.dtype("complex128"), None),
        (pandas.PeriodDtype("M"), None),
    ],
)
def test_types_that_only_pandas_has(dtype: Any, name: str | None) -> None:
    assert type_of_pandas(dtype) == name


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ([None, float("nan"), "x"], "string"),
        ([True], "bool"),
        ([datetime.datetime(2026, 1, 1), pandas.NaT], "timestamp[us]"),
        ([datetime.date(2026, 1, 1)], "date32"),
        ([decimal.Decimal("1.2"), pandas.NA], "decimal"),
        ([b"x"], "binary"),
        ([[1], (2,)], "list"),
        ([{"a": 1}], "struct"),
        ([1, "x"], None),
        ([object()], None),
        ([None], None),
        ([], None),
        ([numpy.array([1, 2])], None),
    ],
)
def test_a_column_of_objects_is_what_its_first_values_are(values: list[Any], name: str | None) -> None:
    assert type_of_values(values) == name


FRAME = pandas.DataFrame(
    {
        "i": pandas.array([1, 2], dtype="int32"),
        "f": [0.5, 1.5],
        "s": ["x", None],
        "b": [True, False],
        "t": pandas.to_datetime(["2026-01-01", "2026-01-02"]).astype("datetime64[us]"),
        "z": pandas.to_datetime(["2026-01-01", "2026-01-02"]).astype("datetime64[ns]").tz_localize("UTC"),
        "c": pandas.Categorical(["u", "v"]),
    }
)
TYPES = {
    "i": "int32",
    "f": "float64",
    "s": "string",
    "b": "bool",
    "t": "timestamp[us]",
    "z": "timestamp[ns, tz=UTC]",
    "c": "string",
}


def test_what_pandas_writes_has_the_same_columns_for_whoever_reads_it(tmp_path: Path) -> None:
    parquet, feather = tmp_path / "a.parquet", tmp_path / "a.feather"
    FRAME.to_parquet(parquet)
    FRAME.to_feather(feather, compression="uncompressed")
    ours = columns_of_pandas(FRAME)
    assert {column.name: column.type for column in ours} == TYPES
    assert columns_of_polars(polars.read_parquet(parquet).schema) == ours
    assert columns_of_polars(polars.read_ipc(feather).schema) == ours
    assert columns_of_arrow(pyarrow.parquet.read_schema(parquet)) == ours
    assert columns_of_arrow(pyarrow.feather.read_table(feather).schema) == ours


def test_what_polars_writes_has_the_same_columns_for_arrow(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame = polars.DataFrame(
        {
            "l": [[1]],
            "s": [{"a": 1, "b": "x"}],
            "d": [decimal.Decimal("1.25")],
            "x": [b"1"],
            "t": [datetime.time(1)],
        },
        schema_overrides={"d": polars.Decimal(10, 2)},
    )
    frame.write_parquet(path)
    assert columns_of_arrow(pyarrow.parquet.read_schema(path)) == columns_of_polars(frame.schema)


def test_a_field_that_may_not_be_null_says_so() -> None:
    schema = pyarrow.schema(
        [pyarrow.field("a", pyarrow.int8(), nullable=False), pyarrow.field("b", pyarrow.int8())]
    )
    assert [column.nullable for column in columns_of_arrow(schema)] == [False, None]


def test_an_index_of_several_levels() -> None:
    frame = pandas.DataFrame({"v": [1]}, index=pandas.MultiIndex.from_tuples([("x", 2)], names=["k", None]))
    columns = columns_of_pandas(frame, index=True, unnamed="level_{}")
    assert [(column.name, column.type) for column in columns] == [
        ("k", "string"),
        ("level_1", "int64"),
        ("v", "int64"),
    ]
    assert [column.name for column in columns_of_pandas(frame, index=True)] == ["k", "v"]


def test_there_are_no_more_columns_than_a_record_may_have() -> None:
    fields = [(str(number), pyarrow.int8()) for number in range(MAX_COLUMNS + 1)]
    assert len(columns_of_arrow(pyarrow.schema(fields))) == MAX_COLUMNS


kinds = st.recursive(
    st.sampled_from(
        [pyarrow.int8(), pyarrow.string(), pyarrow.timestamp("us", "UTC"), pyarrow.decimal128(5, 1)]
    ),
    lambda inner: st.one_of(
        inner.map(pyarrow.list_),
        inner.map(lambda kind: pyarrow.map_(pyarrow.string(), kind)),
        st.dictionaries(st.text(max_size=5), inner, max_size=4).map(pyarrow.struct),
    ),
    max_leaves=30,
)


@given(kinds)
def test_every_nested_type_has_a_name_that_is_not_endless(kind: Any) -> None:
    name = type_of_arrow(kind)
    assert name is None or 0 < len(name) <= 1000


def test_a_type_that_never_ends_ends() -> None:
    kind = pyarrow.int8()
    for _ in range(40):
        kind = pyarrow.list_(kind)
    assert type_of_arrow(kind) is None


def test_no_library_is_imported_for_it() -> None:
    program = (
        "import sys\n"
        "from importlib import import_module\n"
        "for name in ('pandas', 'polars', 'pyarrow', 'column_types'):\n"
        "    import_module(f'airflow_lineage_provider.capture.instrumentation.sources.{name}')\n"
        "print(*sorted({'pandas', 'polars', 'pyarrow', 'numpy', 'fsspec', 'airflow'} & set(sys.modules)))"
    )
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        == "\n"
    )
