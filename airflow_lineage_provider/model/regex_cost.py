"""What a regular expression may cost: Python's engine tries every way to match, and cannot be stopped."""

from __future__ import annotations

import re

MOST_REPEATS = 3
"""Repeats without a small limit in one pattern: each multiplies the work by the length of the text."""
SMALL = 16

_TOKEN = re.compile(
    r"""
    (?P<escape>\\.)
    | (?P<class>\[\^?\]?(?:\\.|[^\]\\])*\])
    | (?P<open>\((?:\?(?:P<\w+>|P=\w+|[:=!>]|<[=!]|\#|[aiLmsux-]+[:)]))?)
    | (?P<close>\))
    | (?P<repeat>[*+?]|\{(?=,?\d)(?P<least>\d*)(?P<comma>,?)(?P<most>\d*)\})(?P<lazy>[?+]?)
    | (?P<or>\|)
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)


class CostlyPattern(ValueError):
    """A pattern that may run for longer than anybody waits. The message says why."""


def refuse_costly(pattern: str) -> None:
    """Raise :class:`CostlyPattern` for repeats inside of repeats, and for too many of them.

    It does not say whether the pattern is valid.
    """
    if "(?x" in pattern or "(?#" in pattern:
        raise CostlyPattern("comments and free spacing are not supported")
    groups = [False]  # the open groups, from the outside in: whether one can match in more ways than one
    ended_ambiguous = False  # whether the last token closed a group that can
    repeats = 0
    for token in _TOKEN.finditer(pattern):
        was_ambiguous, ended_ambiguous = ended_ambiguous, False
        if token["open"] and not token["open"].endswith(")") and not token["open"].startswith("(?P="):
            groups.append(False)
        elif token["close"] and len(groups) > 1:
            ended_ambiguous = groups.pop()
            groups[-1] = groups[-1] or ended_ambiguous
        elif token["or"]:
            groups[-1] = True
        elif token["repeat"]:
            if was_ambiguous and token["repeat"] != "?":
                raise CostlyPattern("a group that repeats may hold no repeats and no alternatives")
            repeats += _is_endless(token)
            groups[-1] = groups[-1] or bool(token["comma"]) or token["repeat"] in "*+?"
    if repeats > MOST_REPEATS:
        raise CostlyPattern(f"it has {repeats} open repeats; {MOST_REPEATS} are allowed")


def _is_endless(token: re.Match[str]) -> bool:
    if token["repeat"] in ("*", "+"):
        return True
    if token["repeat"] == "?":
        return False
    most = token["most"] if token["comma"] else token["least"]
    return not most or int(most) > SMALL
