"""Changes of schemas and contracts, and what is said of each: the table of docs/schema-changes.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple


class TypeCase(NamedTuple):
    """The type of one column."""

    contract: str
    """``physicalType`` in the contract, or in its old version."""
    observed: str
    """What was observed, or what the new version says."""
    gate: str
    """Kind of the change between promise and observation; ``fine``: there is none."""
    version: str | None
    """Kind of the change between two versions of a contract that say so."""


class TableCase(NamedTuple):
    """Columns of a table. A column is ``(name, type)`` with what else is said of it."""

    title: str
    dialect: str | None
    contract: list[dict[str, Any]]
    """Properties of the schema object."""
    observed: list[tuple[str, str | None, bool | None]]
    """Name, type and whether it may be null."""
    gate: list[tuple[str, str]]
    """Kind and column of each change, in order."""


class VersionCase(NamedTuple):
    """Two versions of a contract that are alike but for what is given."""

    title: str
    old: Mapping[str, Any]
    """Of :data:`PROPERTY` (keys with a dot in front), of the schema object (``schema.``) or of the contract."""
    new: Mapping[str, Any]
    kind: str
    impact: str


TYPES: dict[str, list[TypeCase]] = {
    dialect: [TypeCase(*row) for row in rows]
    for dialect, rows in {
        "postgres": [
            ("integer", "int4", "fine", "type-respelled"),
            ("integer", "bigint", "widened", "type-widened"),
            ("bigint", "integer", "narrowed", "type-narrowed"),
            ("int8", "bigint", "fine", "type-respelled"),
            ("smallint", "numeric(5,0)", "widened", "type-widened"),
            ("integer", "double precision", "type_changed", "type-changed"),
            ("integer", "text", "type_changed", "type-changed"),
            ("numeric(10,2)", "numeric(12,2)", "widened", "type-widened"),
            ("numeric(10,2)", "numeric(8,2)", "narrowed", "type-narrowed"),
            ("numeric(10,2)", "numeric(10,4)", "widened", "type-changed"),
            ("numeric(10,2)", "numeric", "fine", "type-widened"),
            ("numeric", "numeric(10,2)", "narrowed", "type-narrowed"),
            ("real", "double precision", "widened", "type-widened"),
            ("float", "real", "narrowed", "type-narrowed"),
            ("varchar(64)", "character varying(64)", "fine", "type-respelled"),
            ("varchar(64)", "varchar(32)", "narrowed", "type-narrowed"),
            ("varchar(64)", "text", "widened", "type-widened"),
            ("varchar(64)", "varchar", "fine", "type-widened"),
            ("text", "varchar(64)", "narrowed", "type-narrowed"),
            ("timestamp", "timestamptz", "type_changed", "type-changed"),
            ("timestamp with time zone", "timestamptz", "fine", "type-respelled"),
            ("date", "timestamp", "type_changed", "type-changed"),
            ("timestamp(6)", "timestamp(3)", "narrowed", "type-narrowed"),
            ("timestamp", "timestamp(3)", "narrowed", "type-narrowed"),
            ("timestamp", "timestamp(6)", "fine", "type-respelled"),
            ("bpchar", "character(10)", "narrowed", "type-narrowed"),
            ("interval", "interval day to second", "fine", "type-refined"),
            ("interval second(3)", "interval day to second(6)", "fine", "type-respelled"),
            ("geography(Point, 4326)", "geography(Polygon, 4326)", "type_changed", "type-changed"),
            ("geography", "geography(Point, 4326)", "fine", "type-refined"),
            ("boolean", "integer", "type_changed", "type-changed"),
            ("text[]", "text", "type_changed", "type-changed"),
            ("integer[]", "bigint[]", "widened", "type-widened"),
            ("uuid", "text", "type_changed", "type-changed"),
            ("jsonb", "json", "fine", "type-respelled"),
            ("integer", "USER-DEFINED", "type_unknown", "type-changed"),
            ("integer", "numeric", "widened", "type-widened"),
            ("VARCHAR|INT", "VARCHAR", "type_unknown", "type-changed"),
        ],
        "snowflake": [
            ("NUMBER(38,0)", "INTEGER", "fine", "type-respelled"),
            ("NUMBER", "NUMBER(38,0)", "fine", "type-respelled"),
            ("NUMBER(10,2)", "NUMBER(12,2)", "widened", "type-widened"),
            ("NUMBER(10,2)", "NUMBER(10,0)", "widened", "type-changed"),
            ("NUMBER(10,2)", "NUMBER", "fine", "type-changed"),
            ("NUMBER", "NUMBER(10,2)", "widened", "type-changed"),
            ("INT", "NUMBER(10,0)", "narrowed", "type-narrowed"),
            ("FLOAT", "DOUBLE", "fine", "type-respelled"),
            ("NUMBER(10,2)", "FLOAT", "type_changed", "type-changed"),
            ("VARCHAR", "TEXT", "fine", "type-respelled"),
            ("VARCHAR(64)", "VARCHAR(16777216)", "widened", "type-widened"),
            ("VARCHAR(64)", "TEXT", "fine", "type-widened"),
            ("STRING", "VARCHAR(64)", "narrowed", "type-narrowed"),
            ("TIMESTAMP_NTZ", "TIMESTAMP_TZ", "type_changed", "type-changed"),
            ("TIMESTAMP", "TIMESTAMP_TZ", "fine", "type-refined"),
            ("TIMESTAMP_LTZ", "TIMESTAMP_TZ", "fine", "type-respelled"),
            ("TIMESTAMP_NTZ(9)", "TIMESTAMP_NTZ(3)", "narrowed", "type-narrowed"),
            ("DATE", "TIMESTAMP_NTZ", "type_changed", "type-changed"),
            ("VARIANT", "OBJECT", "type_changed", "type-changed"),
            ("BOOLEAN", "NUMBER(1,0)", "type_changed", "type-changed"),
            ("ARRAY", "VARIANT", "type_changed", "type-changed"),
        ],
        "bigquery": [
            ("INT64", "INTEGER", "fine", "type-respelled"),
            ("INT64", "NUMERIC", "widened", "type-widened"),
            ("INT64", "FLOAT64", "type_changed", "type-changed"),
            ("INT64", "STRING", "type_changed", "type-changed"),
            ("NUMERIC", "BIGNUMERIC", "widened", "type-widened"),
            ("BIGNUMERIC", "NUMERIC", "fine", "type-narrowed"),
            ("NUMERIC(10,2)", "NUMERIC(12,2)", "widened", "type-widened"),
            ("STRING(10)", "STRING(20)", "widened", "type-widened"),
            ("STRING(10)", "STRING", "fine", "type-widened"),
            ("STRING", "STRING(10)", "narrowed", "type-narrowed"),
            ("TIMESTAMP", "DATETIME", "type_changed", "type-changed"),
            ("DATE", "DATETIME", "type_changed", "type-changed"),
            ("STRUCT<a INT64, b STRING>", "STRUCT<a INT64>", "type_changed", "type-changed"),
            ("STRUCT<a INT64>", "STRUCT<a INT64, b STRING>", "fine", "type-refined"),
            ("STRUCT<a INT64>", "STRUCT<a STRING>", "type_changed", "type-changed"),
            ("ARRAY<INT64>", "INT64", "type_changed", "type-changed"),
            ("ARRAY<STRUCT<x INT64>>", "ARRAY<STRUCT<x STRING>>", "type_changed", "type-changed"),
            ("BYTES", "STRING", "type_changed", "type-changed"),
            ("RECORD", "STRUCT<a INT64>", "fine", "type-refined"),
            ("JSON", "STRING", "type_changed", "type-changed"),
            ("FLOAT", "FLOAT64", "fine", "type-respelled"),
        ],
        "mysql": [
            ("int(11)", "int", "fine", "type-respelled"),
            ("int", "bigint", "widened", "type-widened"),
            ("int", "int unsigned", "widened", "type-changed"),
            ("tinyint(1)", "boolean", "fine", "type-respelled"),
            ("tinyint", "smallint", "widened", "type-widened"),
            ("bigint", "mediumint", "narrowed", "type-narrowed"),
            ("decimal", "decimal(10,0)", "fine", "type-respelled"),
            ("decimal(10,2)", "decimal(12,2)", "widened", "type-widened"),
            ("decimal(10,2)", "double", "type_changed", "type-changed"),
            ("float", "double", "widened", "type-widened"),
            ("varchar(64)", "text", "widened", "type-widened"),
            ("varchar(64)", "varchar(32)", "narrowed", "type-narrowed"),
            ("text", "longtext", "widened", "type-widened"),
            ("datetime", "timestamp", "type_changed", "type-changed"),
            ("datetime", "datetime(6)", "widened", "type-widened"),
            ("datetime(6)", "datetime", "fine", "type-narrowed"),
            ("serial", "bigint unsigned", "fine", "type-respelled"),
            ("set('a')", "set('a', 'b')", "widened", "type-widened"),
            ("set('a', 'b')", "set('a')", "narrowed", "type-narrowed"),
            ("enum('New')", "enum('new')", "widened", "type-changed"),
            ("date", "datetime", "type_changed", "type-changed"),
            ("enum('a','b')", "enum('a','b','c')", "widened", "type-widened"),
            ("enum('a','b','c')", "enum('a','b')", "narrowed", "type-narrowed"),
            ("enum('a','b')", "varchar(10)", "widened", "type-widened"),
            ("blob", "text", "type_changed", "type-changed"),
            ("json", "longtext", "type_changed", "type-changed"),
            ("char(3)", "varchar(3)", "fine", "type-respelled"),
        ],
        "tsql": [
            ("int", "bigint", "widened", "type-widened"),
            ("tinyint", "smallint", "widened", "type-widened"),
            ("smallint", "tinyint", "narrowed", "type-narrowed"),
            ("bit", "int", "type_changed", "type-changed"),
            ("nvarchar(50)", "nvarchar(100)", "widened", "type-widened"),
            ("nvarchar(50)", "nvarchar(max)", "widened", "type-widened"),
            ("nvarchar(max)", "nvarchar(50)", "narrowed", "type-narrowed"),
            ("varchar(50)", "nvarchar(50)", "fine", "type-respelled"),
            ("datetime", "datetime2(7)", "widened", "type-widened"),
            ("datetime2", "datetimeoffset", "type_changed", "type-changed"),
            ("datetime", "timestamp", "type_changed", "type-changed"),
            ("timestamp", "rowversion", "fine", "type-respelled"),
            ("float", "real", "narrowed", "type-narrowed"),
            ("float(24)", "real", "fine", "type-respelled"),
            ("decimal(18,2)", "decimal(18,4)", "widened", "type-changed"),
            ("money", "decimal(19,4)", "fine", "type-respelled"),
            ("uniqueidentifier", "nvarchar(36)", "type_changed", "type-changed"),
            ("date", "datetime2", "type_changed", "type-changed"),
            ("smalldatetime", "datetime", "widened", "type-widened"),
            ("decimal", "decimal(18,0)", "fine", "type-respelled"),
        ],
        "databricks": [
            ("int", "bigint", "widened", "type-widened"),
            ("long", "bigint", "fine", "type-respelled"),
            ("byte", "tinyint", "fine", "type-respelled"),
            ("float", "double", "widened", "type-widened"),
            ("double", "float", "narrowed", "type-narrowed"),
            ("decimal(10,2)", "decimal(12,2)", "widened", "type-widened"),
            ("decimal(10,2)", "decimal(12,4)", "widened", "type-widened"),
            ("decimal", "decimal(10,0)", "fine", "type-respelled"),
            ("string", "varchar(10)", "narrowed", "type-narrowed"),
            ("varchar(10)", "string", "widened", "type-widened"),
            ("timestamp", "timestamp_ntz", "type_changed", "type-changed"),
            ("timestamp", "timestamp_ltz", "fine", "type-respelled"),
            ("date", "timestamp", "type_changed", "type-changed"),
            ("struct<a:int>", "struct<a:int,b:string>", "fine", "type-refined"),
            ("struct<a:int,b:string>", "struct<a:int>", "type_changed", "type-changed"),
            ("struct<a:int>", "struct<a:bigint>", "widened", "type-widened"),
            ("array<int>", "array<bigint>", "widened", "type-widened"),
            ("map<string,int>", "map<string,bigint>", "widened", "type-widened"),
            ("map<string,int>", "struct<a:int>", "type_changed", "type-changed"),
            ("array<struct<a:int,b:int>>", "array<struct<a:int>>", "type_changed", "type-changed"),
            ("binary", "string", "type_changed", "type-changed"),
        ],
        "duckdb": [
            ("int8", "bigint", "fine", "type-respelled"),
            ("integer", "hugeint", "widened", "type-widened"),
            ("utinyint", "smallint", "widened", "type-widened"),
            ("decimal", "decimal(18,3)", "fine", "type-respelled"),
            ("varchar(10)", "varchar", "fine", "type-respelled"),
            ("timestamp", "timestamptz", "type_changed", "type-changed"),
            ("timestamp_ms", "timestamp_ns", "widened", "type-widened"),
            ("int[]", "bigint[]", "widened", "type-widened"),
            ("struct(a int)", "struct(a int, b varchar)", "fine", "type-refined"),
            ("float", "float8", "widened", "type-widened"),
        ],
        "oracle": [
            ("NUMBER(10)", "NUMBER(12)", "widened", "type-widened"),
            ("NUMBER", "NUMBER(10,2)", "narrowed", "type-narrowed"),
            ("INTEGER", "NUMBER(38,0)", "fine", "type-respelled"),
            ("VARCHAR2(10)", "VARCHAR2(10 BYTE)", "fine", "type-respelled"),
            ("VARCHAR2(10)", "CLOB", "widened", "type-widened"),
            ("DATE", "TIMESTAMP(6)", "widened", "type-widened"),
            ("TIMESTAMP(6)", "TIMESTAMP(6) WITH TIME ZONE", "type_changed", "type-changed"),
            ("RAW(16)", "RAW(32)", "widened", "type-widened"),
        ],
        "file": [
            ("int32", "int64", "widened", "type-widened"),
            ("int64", "Int64", "fine", None),
            ("float32", "float64", "widened", "type-widened"),
            ("string", "string[pyarrow]", "fine", "type-respelled"),
            ("timestamp[us]", "timestamp[us, tz=UTC]", "type_changed", "type-changed"),
            ("datetime64[ns]", "timestamp[us]", "narrowed", "type-narrowed"),
            ("list<item: int64>", "list<item: string>", "type_changed", "type-changed"),
            ("int64", "object", "type_unknown", "type-changed"),
            ("struct<a: int64>", "struct<a: int64, b: string>", "fine", "type-refined"),
            ("date32", "timestamp[us]", "type_changed", "type-changed"),
            ("decimal(10, 2)", "double", "type_changed", "type-changed"),
            ("VARCHAR(18)", "string", "fine", "type-refined"),
            ("INT", "int64", "widened", "type-widened"),
        ],
    }.items()
}
"""By dialect; ``file``: a dataset that is no table."""

_ID = {"name": "id", "physicalType": "bigint", "primaryKey": True, "required": True}
_NAME = {"name": "name", "physicalType": "text"}
_PRICE = {"name": "price", "physicalType": "numeric(10,2)"}
_AS_IS: list[tuple[str, str | None, bool | None]] = [
    ("id", "bigint", False), ("name", "text", True), ("price", "numeric(10,2)", True),
]  # fmt: skip
_ITEMS = {
    "name": "items", "logicalType": "array",
    "items": {"logicalType": "object", "properties": [
        {"name": "sku", "logicalType": "string"}, {"name": "price", "logicalType": "number"},
    ]},
}  # fmt: skip

TABLES = [
    TableCase("all as promised", "postgres", [_ID, _NAME, _PRICE], _AS_IS, []),
    TableCase("another order", "postgres", [_PRICE, _ID, _NAME], _AS_IS, []),
    TableCase("a column is gone", "postgres", [_ID, _NAME, _PRICE], _AS_IS[:2], [("missing", "price")]),
    TableCase(
        "a deprecated column is gone", "postgres", [_ID, _NAME, {**_PRICE, "deprecated": True}], _AS_IS[:2],
        [("deprecated_gone", "price")],
    ),
    TableCase(
        "a new column", "postgres", [_ID, _NAME, _PRICE], [*_AS_IS, ("note", "text", True)], [("undeclared", "note")]
    ),
    TableCase(
        "one gone, one new with a name like it", "postgres", [_ID, _NAME, _PRICE],
        [*_AS_IS[:2], ("unit_price", "numeric(10,2)", True)], [("renamed", "price")],
    ),
    TableCase(
        "one gone, one new in its place", "postgres", [_ID, _NAME, _PRICE],
        [("id", "bigint", False), ("label", "text", True), ("price", "numeric(10,2)", True)], [("renamed", "name")],
    ),
    TableCase(
        "one gone, one new of another type", "postgres", [_ID, _NAME, _PRICE],
        [("id", "bigint", False), ("names", "jsonb", True), ("price", "numeric(10,2)", True)],
        [("missing", "name"), ("undeclared", "names")],
    ),
    TableCase(
        "one gone, two new", "postgres", [_ID, _NAME], [("id", "bigint", False), ("name1", "text", True), ("name2", "text", True)],
        [("missing", "name"), ("undeclared", "name1"), ("undeclared", "name2")],
    ),
    TableCase(
        "a required column may be null", "postgres", [{**_NAME, "required": True}], [("name", "text", True)],
        [("nullable", "name")],
    ),
    TableCase(
        "nobody knows whether a required column may be null", "postgres", [{**_NAME, "required": True}],
        [("name", "text", None)], [("nullability_unknown", "name")],
    ),
    TableCase("a key may be null", "postgres", [_ID], [("id", "bigint", True)], [("key_loosened", "id")]),
    TableCase(
        "a unique, required column may be null", "postgres", [{**_NAME, "required": True, "unique": True}],
        [("name", "text", True)], [("key_loosened", "name")],
    ),
    TableCase("a unique column may be null", "postgres", [{**_NAME, "unique": True}], [("name", "text", True)], []),
    TableCase("no type was observed", "postgres", [_NAME], [("name", None, True)], [("type_unknown", "name")]),
    TableCase("no type is promised", "postgres", [{"name": "name"}], [("name", "jsonb", True)], []),
    TableCase("other letters, unquoted", "postgres", [{"name": "Name"}], [("name", "text", True)], []),
    TableCase(
        "quoted in the database only", "postgres", [{"name": "name"}, _ID],
        [("Name", "text", True), ("id", "bigint", False)], [("renamed", "name")],
    ),
    TableCase("lower case in the contract", "snowflake", [{"name": "name"}], [("NAME", "TEXT", True)], []),
    TableCase("other letters", "bigquery", [{"name": "Name"}], [("name", "STRING", True)], []),
    TableCase("other letters", "mysql", [{"name": "NAME"}], [("name", "text", True)], []),
    TableCase("other letters", "tsql", [{"name": "CustomerId"}], [("customerid", "int", True)], []),
    TableCase("other letters", "databricks", [{"name": "customerId"}], [("customerid", "int", True)], []),
    TableCase("a physical name", "postgres", [{"name": "price", "physicalName": "prc"}], [("prc", "text", True)], []),
    TableCase(
        "logical types alone", "snowflake",
        [{"name": "a", "logicalType": "integer"}, {"name": "b", "logicalType": "string"}, {"name": "c", "logicalType": "timestamp"}],
        [("A", "NUMBER(38,0)", True), ("B", "TEXT", True), ("C", "TIMESTAMP_NTZ(9)", True)], [],
    ),
    TableCase(
        "a logical integer with fractions", "snowflake", [{"name": "a", "logicalType": "integer"}],
        [("A", "NUMBER(10,2)", True)], [("widened", "a")],
    ),
    TableCase(
        "a logical number that is text", "bigquery", [{"name": "a", "logicalType": "number"}], [("a", "STRING", True)],
        [("type_changed", "a")],
    ),
    TableCase(
        "a logical number that is an integer", "bigquery", [{"name": "a", "logicalType": "number"}],
        [("a", "INT64", True)], [],
    ),
    TableCase(
        "longer than maxLength", "tsql", [{"name": "a", "logicalType": "string", "logicalTypeOptions": {"maxLength": 10}}],
        [("a", "nvarchar(50)", True)], [("widened", "a")],
    ),
    TableCase(
        "a boolean where there is none", "mysql", [{"name": "a", "logicalType": "boolean"}], [("a", "tinyint(1)", True)], []
    ),
    TableCase(
        "a date that has a time", "oracle", [{"name": "a", "logicalType": "date"}], [("A", "DATE", True)], []
    ),
    TableCase(
        "a zone that the contract speaks of", "postgres",
        [{"name": "a", "logicalType": "timestamp", "physicalType": "timestamp", "logicalTypeOptions": {"timezone": True}}],
        [("a", "timestamptz", True)], [],
    ),
    TableCase(
        "no zone where the contract wants one", "mysql",
        [{"name": "a", "logicalType": "timestamp", "logicalTypeOptions": {"timezone": True}}],
        [("a", "datetime", True)], [("type_changed", "a")],
    ),
    TableCase(
        "a nested field is gone", "bigquery", [_ITEMS], [("items", "ARRAY<STRUCT<sku STRING>>", True)],
        [("missing", "items[].price")],
    ),
    TableCase(
        "a nested field of another type", "databricks", [_ITEMS],
        [("items", "array<struct<sku:string,price:string>>", True)], [("type_changed", "items[].price")],
    ),
    TableCase(
        "a nested field is new", "databricks", [_ITEMS],
        [("items", "array<struct<sku:string,price:double,qty:int>>", True)], [("undeclared", "items[].qty")],
    ),
    TableCase(
        "nested fields listed as columns", "databricks", [_ITEMS],
        [("items", "array", True), ("items.sku", "string", True), ("items.price", "double", True)], [],
    ),
    TableCase(
        "nested fields in a column that shows none", "postgres", [_ITEMS], [("items", "jsonb", True)],
        [("type_unknown", "items")],
    ),
    TableCase(
        "SQL types of a contract on a Parquet file", None,
        [{"name": "a", "physicalType": "INT", "logicalType": "integer"}, {"name": "b", "physicalType": "VARCHAR(18)", "logicalType": "string"}],
        [("a", "int64", None), ("b", "string", None)], [],
    ),
]  # fmt: skip

PROPERTY = {"name": "total", "id": "t1", "physicalType": "numeric(10,2)"}

VERSIONS = [
    VersionCase("a column is removed", {"other": [_NAME]}, {}, "column-removed", "major"),
    VersionCase(
        "a deprecated column is removed after its end of support",
        {"other": [{**_NAME, "deprecated": True}], "slaProperties": [
            {"property": "endOfSupport", "value": "2026-01-31", "element": "orders.name"}
        ]},
        {"slaProperties": [{"property": "endOfSupport", "value": "2026-01-31", "element": "orders.name"}]},
        "column-removed", "minor",
    ),
    VersionCase(
        "a deprecated column is removed before its end of support",
        {"other": [{**_NAME, "deprecated": True}], "slaProperties": [
            {"property": "endOfSupport", "value": "2030-01-31", "element": "orders.name"}
        ]},
        {"slaProperties": [{"property": "endOfSupport", "value": "2030-01-31", "element": "orders.name"}]},
        "column-removed", "major",
    ),
    VersionCase("a column is added", {}, {"other": [_NAME]}, "column-added", "minor"),
    VersionCase(
        "a required column is added", {}, {"other": [{**_NAME, "required": True}]}, "column-added-required", "minor"
    ),
    VersionCase("a column with an id has another name", {}, {".name": "sum"}, "column-renamed", "major"),
    VersionCase("a column has another physical name", {}, {".physicalName": "sum"}, "column-renamed", "major"),
    VersionCase(
        "a column has another name in the contract only", {".physicalName": "t"}, {".physicalName": "t", ".name": "sum"},
        "name-changed", "minor",
    ),
    VersionCase("a column is deprecated", {}, {".deprecated": True}, "column-deprecated", "minor"),
    VersionCase("a type holds more", {}, {".physicalType": "numeric(12,2)"}, "type-widened", "minor"),
    VersionCase("a type holds less", {}, {".physicalType": "numeric(8,2)"}, "type-narrowed", "major"),
    VersionCase("another scale", {}, {".physicalType": "numeric(10,4)"}, "type-changed", "major"),
    VersionCase("another kind of type", {}, {".physicalType": "text"}, "type-changed", "major"),
    VersionCase("another word for a type", {}, {".physicalType": "decimal(10, 2)"}, "type-respelled", "patch"),
    VersionCase(
        "another logical type", {".physicalType": None, ".logicalType": "string"},
        {".physicalType": None, ".logicalType": "date"}, "logical-type-changed", "major",
    ),
    VersionCase(
        "a logical integer becomes a number", {".physicalType": None, ".logicalType": "integer"},
        {".physicalType": None, ".logicalType": "number"}, "type-widened", "minor",
    ),
    VersionCase("another logical type, the same physical one", {".logicalType": "integer"}, {".logicalType": "number"}, "logical-type-changed", "minor"),
    VersionCase("a column may be null", {".required": True}, {}, "required-loosened", "major"),
    VersionCase("a column is never null", {}, {".required": True}, "required-tightened", "minor"),
    VersionCase("a column may repeat", {".unique": True}, {}, "unique-loosened", "major"),
    VersionCase("a column is unique", {}, {".unique": True}, "unique-tightened", "minor"),
    VersionCase("a table has no key", {".primaryKey": True}, {}, "key-changed", "major"),
    VersionCase("a table has a key", {}, {".primaryKey": True}, "key-changed", "minor"),
    VersionCase(
        "an enumeration has a new value", {".enum": [{"value": "a"}]}, {".enum": [{"value": "a"}, {"value": "b"}]},
        "enum-values-added", "major",
    ),
    VersionCase(
        "an enumeration has a value less", {".enum": [{"value": "a"}, {"value": "b"}]}, {".enum": [{"value": "a"}]},
        "enum-values-removed", "minor",
    ),
    VersionCase(
        "a classification is lowered", {".classification": "restricted"}, {".classification": "internal"},
        "classification-lowered", "major",
    ),
    VersionCase("a classification is removed", {".classification": "PII"}, {}, "classification-lowered", "major"),
    VersionCase("a classification is raised", {}, {".classification": "PII"}, "classification-raised", "minor"),
    VersionCase("no critical data element any more", {".criticalDataElement": True}, {}, "critical-cleared", "major"),
    VersionCase("another pattern", {".logicalType": "string"}, {".logicalType": "string", ".logicalTypeOptions": {"pattern": "x"}}, "options-changed", "minor"),
    VersionCase("another description", {}, {".description": "in EUR"}, "metadata-changed", "patch"),
    VersionCase("another table", {}, {"schema.physicalName": "orders_v2"}, "physical-name-changed", "major"),
    VersionCase(
        "undeclared columns are forbidden", {}, {"schema.customProperties": [{"property": "closed", "value": True}]},
        "schema-closed", "minor",
    ),
    VersionCase(
        "undeclared columns are allowed", {"schema.customProperties": [{"property": "closed", "value": True}]}, {},
        "schema-opened", "major",
    ),
    VersionCase(
        "fewer rows are allowed", {"schema.quality": [{"metric": "rowCount", "mustBeGreaterThan": 100}]},
        {"schema.quality": [{"metric": "rowCount", "mustBeGreaterThan": 10}]}, "volume-loosened", "major",
    ),
    VersionCase(
        "more nulls are allowed", {".quality": [{"metric": "nullValues", "mustBe": 0}]},
        {".quality": [{"metric": "nullValues", "mustBeLessThan": 5}]}, "quality-loosened", "major",
    ),
    VersionCase(
        "fewer nulls are allowed", {".quality": [{"metric": "nullValues", "mustBeLessThan": 5}]},
        {".quality": [{"metric": "nullValues", "mustBeLessThan": 3}]}, "quality-tightened", "minor",
    ),
    VersionCase(
        "a failed check only warns", {".quality": [{"metric": "nullValues", "mustBe": 0}]},
        {".quality": [{"metric": "nullValues", "mustBe": 0, "severity": "warning"}]}, "quality-loosened", "major",
    ),
    VersionCase("a check is removed", {".quality": [{"metric": "nullValues", "mustBe": 0}]}, {}, "quality-removed", "major"),
    VersionCase("a check is added", {}, {".quality": [{"metric": "nullValues", "mustBe": 0}]}, "quality-added", "minor"),
    VersionCase(
        "a sentence about quality is removed", {".quality": [{"type": "text", "description": "good"}]}, {},
        "quality-removed", "patch",
    ),
    VersionCase(
        "data may be later", {"slaProperties": [{"property": "latency", "value": 4, "unit": "h"}]},
        {"slaProperties": [{"property": "latency", "value": "P1D"}]}, "sla-loosened", "major",
    ),
    VersionCase(
        "data has to be earlier", {"slaProperties": [{"property": "latency", "value": 1, "unit": "d"}]},
        {"slaProperties": [{"property": "latency", "value": 4, "unit": "h"}]}, "sla-tightened", "minor",
    ),
    VersionCase(
        "data is kept for less long", {"slaProperties": [{"property": "retention", "value": 3, "unit": "y"}]},
        {"slaProperties": [{"property": "retention", "value": 90, "unit": "d"}]}, "sla-loosened", "major",
    ),
    VersionCase(
        "support ends earlier", {"slaProperties": [{"property": "endOfSupport", "value": "2030-01-01"}]},
        {"slaProperties": [{"property": "endOfSupport", "value": "2027-01-01"}]}, "sla-loosened", "major",
    ),
    VersionCase(
        "a service level is removed", {"slaProperties": [{"property": "latency", "value": 4, "unit": "h"}]}, {},
        "sla-removed", "major",
    ),
    VersionCase("a contract is a draft again", {"status": "active"}, {"status": "draft"}, "status-regressed", "major"),
    VersionCase("a contract is deprecated", {"status": "active"}, {"status": "deprecated"}, "status-deprecated", "minor"),
    VersionCase("a contract is retired", {"status": "active"}, {"status": "retired"}, "status-retired", "major"),
    VersionCase("nobody owns it", {"team": {"name": "shop"}}, {}, "owner-removed", "minor"),
    VersionCase("somebody else owns it", {"team": {"name": "shop"}}, {"team": {"name": "sales"}}, "owner-changed", "patch"),
    VersionCase(
        "another host",
        {"servers": [{"server": "p", "type": "postgres", "host": "a", "port": 5432, "database": "d", "schema": "s"}]},
        {"servers": [{"server": "p", "type": "postgres", "host": "b", "port": 5432, "database": "d", "schema": "s"}]},
        "server-moved", "major",
    ),
]  # fmt: skip
"""The kind is that of the worst change."""


def versions_of(case: VersionCase) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both versions as documents."""
    return _contract(case.old), _contract(case.new)


def _contract(given: Mapping[str, Any]) -> dict[str, Any]:
    column = {**PROPERTY, **{key[1:]: value for key, value in given.items() if key.startswith(".")}}
    column = {key: value for key, value in column.items() if value is not None}
    schema: dict[str, Any] = {"name": "orders", "properties": [column, *given.get("other", ())]}
    contract: dict[str, Any] = {
        "apiVersion": "v3.2.0", "kind": "DataContract", "id": "orders", "version": "1.0.0", "schema": [schema],
    }  # fmt: skip
    for key, value in given.items():
        if key.startswith("schema."):
            schema[key.removeprefix("schema.")] = value
        elif not key.startswith(".") and key != "other":
            contract[key] = value
    return contract
