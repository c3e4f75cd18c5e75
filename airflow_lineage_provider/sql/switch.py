"""USE and its like: the default catalog and schema of later statements."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

from airflow_lineage_provider.sql.dialect import table_case
from airflow_lineage_provider.sql.session import Session
from airflow_lineage_provider.sql.words import Words

# USE x names a database above schemas here; everywhere else it names the level just above tables.
CATALOG_FIRST = frozenset({"snowflake", "tsql", "fabric", "duckdb"})
NOT_A_PLACE = frozenset({"WAREHOUSE", "ROLE", "SECONDARY ROLES", "SECONDARY"})
UNSEEN_SCHEMAS = frozenset({"$user", "pg_catalog", "pg_temp"})


def switch_defaults(tree: Any, session: Session) -> None:
    """Apply a USE statement that the parser understood."""
    if isinstance(tree, exp.Select):
        _set_config(tree, session)
    if not isinstance(tree, exp.Use) or not isinstance(tree.this, exp.Table):
        return
    kind = str(getattr(tree.args.get("kind"), "name", "") or "").upper()
    if kind in NOT_A_PLACE:
        return
    name = _case(tree.this.this, session)
    above = _case(tree.this.args.get("db"), session)
    if not name:
        return
    if above:
        session.use(above, name)
    elif (kind in {"DATABASE", "CATALOG"} and session.dialect != "hive") or (
        not kind and session.dialect in CATALOG_FIRST
    ):
        if session.dialect in {"databricks", "spark"} and kind == "DATABASE":
            session.use(session.catalog, name)
        else:
            session.use(name, session.default_schema())
    else:
        session.use(session.catalog, name)


def _set_config(select: Any, session: Session) -> None:
    """Apply PostgreSQL's SELECT set_config('search_path', 'a, b', false)."""
    call = select.expressions[0] if len(select.expressions) == 1 else None
    if not isinstance(call, exp.Anonymous) or str(call.this).lower() != "set_config":
        return
    texts = [str(one.this) for one in call.expressions[:2] if isinstance(one, exp.Literal)]
    if len(texts) == 2 and texts[0].lower() == "search_path":
        _use_schema(Words(texts[1], session.dialect), session)


def switch_by_words(words: Words, session: Session) -> bool:
    """Apply SET search_path and the other spellings; False when the statement is something else."""
    if words.take("RESET", "SEARCH_PATH"):
        session.go_home()
        return True
    if words.take("ALTER", "SESSION", "SET", "CURRENT_SCHEMA"):
        words.take("=")
        _use_schema(words, session)
        return True
    if not words.take("SET"):
        return False
    if not words.take("SESSION"):
        words.take("LOCAL")
    if words.take("SEARCH_PATH") or words.take("SCHEMA"):
        if not words.take("="):
            words.take("TO")
        _use_schema(words, session)
        return True
    return False


def _use_schema(words: Words, session: Session) -> None:
    if words.take("DEFAULT"):
        session.go_home()
        return
    while not words.done():
        text, quoted = words.text()
        if not text:
            return
        path = [part for part in text.split(".") if part]
        if path and path[-1].lower() not in UNSEEN_SCHEMAS:
            cased = [table_case(part.strip(), session.dialect, quoted) for part in path]
            session.use(cased[-2] if len(cased) > 1 else session.catalog, cased[-1])
            return
        if not words.take(","):
            return


def _case(identifier: Any, session: Session) -> str | None:
    if not isinstance(identifier, exp.Identifier):
        return None
    return table_case(str(identifier.this), session.dialect, bool(identifier.args.get("quoted")))
