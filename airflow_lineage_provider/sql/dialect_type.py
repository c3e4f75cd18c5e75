"""What sqlglot's types mean in each dialect, where one word means several things."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.model.data_type import UNBOUNDED, DataType, Family, StructField

if TYPE_CHECKING:
    from collections.abc import Callable

_TEXT = DataType(Family.TEXT)
_INT = {bits: DataType(Family.NUMBER, bits=bits, scale=0) for bits in (8, 16, 24, 32, 64, 128, 256)}
_UINT = {
    bits: DataType(Family.NUMBER, bits=bits, scale=0, is_signed=False) for bits in (8, 16, 24, 32, 64, 128, 256)
}  # fmt: skip
_ANY_DECIMAL = DataType(Family.NUMBER, precision=UNBOUNDED, scale=UNBOUNDED)
_OTHER = (
    "geography", "geometry", "xml", "inet", "cidr", "macaddr", "tsvector", "tsquery", "name", "oid", "hierarchyid",
    "rowid", "urowid", "xmltype", "point", "polygon", "linestring", "rowversion", "sql_variant", "ltree", "int4range",
    "int8range", "numrange", "tsrange", "tstzrange", "daterange", "bfile", "hllsketch", "hyperloglog", "pg_lsn",
)  # fmt: skip

OWN_WORDS: Mapping[str, Mapping[str, DataType | None]] = {
    "": {
        **{word: DataType(Family.OTHER, word=word) for word in _OTHER},
        "citext": DataType(Family.TEXT, size=UNBOUNDED),
        "user-defined": None,
        "null": None,
        "void": None,
        "unknown": None,
        "any": None,
        "object": None,
        "category": None,
    },
    "postgres": {
        '"char"': DataType(Family.TEXT, size=1), "oid": _UINT[32], "array": DataType(Family.ARRAY), "name": _TEXT,
    },
    "redshift": {"array": DataType(Family.ARRAY)},
    "snowflake": {"object": DataType(Family.STRUCT)},
    "clickhouse": {"object": None},
    "duckdb": {"varint": _ANY_DECIMAL},
    "oracle": {
        "long": _TEXT, "nclob": DataType(Family.TEXT, size=UNBOUNDED), "clob": DataType(Family.TEXT, size=UNBOUNDED),
        "raw": DataType(Family.BINARY), "long raw": DataType(Family.BINARY), "integer": DataType(Family.NUMBER, precision=38, scale=0),
        "int": DataType(Family.NUMBER, precision=38, scale=0), "smallint": DataType(Family.NUMBER, precision=38, scale=0),
        "date": DataType(Family.TIMESTAMP, precision=0, has_timezone=False),
        "json": DataType(Family.JSON),
    },
    "mysql": {
        "boolean": _INT[8], "bool": _INT[8], "real": DataType(Family.FLOAT, bits=64), "text": DataType(Family.TEXT, size=(1 << 16) - 1),
        "serial": _UINT[64],
    },
    "tsql": {
        "real": DataType(Family.FLOAT, bits=32), "float": DataType(Family.FLOAT, bits=64),
        "text": DataType(Family.TEXT, size=UNBOUNDED), "ntext": DataType(Family.TEXT, size=UNBOUNDED),
        "datetime": DataType(Family.TIMESTAMP, precision=3, has_timezone=False),
        "smalldatetime": DataType(Family.TIMESTAMP, precision=0, has_timezone=False),
        "image": DataType(Family.BINARY, size=UNBOUNDED), "sysname": DataType(Family.TEXT, size=128),
        "timestamp": DataType(Family.OTHER, word="rowversion"),
    },
    "sqlite": {"unsigned big int": _INT[64], "int8": _INT[64], "int2": _INT[64]},
    "bigquery": {"bytes": DataType(Family.BINARY)},
}  # fmt: skip
"""Whole texts that sqlglot does not know or takes for something else. ``None``: it says nothing."""

_INTEGERS = {
    "TINYINT": 8, "SMALLINT": 16, "SMALLSERIAL": 16, "MEDIUMINT": 24, "INT": 32, "SERIAL": 32, "BIGINT": 64,
    "BIGSERIAL": 64, "INT128": 128, "INT256": 256, "YEAR": 16,
}  # fmt: skip
_UNSIGNED = {
    "UTINYINT": 8, "USMALLINT": 16, "UMEDIUMINT": 24, "UINT": 32, "UBIGINT": 64, "UINT128": 128, "UINT256": 256,
}  # fmt: skip
_DECIMAL_WIDTHS = {"DECIMAL32": 9, "DECIMAL64": 18, "DECIMAL128": 38, "DECIMAL256": 76}
_MONEY = {"MONEY": (19, 4), "SMALLMONEY": (10, 4)}
_TEXTS = {
    "TEXT": None, "VARCHAR": None, "NVARCHAR": None, "CHAR": None, "NCHAR": None, "BPCHAR": None, "FIXEDSTRING": None,
    "NAME": None, "TINYTEXT": (1 << 8) - 1, "MEDIUMTEXT": (1 << 24) - 1, "LONGTEXT": (1 << 32) - 1,
}  # fmt: skip
_BINARIES = {
    "BINARY": None, "VARBINARY": None, "BLOB": None, "TINYBLOB": (1 << 8) - 1, "MEDIUMBLOB": (1 << 24) - 1,
    "LONGBLOB": (1 << 32) - 1,
}  # fmt: skip
_TIMESTAMPS: dict[str, tuple[bool | None, int | None]] = {
    "TIMESTAMP": (False, None), "TIMESTAMPNTZ": (False, None), "DATETIME": (False, None), "DATETIME2": (False, None),
    "TIMESTAMPTZ": (True, None), "TIMESTAMPLTZ": (True, None), "TIMESTAMP_S": (False, 0), "TIMESTAMP_MS": (False, 3),
    "TIMESTAMP_NS": (False, 9), "DATETIME64": (False, None), "SMALLDATETIME": (False, 0),
}  # fmt: skip
_UNSAID_ZONE = frozenset({("snowflake", "TIMESTAMP"), ("", "TIMESTAMP"), ("", "DATETIME"), ("sqlite", "TIMESTAMP"),
                          ("sqlite", "DATETIME")})  # fmt: skip
"""Snowflake's TIMESTAMP is what the account maps it to."""
_JSON = frozenset({"JSON", "JSONB", "VARIANT", "SUPER", "DYNAMIC"})
_SILENT = frozenset(
    {"NULL", "NOTHING", "UNKNOWN", "USERDEFINED", "AGGREGATEFUNCTION", "SIMPLEAGGREGATEFUNCTION"}
)
_ALL_FLOATS_DOUBLE = frozenset({"bigquery", "snowflake", "sqlite", "teradata", "exasol", "oracle"})

_DEFAULT_DECIMAL = {
    "snowflake": (38, 0), "mysql": (10, 0), "singlestore": (10, 0), "doris": (9, 0), "starrocks": (10, 0), "tsql": (18, 0),
    "fabric": (18, 0), "spark": (10, 0), "spark2": (10, 0), "databricks": (10, 0), "hive": (10, 0), "athena": (10, 0),
    "bigquery": (38, 9), "trino": (38, 0), "presto": (38, 0), "redshift": (18, 0), "postgres": (UNBOUNDED, UNBOUNDED),
    "oracle": (UNBOUNDED, UNBOUNDED), "teradata": (5, 0), "exasol": (18, 0), "duckdb": (18, 3), "clickhouse": (10, 0),
}  # fmt: skip
"""Precision and scale of a decimal that has none, by what the dialect makes of ``CREATE TABLE``."""
_DEFAULT_TEXT = {
    "snowflake": 16_777_216, "redshift": 256, "postgres": UNBOUNDED, "bigquery": UNBOUNDED, "trino": UNBOUNDED,
    "presto": UNBOUNDED, "athena": UNBOUNDED, "spark": UNBOUNDED, "spark2": UNBOUNDED, "databricks": UNBOUNDED,
    "hive": UNBOUNDED, "clickhouse": UNBOUNDED, "duckdb": UNBOUNDED,
}  # fmt: skip
"""Length of a text that has none."""
_DEFAULT_DIGITS = {
    "postgres": 6, "redshift": 6, "mysql": 0, "snowflake": 9, "oracle": 6, "duckdb": 6, "tsql": 7, "clickhouse": 3,
}  # fmt: skip
"""Digits of the seconds of a time that names none. Trino and Athena leave it to the connector."""
_DEFAULT_CHAR = {"duckdb": UNBOUNDED, "clickhouse": UNBOUNDED}
"""Length of a CHAR that has none where it is not 1."""
_REDSHIFT_MAX = 65_535
_DEFAULT_BPCHAR = {"postgres": UNBOUNDED, "redshift": 256}
_ENDLESS_TEXT = frozenset({"postgres", "duckdb", "clickhouse", "spark", "spark2", "databricks", "hive"})
"""Their TEXT or STRING takes no length, so that none was left out."""


def data_type_of(
    tree: Any, dialect: str, text: str, *, is_declared: bool = False, is_unsized: bool = False
) -> DataType | None:
    """Turn sqlglot's type into ours.

    :param text: what it was parsed from, in lower case.
    :param is_declared: sizes that are left out are the dialect's defaults.
    :param is_unsized: the text has no size, even where sqlglot puts one.
    """
    return _Reader(dialect, is_declared).read(tree, text, is_unsized)


class _Reader:
    """Reads one type with all that is nested in it."""

    def __init__(self, dialect: str, is_declared: bool) -> None:
        self.dialect = dialect
        self.is_declared = is_declared

    def read(self, tree: Any, text: str = "", is_unsized: bool = False) -> DataType | None:
        kind = getattr(getattr(tree, "this", None), "name", None)
        if not isinstance(kind, str):
            return None
        if kind in _INTEGERS or kind in _UNSIGNED:
            return self._integer(kind)
        if kind in _MONEY:
            precision, scale = _MONEY[kind]
            return DataType(Family.NUMBER, precision=precision, scale=scale)
        if kind in ("DECIMAL", "UDECIMAL", "BIGDECIMAL") or kind in _DECIMAL_WIDTHS:
            return self._decimal(kind, [] if is_unsized else _sizes(tree))
        if kind in ("FLOAT", "DOUBLE", "UDOUBLE"):
            return self._float(kind, _sizes(tree))
        if kind in _TEXTS:
            return self._text(kind, _sizes(tree))
        if kind in _BINARIES:
            return DataType(Family.BINARY, size=next(iter(_sizes(tree)), _BINARIES[kind]))
        if kind in _TIMESTAMPS:
            return self._timestamp(kind, tree, text)
        if kind in ("TIME", "TIMETZ", "TIME_NS"):
            digits = next(iter(_sizes(tree)), 9 if kind == "TIME_NS" else self._default_digits())
            return DataType(Family.TIME, precision=digits, has_timezone=kind == "TIMETZ")
        if kind == "BIT":
            is_flag = self.dialect in ("tsql", "fabric")
            size = next(iter(_sizes(tree)), 1 if self.is_declared else None)
            return DataType(Family.BOOLEAN) if is_flag else DataType(Family.BITS, size=size)
        nested = _NESTED.get(kind)
        if nested is not None:
            return nested(self, tree)
        if kind in _JSON:
            return DataType(Family.JSON)
        if kind in _PLAIN:
            return DataType(_PLAIN[kind])
        if kind in _SILENT:
            return None
        params = frozenset(one.sql().lower() if kind != "SET" else one.name for one in tree.expressions)
        return DataType(Family.OTHER, word=kind.lower(), values=params or None)

    def _integer(self, kind: str) -> DataType:
        if self.dialect == "snowflake":
            # Each of its words for integers is NUMBER(38, 0).
            return DataType(Family.NUMBER, precision=38, scale=0)
        if self.dialect in ("bigquery", "sqlite"):
            return _INT[64]
        return _UINT[_UNSIGNED[kind]] if kind in _UNSIGNED else _INT[_INTEGERS[kind]]

    def _decimal(self, kind: str, sizes: list[int]) -> DataType:
        if self.dialect == "sqlite":
            return DataType(Family.NUMBER)
        is_signed = kind != "UDECIMAL"
        if kind in _DECIMAL_WIDTHS and len(sizes) == 1:
            # ClickHouse: Decimal64(S)
            return DataType(Family.NUMBER, precision=_DECIMAL_WIDTHS[kind], scale=sizes[0])
        if sizes:
            scale = sizes[1] if len(sizes) > 1 else 0
            return DataType(Family.NUMBER, precision=sizes[0], scale=scale, is_signed=is_signed)
        if kind == "BIGDECIMAL":
            return DataType(Family.NUMBER, precision=76, scale=38)
        default = _DEFAULT_DECIMAL.get(self.dialect)
        if default is None or not (self.is_declared or self.dialect == "duckdb"):
            return DataType(Family.NUMBER, is_signed=is_signed)
        return DataType(Family.NUMBER, precision=default[0], scale=default[1], is_signed=is_signed)

    def _float(self, kind: str, sizes: list[int]) -> DataType:
        if self.dialect in _ALL_FLOATS_DOUBLE:
            return DataType(Family.FLOAT, bits=64)
        if len(sizes) == 1 and self.dialect in ("tsql", "fabric", "postgres", "redshift", "mysql"):
            # The SQL standard counts binary digits.
            return DataType(Family.FLOAT, bits=32 if sizes[0] <= 24 else 64)
        if kind == "FLOAT":
            return DataType(Family.FLOAT, bits=32 if self.dialect else None)
        return DataType(Family.FLOAT, bits=64)

    def _text(self, kind: str, sizes: list[int]) -> DataType:
        if self.dialect == "sqlite":
            # It keeps texts of any length in a VARCHAR(10).
            return _TEXT
        size = sizes[0] if sizes else _TEXTS[kind]
        if size == UNBOUNDED and self.dialect == "redshift":
            size = _REDSHIFT_MAX
        if size is None and kind == "TEXT" and self.dialect in _ENDLESS_TEXT:
            size = UNBOUNDED
        if size is None and self.is_declared:
            if kind == "BPCHAR" and self.dialect in _DEFAULT_BPCHAR:
                size = _DEFAULT_BPCHAR[self.dialect]
            elif "CHAR" in kind and "VAR" not in kind:
                size = _DEFAULT_CHAR.get(self.dialect, 1)
            else:
                size = _DEFAULT_TEXT.get(self.dialect)
        return DataType(Family.TEXT, size=size)

    def _timestamp(self, kind: str, tree: Any, text: str) -> DataType:
        has_timezone, precision = _TIMESTAMPS[kind]
        if (self.dialect, kind) in _UNSAID_ZONE and "without" not in text:
            has_timezone = None
        if self.dialect == "clickhouse":
            # Kept as seconds since 1970; a zone only tells how to show them.
            has_timezone, precision = True, 0 if kind == "DATETIME" else precision
        if precision is None:
            precision = self._default_digits()
        return DataType(
            Family.TIMESTAMP, precision=next(iter(_sizes(tree)), precision), has_timezone=has_timezone
        )

    def _default_digits(self) -> int | None:
        return _DEFAULT_DIGITS.get(self.dialect) if self.is_declared else None

    def array(self, tree: Any) -> DataType:
        elements = [one for one in tree.expressions if type(one).__name__ == "DataType"]
        return DataType(Family.ARRAY, element=self.read(elements[0]) if elements else None)

    def map(self, tree: Any) -> DataType:
        sides = [self.read(one) for one in tree.expressions if type(one).__name__ == "DataType"]
        return (
            DataType(Family.MAP, key=sides[0], element=sides[1]) if len(sides) == 2 else DataType(Family.MAP)
        )

    def struct(self, tree: Any) -> DataType:
        if not tree.expressions:
            return DataType(Family.STRUCT)
        fields = []
        for one in tree.expressions:
            kind = one.args.get("kind")
            if type(one).__name__ != "ColumnDef" or kind is None:
                return DataType(Family.STRUCT)
            fields.append(StructField(str(one.name), self.read(kind)))
        return DataType(Family.STRUCT, fields=tuple(fields))

    def enumeration(self, tree: Any) -> DataType:
        values = [getattr(one, "this", one) for one in tree.expressions]
        # ClickHouse: Enum8('a' = 1)
        texts = [getattr(value, "this", value) for value in values]
        if not texts or not all(isinstance(text, str) for text in texts):
            return _TEXT
        return DataType(Family.TEXT, values=frozenset(texts))

    def vector(self, tree: Any) -> DataType:
        elements = [self.read(one) for one in tree.expressions if type(one).__name__ == "DataType"]
        size = next(iter(_sizes(tree)), None)
        return DataType(Family.VECTOR, size=size, element=elements[0] if elements else None)

    def inner(self, tree: Any) -> DataType | None:
        return self.read(tree.expressions[0]) if tree.expressions else None


_NESTED: dict[str, Callable[[_Reader, Any], DataType | None]] = {
    "ARRAY": _Reader.array, "LIST": _Reader.array, "MAP": _Reader.map, "STRUCT": _Reader.struct,
    "OBJECT": _Reader.struct, "NESTED": _Reader.struct, "ENUM": _Reader.enumeration, "ENUM8": _Reader.enumeration,
    "ENUM16": _Reader.enumeration, "VECTOR": _Reader.vector, "LOWCARDINALITY": _Reader.inner,
}  # fmt: skip
_PLAIN = {
    "BOOLEAN": Family.BOOLEAN, "DATE": Family.DATE, "DATE32": Family.DATE, "INTERVAL": Family.INTERVAL,
    "UUID": Family.UUID, "HSTORE": Family.MAP,
}  # fmt: skip


def _sizes(tree: Any) -> list[int]:
    """Numbers in the brackets; ``max`` is no limit, ``*`` as many digits as there can be."""
    found = []
    for one in tree.expressions:
        if type(one).__name__ != "DataTypeParam":
            continue
        text = str(getattr(one, "name", "") or getattr(one.this, "name", ""))
        if text.isdigit() and text.isascii() and len(text) < 18:
            found.append(int(text))
        elif text.upper() == "MAX":
            found.append(UNBOUNDED)
        elif type(one.this).__name__ == "Star":
            found.append(38)
    return found
