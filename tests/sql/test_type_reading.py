from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from airflow_lineage_provider.model.data_type import UNBOUNDED, DataType, Family, StructField
from airflow_lineage_provider.sql.type_reading import LONGEST_TYPE, read_type

DIALECTS = st.sampled_from(
    [None, "", "postgres", "snowflake", "bigquery", "mysql", "tsql", "databricks", "duckdb", "oracle", "clickhouse",
     "trino", "sqlite", "redshift", "nonsense"]
)  # fmt: skip
WORDS = st.sampled_from(
    ["int8", "varchar", "(", ")", "<", ">", "[", "]", ",", "10", "struct", "array", "map", "a:", "decimal", "timestamp",
     "us", "tz=UTC", "unsigned", "not null", "'", '"', "`", "|", "list", "item:", "with time zone", "max", "*", "-1"]
)  # fmt: skip


def integer(bits: int, *, is_signed: bool = True) -> DataType:
    return DataType(Family.NUMBER, bits=bits, scale=0, is_signed=is_signed)


def text(size: int | None = None) -> DataType:
    return DataType(Family.TEXT, size=size)


def decimal(precision: int, scale: int) -> DataType:
    return DataType(Family.NUMBER, precision=precision, scale=scale)


def moment(has_timezone: bool | None, precision: int | None = None) -> DataType:
    return DataType(Family.TIMESTAMP, has_timezone=has_timezone, precision=precision)


@pytest.mark.parametrize(
    ("written", "dialect", "expected"),
    [
        ("int8", "postgres", integer(64)),
        ("int8", "duckdb", integer(64)),
        ("int8", "redshift", integer(64)),
        ("int8", None, integer(8)),
        ("uint8", None, integer(8, is_signed=False)),
        ("tinyint", "tsql", integer(8, is_signed=False)),
        ("tinyint", "mysql", integer(8)),
        ("bigint unsigned", "mysql", integer(64, is_signed=False)),
        ("INTEGER", "sqlite", integer(64)),
        ("INT", "bigquery", integer(64)),
        ("INT", "snowflake", decimal(38, 0)),
        ("float", "postgres", DataType(Family.FLOAT, bits=64)),
        ("float(24)", "postgres", DataType(Family.FLOAT, bits=32)),
        ("float", "tsql", DataType(Family.FLOAT, bits=64)),
        ("real", "tsql", DataType(Family.FLOAT, bits=32)),
        ("real", "mysql", DataType(Family.FLOAT, bits=64)),
        ("float", "mysql", DataType(Family.FLOAT, bits=32)),
        ("float", "duckdb", DataType(Family.FLOAT, bits=32)),
        ("float", "snowflake", DataType(Family.FLOAT, bits=64)),
        ("float", None, DataType(Family.FLOAT)),
        ("timestamp", "postgres", moment(False)),
        ("timestamp", "bigquery", moment(True)),
        ("timestamp", "mysql", moment(True)),
        ("timestamp", "databricks", moment(True)),
        ("timestamp", "snowflake", moment(None)),
        ("timestamp", "tsql", DataType(Family.OTHER, word="rowversion")),
        ("timestamp", None, moment(None)),
        ("datetime", "mysql", moment(False)),
        ("DATETIME", "bigquery", moment(False)),
        ("timestamp(3) without time zone", "postgres", moment(False, 3)),
        ("DateTime64(3, 'UTC')", "clickhouse", moment(True, 3)),
        ("DATE", "oracle", moment(False, 0)),
        ("NUMBER(10,2)", "snowflake", decimal(10, 2)),
        ("NUMBER(10)", "oracle", decimal(10, 0)),
        ("NUMBER(*,0)", "oracle", decimal(38, 0)),
        ("money", "tsql", decimal(19, 4)),
        ("Decimal64(4)", "clickhouse", decimal(18, 4)),
        ("varchar(64) NOT NULL DEFAULT 'x'", "postgres", text(64)),
        ("varchar(64) character set utf8", "mysql", text(64)),
        ("nvarchar(max)", "tsql", text(UNBOUNDED)),
        ("nvarchar(-1)", "tsql", text(UNBOUNDED)),
        ("text", "mysql", text(65_535)),
        ("text", "postgres", text(UNBOUNDED)),
        ("TEXT", "snowflake", text()),
        ("varchar(10)", "sqlite", text()),
        ("VARCHAR2(10 BYTE)", "oracle", text(10)),
        ("RAW(16)", "oracle", DataType(Family.BINARY, size=16)),
        ("citext", "postgres", text(UNBOUNDED)),
        ("_int4", "postgres", DataType(Family.ARRAY, element=integer(32))),
        ("ARRAY", "postgres", DataType(Family.ARRAY)),
        ("integer[][]", "postgres", DataType(Family.ARRAY, element=DataType(Family.ARRAY, element=integer(32)))),
        ("bit", "tsql", DataType(Family.BOOLEAN)),
        ("bit(8)", "mysql", DataType(Family.BITS, size=8)),
        ("enum('a','b')", "mysql", DataType(Family.TEXT, values=frozenset("ab"))),
        ("Enum8('a' = 1, 'b' = 2)", "clickhouse", DataType(Family.TEXT, values=frozenset("ab"))),
        ("Nullable(Int64)", "clickhouse", integer(64)),
        ("VECTOR(FLOAT, 3)", "snowflake", DataType(Family.VECTOR, size=3, element=DataType(Family.FLOAT, bits=64))),
        ("RECORD", "bigquery", DataType(Family.STRUCT)),
        ("map<string,int>", "databricks", DataType(Family.MAP, key=text(UNBOUNDED), element=integer(32))),
        ("hierarchyid", "tsql", DataType(Family.OTHER, word="hierarchyid")),
        ("string[pyarrow]", None, text()),
        ("datetime64[ns]", None, moment(False, 9)),
        ("datetime64[ns, Europe/Berlin]", None, moment(True, 9)),
        ("timestamp[us, tz=UTC]", None, moment(True, 6)),
        ("timestamp[us, tz=UTC]", "postgres", moment(True, 6)),
        ("Datetime(time_unit='us', time_zone=None)", None, moment(False, 6)),
        ("list<item: int64>", None, DataType(Family.ARRAY, element=integer(64))),
        ("list<item: int64>", "duckdb", DataType(Family.ARRAY, element=integer(64))),
        ("List(Int64)", None, DataType(Family.ARRAY, element=integer(64))),
        ("fixed_size_binary[16]", None, DataType(Family.BINARY, size=16)),
        ("time64[us]", None, DataType(Family.TIME, precision=6, has_timezone=False)),
        ("duration[ns]", None, DataType(Family.INTERVAL)),
        ("decimal128(10, 2)", None, decimal(10, 2)),
        ("dictionary<values=string, indices=int32, ordered=0>", None, text()),
        ("map<string, int64>", None, DataType(Family.MAP, key=text(), element=integer(64))),
        ("long", None, integer(64)),
        ("VARCHAR(18)", None, text(18)),
    ],
)  # fmt: skip
def test_a_type_is_read_as_its_dialect_means_it(
    written: str, dialect: str | None, expected: DataType
) -> None:
    assert read_type(written, dialect) == expected


@pytest.mark.parametrize(
    ("written", "dialect"),
    [
        (None, "postgres"), ("", "postgres"), ("  ", None), ("VARCHAR|INT", "postgres"), ("varchar int", "postgres"),
        ("int; drop table t", "postgres"), ("select 1", "postgres"), ("USER-DEFINED", "postgres"), ("object", "postgres"),
        ("object", None), ("category", None), ("void", "databricks"), ("public.mood", "postgres"), ("{'a': 1}", None),
        ("varchar(" , "mysql"), ("unknown", None), ("x" * (LONGEST_TYPE + 1), "postgres"),
    ],
)  # fmt: skip
def test_what_says_nothing_certain_is_no_type(written: str | None, dialect: str | None) -> None:
    assert read_type(written, dialect) is None


@pytest.mark.parametrize(
    ("written", "dialect", "declared", "observed"),
    [
        ("NUMBER", "snowflake", decimal(38, 0), DataType(Family.NUMBER)),
        ("VARCHAR", "snowflake", text(16_777_216), text()),
        ("DECIMAL", "mysql", decimal(10, 0), DataType(Family.NUMBER)),
        ("DECIMAL", "tsql", decimal(18, 0), DataType(Family.NUMBER)),
        ("NUMERIC", "bigquery", decimal(38, 9), DataType(Family.NUMBER)),
        ("numeric", "postgres", decimal(UNBOUNDED, UNBOUNDED), DataType(Family.NUMBER)),
        ("decimal", "databricks", decimal(10, 0), DataType(Family.NUMBER)),
        ("decimal", "duckdb", decimal(18, 3), decimal(18, 3)),
        ("char", "postgres", text(1), text()),
        ("varchar", "tsql", text(), text()),
    ],
)
def test_a_size_that_is_left_out_is_the_default_in_a_declaration_only(
    written: str, dialect: str, declared: DataType, observed: DataType
) -> None:
    assert read_type(written, dialect, is_declared=True) == declared
    assert read_type(written, dialect) == observed


def test_nested_fields_are_read_with_their_names() -> None:
    expected = DataType(
        Family.STRUCT,
        fields=(
            StructField("a b", integer(32)),
            StructField("c", DataType(Family.ARRAY, element=text(UNBOUNDED))),
        ),
    )
    assert read_type("struct<`a b`: int not null, c: array<string>>", "databricks") == expected


def test_a_struct_of_a_file_may_be_in_the_words_of_arrow_or_spark() -> None:
    for written in ("struct<a: int64, b: list<item: int64>>", "struct<a:bigint,b:array<bigint>>"):
        assert read_type(written, None) == DataType(
            Family.STRUCT,
            fields=(
                StructField("a", integer(64)),
                StructField("b", DataType(Family.ARRAY, element=integer(64))),
            ),
        )


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    written=st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map("".join), st.lists(WORDS, max_size=8).map(" ".join)),
    dialect=DIALECTS,
    is_declared=st.booleans(),
)  # fmt: skip
def test_no_text_raises(written: str, dialect: str | None, is_declared: bool) -> None:
    found = read_type(written, dialect, is_declared=is_declared)
    assert found is None or isinstance(found, DataType)


@pytest.mark.parametrize("letters", ["array<", "struct<a:", "list<item: ", "(", "int[]"])
def test_no_depth_raises(letters: str) -> None:
    read_type(letters * 1_500, "databricks")
    read_type(letters * 1_500, None)
    read_type("array<" * 500 + "int" + ">" * 500, "databricks")


def test_sqlglot_is_loaded_by_the_first_type_and_not_before() -> None:
    code = (
        "import sys; import airflow_lineage_provider.contracts.compatibility as c; "
        "assert 'sqlglot' not in sys.modules; "
        "from airflow_lineage_provider.sql.type_reading import read_type; read_type('int', 'postgres'); "
        "assert 'sqlglot' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
