"""Double-quoted text: a name in one system, a string in the next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot.tokens import TokenType

if TYPE_CHECKING:
    from sqlglot.tokens import Token

PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_$]*\Z")

# These read "x" as a name, and as a string where no such column exists or a setting says so.
NAMES_OR_STRINGS = frozenset({"sqlite", "tsql", "fabric", "athena"})

NAME_FOLLOWS = frozenset(
    {TokenType.FROM, TokenType.JOIN, TokenType.INTO, TokenType.UPDATE, TokenType.TABLE, TokenType.DOT}
)
QUERY_STARTS = frozenset({TokenType.SELECT, TokenType.DELETE, TokenType.UPDATE, TokenType.INSERT})

# Regions that other systems read as one name: an odd quote in there shifts every string behind it.
OTHER_NAMES = re.compile(r"`[^`]*`|\[[^\[\]]*\]")


def may_be_string(name: str, dialect: str) -> bool:
    """Say whether a quoted word that stands where a value may stand can be a string."""
    return not dialect or (dialect in NAMES_OR_STRINGS and PLAIN_NAME.match(name) is None)


def string_like(sql: str, tokens: list[Token], dialect: str) -> frozenset[int]:
    """Return the starts of the tokens that the dialect calls names and that may be strings all the same."""
    if '"' not in sql or (dialect and dialect not in NAMES_OR_STRINGS):
        return frozenset()
    found: set[int] = set()
    in_query = [True]
    for at, token in enumerate(tokens):
        kind = token.token_type
        if kind == TokenType.L_PAREN:
            in_query.append(False)
        elif kind == TokenType.R_PAREN and len(in_query) > 1:
            in_query.pop()
        elif kind in QUERY_STARTS:
            in_query[-1] = True
        elif kind == TokenType.IDENTIFIER and sql[token.start] == '"':
            plain = PLAIN_NAME.match(token.text) is not None
            known = bool(dialect) or _stands_as_name(tokens, at, in_query[-1])
            if not plain or not known:
                found.add(token.start)
    return frozenset(found)


def _stands_as_name(tokens: list[Token], at: int, in_query: bool) -> bool:
    if at + 1 < len(tokens) and tokens[at + 1].token_type == TokenType.DOT:
        return True
    before = tokens[at - 1].token_type if at else None
    if before == TokenType.FROM:
        # trim(BOTH x FROM "text") and x IS DISTINCT FROM "text"
        return in_query and (at < 2 or tokens[at - 2].token_type != TokenType.DISTINCT)
    return before in NAME_FOLLOWS


def is_misread(sql: str, tokens: list[Token], dialect: str) -> bool:
    """Say whether strings may begin and end elsewhere than the tokens say, so that values look like words."""
    if dialect:
        # A quote that the dialect has no use for: what it encloses was read as words.
        return ('"' in sql or "`" in sql) and any(
            token.token_type == TokenType.UNKNOWN and token.text in ('"', "`") for token in tokens
        )
    if "\\'" in sql or '\\"' in sql:
        return True
    for token in tokens:
        if token.token_type == TokenType.HASH:
            end = sql.find("\n", token.end)
            line = sql[token.end : end if end >= 0 else len(sql)]
            if "'" in line or '"' in line:
                return True  # a comment in MySQL
    return any(
        match.group().count("'") % 2 or match.group().count('"') % 2 for match in OTHER_NAMES.finditer(sql)
    )
