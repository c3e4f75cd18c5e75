"""The words of a statement with every literal value already taken out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from sqlglot.tokens import TokenType

from airflow_lineage_provider.sql.quoting import is_misread, string_like
from airflow_lineage_provider.sql.token import LITERALS, is_command_tail, is_operand, tokens_of

if TYPE_CHECKING:
    from sqlglot.tokens import Token

MARK = "?"
SECRET_WORDS = re.compile(
    r"(PASSWORD|PASSWD|PWD|SECRET|TOKEN|API_?KEY|ACCESS_KEY|PRIVATE_KEY)", re.IGNORECASE
)
DOLLAR_QUOTED = re.compile(r"\$(\w*)\$.*?(\$\1\$|\Z)", re.DOTALL)
# A command tail may itself start with a command (EXPLAIN EXPLAIN ...); nobody nests deeper.
DEEPEST_TAIL = 4


class Lexeme(NamedTuple):
    """One word, sign or literal mark and the white space in front of it."""

    gap: str
    text: str
    quoted: bool = False


def lexemes_of(sql: str, dialect: str, depth: int = 0) -> list[Lexeme] | None:
    """Return the literal-free words of a text, or None when nobody knows where its literals are."""
    tokens = tokens_of(sql, dialect)
    if tokens is None or is_misread(sql, tokens, dialect):
        return None
    strings = string_like(sql, tokens, dialect)
    lexemes: list[Lexeme] = []
    position = 0
    previous: Token | None = None
    for token in tokens:
        if token.start < position and previous is not None and not is_command_tail(token, previous):
            continue
        gap = _gap(sql[position : token.start]) if previous is not None else ""
        body = DOLLAR_QUOTED.match(sql, token.start) if sql.startswith("$", token.start) else None
        if is_command_tail(token, previous):
            lexemes.extend(_tail(token.text, dialect, depth))
        elif body:
            # Dialects without dollar quoting read $$ as a sign and the body as SQL.
            lexemes.append(Lexeme(gap, MARK))
            position, previous = body.end(), token
            continue
        else:
            lexemes.append(Lexeme(gap, MARK) if token.start in strings else _lexeme(sql, token, gap))
        position = token.end + 1
        previous = token
    return list(_without_secrets(_without_signs(lexemes, tokens)))


def _gap(between: str) -> str:
    # What lies between two tokens is white space and comments; only its shape is kept.
    if not between:
        return ""
    if "\n" not in between:
        return " "
    indent = between.rsplit("\n", 1)[1]
    return "\n" + (indent if indent.isspace() else "")


def _lexeme(sql: str, token: Token, gap: str) -> Lexeme:
    if token.token_type in LITERALS:
        return Lexeme(gap, MARK)
    text = sql[token.start : token.end + 1]
    if token.token_type == TokenType.HINT:
        text = "/*+"
    return Lexeme(gap, text, token.token_type == TokenType.IDENTIFIER)


def _tail(text: str, dialect: str, depth: int) -> list[Lexeme]:
    inner = lexemes_of(text, dialect, depth + 1) if depth < DEEPEST_TAIL else None
    if inner is None:
        return [Lexeme(" ", MARK)]
    return [Lexeme(" ", first.text, first.quoted) if at == 0 else first for at, first in enumerate(inner)]


def _without_signs(lexemes: list[Lexeme], tokens: list[Token]) -> list[Lexeme]:
    # The sign of a number belongs to its value, or -1 and 1 would be two statements.
    if len(lexemes) != len(tokens):
        return lexemes
    signs = {
        at
        for at, (sign, number) in enumerate(pairwise(tokens))
        if sign.token_type in (TokenType.DASH, TokenType.PLUS)
        and number.token_type == TokenType.NUMBER
        and (at == 0 or not is_operand(tokens[at - 1]))
    }
    if not signs:
        return lexemes
    kept = []
    for at, lexeme in enumerate(lexemes):
        if at in signs:
            continue
        kept.append(Lexeme(lexemes[at - 1].gap, MARK) if at - 1 in signs else lexeme)
    return kept


def _without_secrets(lexemes: list[Lexeme]) -> Iterator[Lexeme]:
    # PASSWORD = hunter2 names its value without quotes.
    before: list[str] = ["", ""]
    for lexeme in lexemes:
        secret = before[1] == "=" and SECRET_WORDS.search(before[0]) is not None
        yield Lexeme(lexeme.gap, MARK) if secret and not lexeme.quoted else lexeme
        before = [before[1], lexeme.text]
