"""Bind and template placeholders, made readable for the parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot.tokens import TokenType

from airflow_lineage_provider.sql.token import is_operand, tokens_of

if TYPE_CHECKING:
    from sqlglot.tokens import Token

TEMPLATE_NAME = "__template__"
"""Stands for a table name that a template makes at run time; such a table is no dataset."""

NAME_FOLLOWS = frozenset(
    {
        TokenType.FROM,
        TokenType.JOIN,
        TokenType.INTO,
        TokenType.TABLE,
        TokenType.UPDATE,
        TokenType.DOT,
        TokenType.VIEW,
        TokenType.USING,
    }
)


ENDS = {TokenType.L_BRACE: TokenType.R_BRACE, TokenType.BLOCK_START: TokenType.BLOCK_END}
LONGEST_TEMPLATE = 1_000
"""Tokens between the braces of a template."""


def bindable(sql: str, dialect: str) -> str:
    """Return the statement with ``%s``, ``%(name)s`` and ``{{ }}`` replaced by what a parser reads.

    Works on tokens: a ``%s`` in a string stays and a modulo before a column named s stays.
    """
    if "%" not in sql and "{" not in sql:
        return sql
    tokens = tokens_of(sql, dialect)
    if tokens is None:
        return sql
    parts: list[str] = []
    position = 0
    at = 0
    # Without an end further on, no beginning needs to look for one.
    last = {token.token_type: at for at, token in enumerate(tokens)}
    while at < len(tokens):
        kind = tokens[at].token_type
        if kind in ENDS and last.get(ENDS[kind], -1) < at:
            at += 1
            continue
        length, text = _replacement(tokens, at)
        if length:
            parts.append(sql[position : tokens[at].start])
            parts.append(text)
            position = tokens[at + length - 1].end + 1
        at += max(length, 1)
    parts.append(sql[position:])
    return "".join(parts)


def _replacement(tokens: list[Token], at: int) -> tuple[int, str]:
    kind = tokens[at].token_type
    if kind == TokenType.MOD:
        return _bind(tokens, at)
    if kind == TokenType.L_BRACE and _follows(tokens, at, TokenType.L_BRACE):
        return _template(tokens, at)
    if kind == TokenType.BLOCK_START:
        for end in range(at + 1, min(at + LONGEST_TEMPLATE, len(tokens))):
            if tokens[end].token_type == TokenType.BLOCK_END:
                return end - at + 1, " "
    return 0, ""


def _bind(tokens: list[Token], at: int) -> tuple[int, str]:
    before = tokens[at - 1] if at else None
    if before is not None and before.token_type == TokenType.PARAMETER:
        return 0, ""  # Snowflake's table stage: @%t
    if _follows(tokens, at, TokenType.MOD):
        return 2, "%"
    if before is not None and is_operand(before):
        return 0, ""
    if _follows(tokens, at, TokenType.VAR) and tokens[at + 1].text in {"s", "d", "b", "t"}:
        return 2, _mark(before, _at(tokens, at + 2))
    if _follows(tokens, at, TokenType.L_PAREN):
        for end in range(at + 2, min(at + 8, len(tokens) - 1)):
            if tokens[end].token_type == TokenType.R_PAREN:
                formatted = _follows(tokens, end, TokenType.VAR) and tokens[end + 1].text in {"s", "d", "b"}
                return (end - at + 2, _mark(before, _at(tokens, end + 2))) if formatted else (0, "")
    return 0, ""


def _template(tokens: list[Token], at: int) -> tuple[int, str]:
    for end in range(at + 2, min(at + LONGEST_TEMPLATE, len(tokens) - 1)):
        if tokens[end].token_type == TokenType.R_BRACE and _follows(tokens, end, TokenType.R_BRACE):
            before = tokens[at - 1] if at else None
            after = tokens[end + 2] if end + 2 < len(tokens) else None
            if before is not None and is_operand(before) and _touching(before, tokens[at]):
                return end - at + 2, TEMPLATE_NAME  # a name that ends in a template: events_{{ ds }}
            named = after is not None and _touching(tokens[end + 1], after)
            if named and after is not None and after.token_type in (TokenType.DOT, TokenType.VAR):
                return end - at + 2, TEMPLATE_NAME
            return end - at + 2, _mark(before, after)
    return 0, ""


def _mark(before: Token | None, after: Token | None) -> str:
    if before is not None and before.token_type in NAME_FOLLOWS:
        return TEMPLATE_NAME
    # The parser takes no cast of a question mark: %(id)s::BIGINT, as SQLAlchemy writes it for psycopg.
    return "NULL" if after is not None and after.token_type == TokenType.DCOLON else "?"


def _at(tokens: list[Token], at: int) -> Token | None:
    return tokens[at] if at < len(tokens) else None


def _follows(tokens: list[Token], at: int, kind: TokenType) -> bool:
    return (
        at + 1 < len(tokens) and tokens[at + 1].token_type == kind and _touching(tokens[at], tokens[at + 1])
    )


def _touching(left: Token, right: Token) -> bool:
    return bool(left.end + 1 == right.start)
