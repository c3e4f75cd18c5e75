"""Scripts of one session to the lineage of their statements."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from airflow_lineage_provider.sql.budget import DEFAULT_SECONDS
from airflow_lineage_provider.sql.statement import StatementLineage, Table

ColumnsOf = Callable[[Table], Sequence[str] | None]
"""Known columns of a table in order, None if they are unknown."""

MOST_CACHED = 2_048
LONGEST_CACHED = 50_000
"""Characters of all scripts of a call; longer ones are generated and seldom come twice."""

MOST_CACHED_EDGES = 2_000
"""Column edges of an entry."""


@dataclass(frozen=True, slots=True)
class Script:
    """Statement text as a worker saw it; ``dialect`` is a sqlglot name, unknown ones mean the generic one."""

    sql: str
    dialect: str
    default_catalog: str | None = None
    default_schema: str | None = None


Answers = dict[Table, tuple[str, ...] | None]
_cache: OrderedDict[str, tuple[Answers, list[list[StatementLineage]]]] = OrderedDict()
_cache_lock = threading.Lock()


def parse_scripts(
    scripts: Sequence[Script],
    columns_of: ColumnsOf | None = None,
    *,
    budget_seconds: float = DEFAULT_SECONDS,
) -> list[list[StatementLineage]]:
    """Return one list of statements for each script, in order.

    The scripts ran in one session: temporary tables are no datasets and lineage goes through them, USE
    and search_path hold for what follows. ``columns_of`` returns a table's known columns in order or
    None. Never raises: what cannot be read has ``error`` set, and what was left out of a statement's
    columns is named in ``truncated``.

    ``budget_seconds`` is asked between statements and within column lineage: after it only short
    statements are read, without columns, and soon none. One statement's parsing is not interrupted.
    """
    key = _key(scripts)
    if key is not None:
        with _cache_lock:
            hit = _cache.get(key)
            if hit is not None:
                _cache.move_to_end(key)
        # A table may have other columns today: the entry holds only while every answer is the same.
        if hit is not None and _answers(hit[0], columns_of) == hit[0]:
            return [list(statements) for statements in hit[1]]
    from airflow_lineage_provider.sql.reader import read_scripts

    asked, result, in_time = read_scripts(scripts, columns_of, budget_seconds)
    # What the clock cut short may be read in full next time.
    if key is not None and in_time and _edges(result) <= MOST_CACHED_EDGES:
        with _cache_lock:
            _cache[key] = (asked, result)
            _cache.move_to_end(key)
            while len(_cache) > MOST_CACHED:
                _cache.popitem(last=False)
    return [list(statements) for statements in result]


def _edges(result: Sequence[Sequence[StatementLineage]]) -> int:
    return sum(len(line.sources) for script in result for one in script for line in one.columns)


def _answers(asked: Answers, columns_of: ColumnsOf | None) -> Answers:
    from airflow_lineage_provider.sql.session import known_columns

    return {table: known_columns(columns_of, table) for table in asked}


def _key(scripts: Sequence[Script]) -> str | None:
    if sum(len(script.sql) for script in scripts) > LONGEST_CACHED:
        return None
    digest = hashlib.sha256()
    for script in scripts:
        for part in (script.sql, script.dialect, script.default_catalog, script.default_schema):
            text = b"-" if part is None else part.encode("utf-8", "surrogatepass")
            digest.update(f"{part is None}{len(text)}:".encode() + text)
    return digest.hexdigest()
