"""Which letter case a system stores table names in, by SQL dialect."""

from __future__ import annotations

import re
from enum import StrEnum

LOWERS_UNQUOTED = frozenset({"postgres", "materialize", "risingwave"})
UPPERS_UNQUOTED = frozenset({"snowflake", "oracle", "exasol"})
# The catalogs of these engines store every table name in lower case, quoted or not.
LOWERS_ALL = frozenset(
    {"redshift", "trino", "presto", "athena", "dune", "hive", "spark", "spark2", "databricks"}
)
# These keep the letters as written and can still not hold two tables that differ in nothing else. SQL Server
# is that way with the collation it is installed with. MySQL and BigQuery are not here: they tell them apart.
IGNORES = frozenset({"sqlite", "duckdb", "tsql", "teradata", "vertica"})

_PLAIN = re.compile(r"[A-Za-z_]\w*\Z")


class LetterCase(StrEnum):
    """What is done with the letters of a name so that one table has one name."""

    KEPT = "kept"
    LOWER = "lower"
    UPPER_IF_ALL_LOWER = "upper if all lower"


def letter_case_of(dialect: str) -> LetterCase:
    """How names of a dialect are folded when nobody knows any more whether they were quoted."""
    if dialect in LOWERS_ALL or dialect in IGNORES:
        return LetterCase.LOWER
    return LetterCase.UPPER_IF_ALL_LOWER if dialect in UPPERS_UNQUOTED else LetterCase.KEPT


def in_letter_case(name: str, case: LetterCase) -> str:
    """Fold a whole dotted name. A name with capitals may be quoted and stands as it is where that matters."""
    if case is LetterCase.LOWER:
        return name.lower()
    if case is LetterCase.UPPER_IF_ALL_LOWER and name == name.lower():
        return name.upper()
    return name


def default_case(part: str | None, dialect: str) -> str | None:
    """Return a default in the case the server resolves it to; a connection gives it as unquoted text."""
    if not part:
        return None
    if dialect in LOWERS_ALL:
        return part.lower()
    return part.upper() if dialect in UPPERS_UNQUOTED and _PLAIN.match(part) else part
