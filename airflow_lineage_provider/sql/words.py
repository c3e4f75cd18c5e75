"""A statement read word by word, for the forms that the parser does not know."""

from __future__ import annotations

from typing import Any

from sqlglot import exp
from sqlglot.tokens import TokenType

from airflow_lineage_provider.sql.token import STRINGS, is_command_tail, tokens_of


class Words:
    """A cursor over a statement's tokens; every ``take`` moves on only when it matches."""

    def __init__(self, sql: str, dialect: str) -> None:
        self.sql = sql
        self.dialect = dialect
        tokens = tokens_of(sql, dialect) or []
        # What the tokenizer swallowed after a word like REFRESH is cut into words again.
        if len(tokens) > 1 and is_command_tail(tokens[1], tokens[0]):
            head = tokens[0].end + 1
            self.tokens = [(token, 0) for token in tokens[:1]]
            self.tokens += [(token, head) for token in tokens_of(sql[head:], dialect) or []]
        else:
            self.tokens = [(token, 0) for token in tokens]
        self.at = 0

    def done(self) -> bool:
        return self.at >= len(self.tokens)

    def take(self, *words: str) -> bool:
        """Skip the given words or signs when they come next."""
        if self.at + len(words) > len(self.tokens):
            return False
        for offset, word in enumerate(words):
            token, _ = self.tokens[self.at + offset]
            if (
                token.token_type in STRINGS
                or token.token_type == TokenType.IDENTIFIER
                or token.text.upper() != word
            ):
                return False
        self.at += len(words)
        return True

    def skip_to(self, *words: str) -> bool:
        """Move behind the next place where the words stand; stay when there is none."""
        start = self.at
        while not self.done():
            if self.take(*words):
                return True
            self.at += 1
        self.at = start
        return False

    def skip_outside(self, *words: str) -> bool:
        """Move as ``skip_to`` does, but over whatever stands in parentheses."""
        start = self.at
        while not self.done():
            if self.take(*words):
                return True
            if not self.step_over():
                break
        self.at = start
        return False

    def step_over(self) -> bool:
        """Move over one word or over all in parentheses; False where they are never closed."""
        if self.enclosed() is not None:
            return True
        if self.take("("):
            return False  # to look for the end of each one within would take long
        self.at += 1
        return True

    def enclosed(self) -> str | None:
        """Return the text between parentheses and move behind them when they come next."""
        start = self.at
        if not self.take("("):
            return None
        first, depth = self.at, 1
        while depth and not self.done():
            if self.take("("):
                depth += 1
            elif self.take(")"):
                depth -= 1
            else:
                self.at += 1
        if depth:
            self.at = start
            return None
        return self.between(first, self.at - 1)

    def between(self, first: int, last: int) -> str:
        """Return the text from one token up to, not with, another, given by their numbers."""
        if first >= last:
            return ""
        (start, left), (end, right) = self.tokens[first], self.tokens[last - 1]
        return self.sql[start.start + left : end.end + right + 1]

    def string(self) -> str | None:
        """Return a string literal's value when one comes next."""
        if self.done() or self.tokens[self.at][0].token_type not in STRINGS:
            return None
        self.at += 1
        return str(self.tokens[self.at - 1][0].text)

    def text(self) -> tuple[str, bool]:
        """Return the next string or word and whether it was quoted."""
        if self.done():
            return "", False
        token, _ = self.tokens[self.at]
        self.at += 1
        quoted = token.token_type in STRINGS or token.token_type == TokenType.IDENTIFIER
        return str(token.text), quoted

    def rest(self) -> str:
        """Return the text from here to the end."""
        if self.done():
            return ""
        token, offset = self.tokens[self.at]
        return self.sql[token.start + offset :]

    def name(self) -> Any:
        """Return an ``exp.Table`` for a dotted name when one comes next, or None."""
        parts: list[Any] = []
        while not self.done():
            token, _ = self.tokens[self.at]
            if token.token_type in STRINGS or not (
                token.text[:1].isalnum() or token.text[:1] in "_#" or token.token_type == TokenType.IDENTIFIER
            ):
                break
            self.at += 1
            parts.append(exp.Identifier(this=token.text, quoted=token.token_type == TokenType.IDENTIFIER))
            if not self.take("."):
                break
        if not parts or len(parts) > 3:
            return None
        return exp.Table(
            this=parts[-1],
            db=parts[-2] if len(parts) > 1 else None,
            catalog=parts[-3] if len(parts) > 2 else None,
        )
