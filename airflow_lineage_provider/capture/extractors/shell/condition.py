"""Whether a test is true, as far as certain values say."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.field import Field

ASKS = frozenset(
    {"[", "[[", "test", "grep", "egrep", "fgrep", "diff", "cmp", "which", "command", "type", "pgrep"}
)
"""Programs whose exit code is an answer and no failure."""


def truth(words: list[Field]) -> bool | None:
    """Say whether the words of a test, without its brackets, are true; ``None`` where that is not known."""
    negated = False
    while words and words[0].text == "!":
        negated, words = not negated, words[1:]
    known = _plain_truth([word.text for word in words])
    return known if known is None or not negated else not known


def _plain_truth(words: list[str | None]) -> bool | None:
    match words:
        case [str(text)]:
            return bool(text)
        case ["-n", str(text)]:
            return bool(text)
        case ["-z", str(text)]:
            return not text
        case [str(left), "=" | "==", str(right)] if not set(right) & set("*?["):
            return left == right
        case [str(left), "!=", str(right)] if not set(right) & set("*?["):
            return left != right
    return None
