"""What a regular expression may cost: Python's engine tries every way to match, and cannot be stopped."""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import comb

MOST_REPEATS = 3
"""Repeats without a small limit in one pattern: each multiplies the work by the length of the text."""
SMALL = 16
MOST_STEPS = 30_000_000
"""Steps of the engine that a search may take: a fifth of a second or so."""
_MANY = 1 << 62

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
_MANY_SIGNED = re.compile(r"\\[0-9xuUNpP]|\(\?[a-zA-Z-]*[iux]")
"""What makes one token stand for other signs than it is written with."""
_SETS = frozenset("dDwWsS")


class CostlyPattern(ValueError):
    """A pattern that may run for longer than anybody waits. The message says why."""


def refuse_costly(pattern: str, length: int = 300) -> None:
    """Raise :class:`CostlyPattern` for repeats inside of repeats, and for too many ways to match.

    It does not say whether the pattern is valid.

    :param length: characters of the longest text that is matched.
    """
    if "(?x" in pattern or "(?#" in pattern:
        raise CostlyPattern("comments and free spacing are not supported")
    repeats = _count_repeats(pattern)
    if repeats > MOST_REPEATS:
        raise CostlyPattern(f"it has {repeats} open repeats; {MOST_REPEATS} are allowed")
    if steps_at_most(pattern, length) > MOST_STEPS:
        raise CostlyPattern(
            f"it has so many ways to match that a name of {length} signs may take too long; use fewer repeats, optional "
            "parts and alternatives, or put a sign between them that they do not match"
        )


def _count_repeats(pattern: str) -> int:
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
    return repeats


def _is_endless(token: re.Match[str]) -> bool:
    if token["repeat"] in ("*", "+"):
        return True
    if token["repeat"] == "?":
        return False
    most = token["most"] if token["comma"] else token["least"]
    return not most or int(most) > SMALL


@dataclass(slots=True)
class _Group:
    """Ways to match from one place of the text, as far as the group is read."""

    others: int = 0
    """Ways of the alternatives that are done."""
    ways: int = 1
    """Ways of the one that is read."""
    last: int = 1
    """Ways of its last piece, on which a repeat may follow."""

    @property
    def total(self) -> int:
        return min(self.others + self.ways, _MANY)

    def add(self, ways: int) -> None:
        self.ways, self.last = min(self.ways * ways, _MANY), ways

    def repeat(self, ways: int) -> None:
        self.ways, self.last = min(self.ways // self.last * ways, _MANY), ways


def steps_at_most(pattern: str, length: int) -> int:
    """Upper bound of the steps of a search that finds nothing.

    Open repeats share the signs of one text, so that their lengths and the place where the search began are counted
    together; the choices of small repeats, optional parts and alternatives are multiplied. A repeat of one sign
    before a sign that it cannot match has one choice: going back, the engine fails at once.
    """
    tokens = list(_TOKEN.finditer(pattern))
    can_tell_apart = _MANY_SIGNED.search(pattern) is None
    groups = [_Group()]
    open_repeats, is_scanned = 0, False
    for index, token in enumerate(tokens):
        if token["open"]:
            if _opens(token):
                groups.append(_Group())
        elif token["close"]:
            if len(groups) > 1:
                groups[-2].add(groups.pop().total)
        elif token["or"]:
            groups[-1].others, groups[-1].ways, groups[-1].last = groups[-1].total, 1, 1
        elif token["repeat"]:
            least, most = _range(token, length)
            piece = groups[-1].last
            if piece == 1 and can_tell_apart and _ends_by_itself(tokens, index):
                is_scanned = is_scanned or most > SMALL
            elif piece == 1 and most > SMALL:
                open_repeats += 1
            else:
                groups[-1].repeat(_ways(piece, least, most))
        else:
            groups[-1].add(1)
    ways = groups[0].total
    for group in groups[1:]:
        ways *= group.total  # never closed: no pattern, as its compiler says
    is_anchored = bool(tokens) and tokens[0][0] in ("^", r"\A") and not groups[0].others
    counted = open_repeats + is_scanned + (not is_anchored)
    return min(ways * comb(length + counted, counted), _MANY)


def _opens(token: re.Match[str]) -> bool:
    return not token["open"].endswith(")") and not token["open"].startswith("(?P=")


def _range(token: re.Match[str], length: int) -> tuple[int, int]:
    if token["repeat"] in ("*", "+"):
        return (0 if token["repeat"] == "*" else 1), length
    if token["repeat"] == "?":
        return 0, 1
    least = int(token["least"] or 0)
    most = (int(token["most"]) if token["most"] else length) if token["comma"] else least
    return min(least, length), min(most, length)


def _ways(piece: int, least: int, most: int) -> int:
    if piece == 1:
        return max(most - least + 1, 1)
    total = 0
    for count in range(least, most + 1):
        total += piece ** min(count, 64)
        if total > _MANY:
            return _MANY
    return max(total, 1)


def _ends_by_itself(tokens: list[re.Match[str]], index: int) -> bool:
    """Say whether what follows a repeat of one sign cannot be one of those it repeats."""
    repeated = tokens[index - 1] if index else None
    if repeated is None or not _is_sign(repeated):
        return False
    followers = _followers(tokens, index + 1)
    return followers is not None and not any(_share_a_sign(repeated[0], sign[0]) for sign in followers)


def _followers(tokens: list[re.Match[str]], index: int) -> list[re.Match[str]] | None:
    """Signs that may come next; ``None``: nobody can tell. At the end of the pattern none need come."""
    found: list[re.Match[str]] = []
    while index < len(tokens):
        token = tokens[index]
        behind = tokens[index + 1] if index + 1 < len(tokens) else None
        if token["close"]:
            if behind is not None and behind["repeat"]:
                if behind["repeat"] != "?":
                    return None  # what comes next may be the group once more
                index += 1
        elif token["open"] in ("(", "(?:") or (token["open"] or "").startswith("(?P<"):
            end = _end_of_group(tokens, index)
            if end is None:
                return None
            if end + 1 < len(tokens) and tokens[end + 1]["repeat"]:
                inside = _followers(tokens[:end], index + 1)
                if inside is None:
                    return None
                found += inside
                index = end + 1
        elif token[0] in ("$", r"\Z"):
            return found if behind is None or behind["close"] else None
        elif _is_sign(token):
            found.append(token)
            if behind is None or not behind["repeat"] or behind["repeat"] == "+":
                return found
            index += 1
        else:
            return None
        index += 1
    return found


def _end_of_group(tokens: list[re.Match[str]], start: int) -> int | None:
    """Where a group ends that has no alternatives, also not inside of groups of its own."""
    depth = 0
    for index in range(start, len(tokens)):
        token = tokens[index]
        if token["or"]:
            return None
        depth += bool(token["open"]) and _opens(token)
        depth -= bool(token["close"])
        if not depth:
            return index
    return None


def _is_sign(token: re.Match[str]) -> bool:
    """Say whether a token stands for exactly one sign of the text."""
    if token["escape"]:
        return not token[0][1].isalnum() or token[0][1] in _SETS
    return bool(token["class"]) or (bool(token["other"]) and token[0] not in ("^", "$"))


def _share_a_sign(one: str, other: str) -> bool:
    """Say whether a sign may be both, where one of them stands for nothing beyond ASCII; else they are said to."""
    if not any(map(_is_ascii_only, (one, other))):
        return True
    try:
        both = [re.compile(text, re.DOTALL) for text in (one, other)]
    except re.error:
        return True
    return any(all(sign.fullmatch(chr(code)) for sign in both) for code in range(128))


def _is_ascii_only(text: str) -> bool:
    if not text.isascii() or text == ".":
        return False
    if text.startswith("["):
        return not text.startswith("[^") and "\\" not in text
    return not text.startswith("\\") or not text[1].isalnum()
