"""Statement text without literal values and the fingerprint made of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

LONGEST_TOKENIZED = 500_000
"""Characters; a longer text is redacted without a tokenizer, which reads about half a megabyte in a second."""

LONGEST_SHOWN = 20_000
CUT = "… (cut)"

QUOTE_OR_COMMENT = re.compile(r"--[^\n]*|/\*.*?(?:\*/|\Z)|['\"`]|\$\w*\$", re.DOTALL)
NUMBER = re.compile(r"(?<![\w.])(?:0[xX][0-9a-fA-F]+|\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)")


def redact_literals(sql: str, dialect: str = "") -> str:
    """Return the statement with every literal as ``?`` and without comments; works on broken SQL too."""
    return redacted_and_fingerprint(sql, dialect)[0]


def fingerprint(sql: str, dialect: str = "") -> str:
    """Return a sha256 in hex that ignores white space, comments, literals and the case of bare words."""
    return redacted_and_fingerprint(sql, dialect)[1]


def redacted_and_fingerprint(sql: str, dialect: str) -> tuple[str, str]:
    """Return ``redact_literals`` and ``fingerprint`` of a statement from one look at it."""
    from airflow_lineage_provider.sql.lexeme import lexemes_of

    lexemes = lexemes_of(sql, dialect) if len(sql) <= LONGEST_TOKENIZED else None
    if lexemes is None:
        return redacted_blindly(sql)
    text = "".join(lexeme.gap + lexeme.text for lexeme in lexemes).strip()
    return _finished(text, [lexeme.text if lexeme.quoted else lexeme.text.lower() for lexeme in lexemes])


def shown(redacted: str) -> str:
    """Return redacted text no longer than what is kept of a statement."""
    return redacted if len(redacted) <= LONGEST_SHOWN else redacted[: LONGEST_SHOWN - len(CUT)] + CUT


def redacted_blindly(sql: str) -> tuple[str, str]:
    """Return redacted text and fingerprint without a tokenizer: too much goes, never too little."""
    text = _redact_blindly(sql)
    return _finished(text, text.lower().split())


def _finished(text: str, words: list[str]) -> tuple[str, str]:
    while words and words[-1] == ";":
        words.pop()
    print_ = hashlib.sha256(" ".join(_shortened(words)).encode(errors="replace")).hexdigest()
    return text.rstrip("; \t\r\n"), print_


def _shortened(words: Sequence[str]) -> list[str]:
    """Fold repeated marks, so that the number of bound values or rows does not count."""
    short: list[str] = []
    for word in words:
        short.append(word)
        if short[-3:] == ["?", ",", "?"]:
            del short[-2:]
        elif short[-7:] == ["(", "?", ")", ",", "(", "?", ")"]:
            del short[-4:]
    return short


def _redact_blindly(sql: str) -> str:
    # Nobody knows where a string ends in a text that no tokenizer accepts: all after the first quote goes.
    kept: list[str] = []
    position = 0
    for match in QUOTE_OR_COMMENT.finditer(sql):
        kept.append(NUMBER.sub("?", sql[position : match.start()]))
        position = match.end()
        if match.group().startswith(("--", "/*")):
            kept.append(" ")
            continue
        kept.append("?")
        position = len(sql)
        break
    kept.append(NUMBER.sub("?", sql[position:]))
    return re.sub(r"[^\S\n]+", " ", "".join(kept)).strip()
