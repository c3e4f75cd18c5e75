"""Tokens of a statement, whatever its dialect and however broken it is."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from sqlglot import Dialect
from sqlglot.tokens import TokenType

from airflow_lineage_provider.sql.dialect import known_dialect

if TYPE_CHECKING:
    from sqlglot.tokens import Token

LITERALS = frozenset(
    getattr(TokenType, name)
    for name in (
        "STRING",
        "NUMBER",
        "BIT_STRING",
        "BYTE_STRING",
        "HEX_STRING",
        "HEREDOC_STRING",
        "NATIONAL_STRING",
        "NATIONAL_RAW_STRING",
        "RAW_STRING",
        "UNICODE_STRING",
    )
    if hasattr(TokenType, name)
)
STRINGS = LITERALS - {TokenType.NUMBER}


def tokens_of(sql: str, dialect: str) -> list[Token] | None:
    """Return the tokens of a text, or None when the dialect's tokenizer refuses it.

    The list is shared between callers: nobody may change it.
    """
    return _remembered(sql, dialect) if len(sql) <= LONGEST_REMEMBERED else _long(sql, dialect)


def forget_long() -> None:
    """Drop the tokens of long texts, which are kept only while one is read."""
    _long.cache_clear()


def _tokenize(sql: str, dialect: str) -> list[Token] | None:
    try:
        return list(Dialect.get_or_raise(known_dialect(dialect)).tokenize(sql))
    except Exception:
        return None


# Cutting, redacting, reading and parsing one statement each need its tokens, one after the other.
LONGEST_REMEMBERED = 50_000
_remembered = lru_cache(maxsize=8)(_tokenize)
_long = lru_cache(maxsize=2)(_tokenize)


def is_command_tail(token: Token, previous: Token | None) -> bool:
    """Say whether a STRING token is the raw remainder that sqlglot swallows after words like CALL."""
    return (
        token.token_type == TokenType.STRING
        and previous is not None
        and previous.token_type not in LITERALS
        and token.end - token.start + 1 <= len(token.text)
    )


def is_operand(token: Token) -> bool:
    """Say whether a binary operator may follow the token."""
    return token.token_type in LITERALS or token.token_type in {
        TokenType.VAR,
        TokenType.IDENTIFIER,
        TokenType.R_PAREN,
        TokenType.R_BRACKET,
    }
