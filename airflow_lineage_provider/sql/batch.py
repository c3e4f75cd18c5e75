"""T-SQL batches: statements that follow each other without semicolons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot.tokens import TokenType

from airflow_lineage_provider.sql.token import STRINGS, tokens_of

if TYPE_CHECKING:
    from sqlglot.tokens import Token

DIALECTS = frozenset({"tsql", "fabric"})
VERBS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"})
STARTERS = VERBS | {
    "TRUNCATE", "DROP", "CREATE", "ALTER", "EXEC", "EXECUTE", "DECLARE", "PRINT", "USE", "IF", "WITH", "BEGIN", "END",
    "ELSE", "WHILE", "RETURN", "THROW", "COMMIT", "ROLLBACK", "RAISERROR", "SET",
}  # fmt: skip
# After these a verb goes on with the statement it stands in.
JOINERS = frozenset(
    {"THEN", "AS", "UNION", "ALL", "EXCEPT", "INTERSECT", "(", ",", "FOR", "OR", "ON", "INSTEAD"}
)
WRAPPERS = frozenset({"TRY", "CATCH"})


def pieces_of(sql: str, dialect: str) -> list[str]:
    """Return the statements of a batch, cut where a line begins with a statement's first word.

    Returns one piece when there is nothing to cut or the dialect needs semicolons.
    """
    tokens = tokens_of(sql, dialect) if dialect in DIALECTS else None
    if not tokens:
        return [sql]
    groups: list[list[Token]] = [[]]
    depth = 0
    seen: set[str] = set()
    for at, token in enumerate(tokens):
        word = _word(token)
        depth += {"(": 1, ")": -1}.get(word, 0)
        first = at > 0 and "\n" in sql[tokens[at - 1].end + 1 : token.start]
        if first and depth == 0 and word in STARTERS and _starts(groups[-1], seen, tokens, at):
            groups.append([])
            seen = set()
        groups[-1].append(token)
        seen.add(word)
    pieces = [sql[group[0].start : group[-1].end + 1] for group in map(_bare, groups) if group]
    return pieces or [sql]


def _starts(group: list[Token], words: set[str], tokens: list[Token], at: int) -> bool:
    word, before = _word(tokens[at]), _word(tokens[at - 1])
    if before in JOINERS:
        return False
    head = _word(group[0]) if group else ""
    if word in VERBS and head in {"WITH", "IF", "ELSE", "WHILE"} and not words & VERBS:
        return False
    if word == "SELECT" and head == "INSERT":
        return bool(words & {"SELECT", "VALUES", "EXEC", "EXECUTE", "DEFAULT"})
    if word == "SET":
        following = tokens[at + 1] if at + 1 < len(tokens) else None
        return not (head in {"UPDATE", "WITH", "MERGE"} and "SET" not in words) and following is not None
    if word == "WITH":
        return before != ")" and head not in {"CREATE", "ALTER"}
    return True


def _bare(group: list[Token]) -> list[Token]:
    """Drop BEGIN, BEGIN TRY, END and ELSE in front of a statement."""
    at = 0
    while at < len(group) and _word(group[at]) in {"BEGIN", "END", "ELSE"}:
        following = _word(group[at + 1]) if at + 1 < len(group) else ""
        if following in {"TRAN", "TRANSACTION", "CONVERSATION"}:
            break
        at += 2 if following in WRAPPERS else 1
    return group[at:]


def _word(token: Token) -> str:
    quoted = token.token_type in STRINGS or token.token_type == TokenType.IDENTIFIER
    return "" if quoted else str(token.text).upper()
