"""Long VALUES lists, shortened before anybody parses them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot.tokens import TokenType

from airflow_lineage_provider.sql.token import tokens_of

if TYPE_CHECKING:
    from sqlglot.tokens import Token

MOST_ROWS = 50
"""Rows kept of one VALUES list: as many as column lineage looks at."""

SHORTEST = 2_000
"""Characters; a shorter text has no list worth the look."""

# A row with one of these may read a table and stays.
QUERY_WORDS = frozenset({"SELECT", "FROM", "WITH", "TABLE"})


def without_rows(sql: str, dialect: str) -> str:
    """Return the statement with only the first rows of its VALUES lists and those that hold a query.

    Line breaks stay, so that an error still names its line.
    """
    tokens = tokens_of(sql, dialect) if len(sql) >= SHORTEST else None
    if not tokens:
        return sql
    parts: list[str] = []
    position = at = 0
    while at < len(tokens):
        at += 1
        if tokens[at - 1].token_type != TokenType.VALUES:
            continue
        rows = 0
        while at < len(tokens) and tokens[at].token_type == TokenType.L_PAREN:
            end, reads = _row(tokens, at)
            if end < 0:
                return sql  # never closed: looking for the end of each row within would take long
            rows += 1
            if rows > MOST_ROWS and not reads:
                # The comma in front of the row goes with it.
                left, right = tokens[at - 1].start, tokens[end].end + 1
                parts.append(sql[position:left] + "\n" * sql.count("\n", left, right))
                position = right
            at = end + 1
            if at >= len(tokens) or tokens[at].token_type != TokenType.COMMA:
                break
            at += 1
    parts.append(sql[position:])
    return "".join(parts)


def _row(tokens: list[Token], at: int) -> tuple[int, bool]:
    """Return the index of a row's last token, -1 if there is none, and whether the row holds a query."""
    depth, reads = 0, False
    for end in range(at, len(tokens)):
        kind = tokens[end].token_type
        if kind == TokenType.L_PAREN:
            depth += 1
        elif kind == TokenType.R_PAREN:
            depth -= 1
            if depth == 0:
                return end, reads
        elif kind not in (TokenType.STRING, TokenType.NUMBER) and tokens[end].text.upper() in QUERY_WORDS:
            reads = True
    return -1, reads
