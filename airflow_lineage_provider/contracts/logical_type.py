"""The kinds of values that ODCS knows, for types as systems write them."""

from __future__ import annotations

from airflow_lineage_provider.model.data_type import DataType, Family
from airflow_lineage_provider.sql.type_reading import read_type

_BY_FAMILY = {
    Family.BOOLEAN: "boolean",
    Family.ANY_FLAG: "boolean",
    Family.FLOAT: "number",
    Family.ANY_NUMBER: "number",
    Family.TEXT: "string",
    Family.ANY_TEXT: "string",
    Family.UUID: "string",
    Family.DATE: "date",
    Family.ANY_DAY: "date",
    Family.TIME: "time",
    Family.TIMESTAMP: "timestamp",
    Family.JSON: "object",
    Family.STRUCT: "object",
    Family.MAP: "object",
    Family.ANY_OBJECT: "object",
    Family.ARRAY: "array",
    Family.VECTOR: "array",
    Family.ANY_LIST: "array",
}


def logical_type(text: str | None, dialect: str | None) -> str | None:
    """``logicalType`` of ODCS 3.1; ``None``: the type is not known, or ODCS has no word for it."""
    found = read_type(text, dialect)
    if found is None:
        return None
    if found.family is Family.NUMBER:
        return "integer" if _is_whole(found) else "number"
    return _BY_FAMILY.get(found.family)


def _is_whole(number: DataType) -> bool:
    return number.bits is not None or number.scale == 0
