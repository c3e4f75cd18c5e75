"""A statement's syntax tree, or a reason without any of its text why there is none."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlglot import Dialect
from sqlglot.errors import ParseError

from airflow_lineage_provider.sql.placeholder import bindable
from airflow_lineage_provider.sql.token import tokens_of

LONGEST_PARSED = 200_000
"""Characters of one statement."""

_COPY = re.compile(r"\s*COPY\b", re.IGNORECASE)
_COPY_OPTIONS = re.compile(r"(\bFROM\s{1,50}STDIN|\bTO\s{1,50}STDOUT)\s{0,50}\(", re.IGNORECASE)
SAFE_DESCRIPTION = re.compile(r"Expecting ([A-Z_]+|[^\w\s'\"]{1,2})\.?")


class UnreadableStatement(Exception):
    """A statement has no syntax tree; the message holds no text of the statement."""


def tree_of(sql: str, dialect: str) -> Any:
    """Return the sqlglot expression of one statement; raises UnreadableStatement."""
    if len(sql) > LONGEST_PARSED:
        raise UnreadableStatement(f"statement is longer than {LONGEST_PARSED} characters")
    try:
        with quiet_parser():
            text = _with_options(bindable(sql, dialect))
            tokens = tokens_of(text, dialect)
            if tokens is None:
                raise UnreadableStatement("could not split the statement into words")
            parser = Dialect.get_or_raise(dialect).parser()
            trees = [tree for tree in parser.parse(list(tokens), text) if tree is not None]
    except UnreadableStatement:
        raise
    except RecursionError:
        raise UnreadableStatement("statement is nested too deeply to be parsed") from None
    except ParseError as error:
        raise UnreadableStatement(_message(error)) from None
    except Exception as error:
        # sqlglot raises whatever its parsing methods run into on odd input.
        raise UnreadableStatement(f"the parser stopped with {type(error).__name__}") from None
    if not trees:
        raise UnreadableStatement("statement is empty")
    return trees[0]


def _with_options(sql: str) -> str:
    """Spell out the WITH that PostgreSQL lets out before the options of COPY and the parser does not."""
    return _COPY_OPTIONS.sub(r"\1 WITH (", sql) if _COPY.match(sql) else sql


def _message(error: ParseError) -> str:
    detail = error.errors[0] if error.errors else {}
    message = f"could not parse near line {detail.get('line') or '?'}, column {detail.get('col') or '?'}"
    expected = SAFE_DESCRIPTION.match(str(detail.get("description") or ""))
    return f"{message}: expected {expected.group(1)}" if expected else message


class _Quiet(logging.Filter):
    """Drops sqlglot's own warnings, which quote the statement, in threads that parse for lineage."""

    def __init__(self) -> None:
        super().__init__()
        self.thread = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        return not getattr(self.thread, "parsing", False)


_QUIET = _Quiet()


@contextmanager
def quiet_parser() -> Iterator[None]:
    """Keep sqlglot's logger silent in this thread only."""
    logging.getLogger("sqlglot").addFilter(_QUIET)
    before = getattr(_QUIET.thread, "parsing", False)
    _QUIET.thread.parsing = True
    try:
        yield
    finally:
        _QUIET.thread.parsing = before
