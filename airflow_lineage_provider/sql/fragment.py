"""One statement's text, cut out of a script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot.tokens import TokenType

from airflow_lineage_provider.sql.redaction import LONGEST_TOKENIZED
from airflow_lineage_provider.sql.token import is_command_tail, tokens_of

if TYPE_CHECKING:
    from sqlglot.tokens import Token

ROUTINES = frozenset({"PROCEDURE", "PROC", "FUNCTION", "TRIGGER", "PACKAGE", "TASK", "EVENT"})
TRANSACTION_WORDS = frozenset(
    {
        "TRANSACTION",
        "TRAN",
        "WORK",
        "DEFERRED",
        "IMMEDIATE",
        "EXCLUSIVE",
        "ISOLATION",
        "READ",
        "NOT",
        "DISTRIBUTED",
    }
)
LOOSE_WORDS = frozenset({"BEGIN", "ELSE", "THEN", "LOOP", "END"})
FROM_STDIN = re.compile(r"\bFROM\s{1,50}STDIN\b[^;]{0,2000};", re.IGNORECASE)
DATA_END = re.compile(r"^\\\.[^\n]*$", re.MULTILINE)
DO_BODY = re.compile(r"\s*(?:LANGUAGE\s+\w+\s+)?\$(\w*)\$(.*)\$\1\$", re.IGNORECASE | re.DOTALL)
DEEPEST_BLOCK = 3
DECLARING = frozenset({"oracle", "snowflake", "exasol"})
"""Here a script may be a block: DECLARE ... BEGIN ... END."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """The text of one statement without the semicolon and outer comments."""

    text: str


def fragments_of(sql: str, dialect: str, depth: int = 0) -> list[Fragment]:
    """Cut a script at its semicolons; the body of a routine stays whole, a DO block is opened.

    A script that cannot be tokenized comes back as one fragment.
    """
    if len(sql) > LONGEST_TOKENIZED:
        return [Fragment(sql.strip())]
    # A lone statement is then the very text whose tokens are known already.
    sql = sql.strip().rstrip("; \t\r\n")
    # The rows after COPY ... FROM STDIN (as pg_dump writes them) are data, not SQL.
    sql = _without_data(sql) if "\\." in sql else sql
    tokens = tokens_of(sql, dialect)
    if tokens is None:
        return [Fragment(sql.strip())] if sql.strip() else []
    fragments: list[Fragment] = []
    groups = _groups(tokens, sql)
    if depth or dialect in DECLARING:
        groups = _behind_declarations(groups)
    for group in groups:
        headers: list[list[Token]] = []
        start = _start(group, headers)
        fragments.extend(Fragment(query) for query in map(_query_of, headers, [sql] * len(headers)) if query)
        if start >= len(group):
            continue
        if start and is_command_tail(group[start], group[start - 1]) and depth < DEEPEST_BLOCK:
            # BigQuery's tokenizer swallows what follows BEGIN.
            inside = sql[group[start - 1].end + 1 : group[-1].end + 1]
            fragments.extend(fragments_of(inside, dialect, depth + 1))
            continue
        text = sql[group[start].start : group[-1].end + 1]
        block = DO_BODY.match(text[2:]) if group[start].text.upper() == "DO" else None
        if block and depth < DEEPEST_BLOCK:
            fragments.extend(fragments_of(block.group(2), dialect, depth + 1))
        else:
            fragments.append(Fragment(text))
    return fragments


def _without_data(sql: str) -> str:
    parts: list[str] = []
    position = 0
    while (copy := FROM_STDIN.search(sql, position)) is not None:
        line = sql.find("\n", copy.end())
        end = DATA_END.search(sql, line + 1) if line >= 0 else None
        if end is None:
            break
        parts.append(sql[position : copy.end()])
        position = end.end()
    parts.append(sql[position:])
    return "".join(parts)


def _groups(tokens: list[Token], sql: str) -> list[list[Token]]:
    groups: list[list[Token]] = []
    group: list[Token] = []
    routine = False
    depth = 0
    for at, token in enumerate(tokens):
        word = token.text.upper() if token.token_type != TokenType.IDENTIFIER else ""
        if not group:
            routine, depth = False, 0
        if len(group) < 6 and word in ROUTINES and group and group[0].text.upper() in {"CREATE", "ALTER"}:
            routine = True
        if routine and not is_command_tail(token, group[-1] if group else None):
            depth = _block_depth(depth, word, tokens, at)
        if (token.token_type == TokenType.SEMICOLON and depth <= 0) or _is_go(token, tokens, at, sql):
            if group:
                groups.append(group)
            group = []
        else:
            group.append(token)
    if group:
        groups.append(group)
    return groups


def _behind_declarations(groups: list[list[Token]]) -> list[list[Token]]:
    """Drop what stands between DECLARE and BEGIN, but for the queries of cursors."""
    if not groups or groups[0][0].text.upper() != "DECLARE":
        return groups
    queries: list[list[Token]] = []
    for at, group in enumerate(groups):
        words = [token.text.upper() for token in group]
        if words[0] == "BEGIN":
            return queries + groups[at:]
        if "BEGIN" in words:
            return groups
        if "CURSOR" in words and "SELECT" in words:
            queries.append(group[words.index("SELECT") :])
    return groups


def _block_depth(depth: int, word: str, tokens: list[Token], at: int) -> int:
    following = tokens[at + 1].text.upper() if at + 1 < len(tokens) else ""
    before = tokens[at - 1].text.upper() if at else ""
    if word in {"BEGIN", "CASE"} and following not in TRANSACTION_WORDS and before != "END":
        return depth + 1
    if word == "END" and following not in {"IF", "LOOP", "WHILE", "FOR", "REPEAT"}:
        return depth - 1
    return depth


def _is_go(token: Token, tokens: list[Token], at: int, sql: str) -> bool:
    """Say whether the token is the batch separator of SQL Server's tools: GO alone on its line."""
    if token.token_type != TokenType.VAR or token.text.upper() != "GO":
        return False
    # Only up to the neighbours: the line may be as long as the script and hold nothing but GOs.
    left = sql[tokens[at - 1].end + 1 : token.start] if at else "\n"
    right = sql[token.end + 1 : tokens[at + 1].start] if at + 1 < len(tokens) else "\n"
    alone = "\n" in left and "\n" in right
    return alone and not (left.rpartition("\n")[2] + right.partition("\n")[0]).strip()


def _query_of(header: list[Token], sql: str) -> str:
    """Return the query in what stands between IF and THEN or FOR and LOOP, or "" when there is none."""
    words = [token.text.upper() for token in header]
    if not header or "SELECT" not in words:
        return ""
    if words[0] == "FOR":
        at = words.index("IN") + 1 if "IN" in words else len(header)
        while at < len(header) and words[at] in {"(", "REVERSE"}:
            at += 1
        if at >= len(header) or words[at] not in {"SELECT", "WITH"}:
            return ""
        end = len(header)
        surplus = words[at:].count(")") - words[at:].count("(")  # that of FOR r IN (SELECT ...)
        while surplus > 0 and words[end - 1] == ")":
            end -= 1
            surplus -= 1
        return sql[header[at].start : header[end - 1].end + 1]
    return f"SELECT 1 WHERE {sql[header[1].start : header[-1].end + 1]}"


def _start(group: list[Token], headers: list[list[Token]]) -> int:
    """Return the index of the first token behind block words such as BEGIN, ELSE or IF x THEN.

    What stands between such words goes into ``headers``, from IF up to, not with, THEN.
    """
    if group[0].text.upper() == "END" and len(group) <= 3:
        return len(group)
    at = 0
    thens: list[int] = []
    cases = 0
    for n, token in enumerate(group):
        word = token.text.upper()
        cases = max(cases + {"CASE": 1, "END": -1}.get(word, 0), 0)
        if word in {"THEN", "LOOP", "DO"} and not cases:
            thens.append(n)
    thens.reverse()
    while at < len(group):
        word = group[at].text.upper()
        following = group[at + 1].text.upper() if at + 1 < len(group) else ""
        if word == "DECLARE" and following != "":
            begin = next((n for n, token in enumerate(group) if token.text.upper() == "BEGIN"), None)
            if begin is None or begin < at:
                return at
            at = begin + 1
        elif word in {"IF", "ELSEIF", "ELSIF", "WHILE", "FOR"}:
            while thens and thens[-1] <= at:
                thens.pop()
            if not thens:
                return at
            headers.append(group[at : thens[-1]])
            at = thens[-1] + 1
        elif word in LOOSE_WORDS and following and following not in TRANSACTION_WORDS:
            at += 2 if following in {"TRY", "CATCH"} else 1
        else:
            return at
    return at
