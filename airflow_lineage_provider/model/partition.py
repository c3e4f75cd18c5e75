"""Partitions in the names of files: what changes from run to run, taken out of the name.

A name keeps a placeholder, ``data/{date}.csv``, or becomes the directory that is the table. Every rule here takes
digits or segments away and none puts any back, so that a folded name is folded no further.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from airflow_lineage_provider.model.part_file import inside_of, is_part_file, looks_generated

Partition = tuple[str, str]
"""Key and value: ``("date", "2026-11-21")``."""

PLACEHOLDER = re.compile(r"\{(\w+)\}")

_HIVE = re.compile(r"(?P<key>[A-Za-z_][\w.\-]*)=(?P<value>[^=].*)\Z", re.DOTALL)
_FILE_END = re.compile(
    r"(?:\.(?:csv|tsv|txt|jsonl?|ndjson|parquet|pq|orc|avro|feather|arrow|xlsx?|xml|log|gz|gzip|bz2|zip|zst|snappy|lz4|zstd))+\Z",
    re.IGNORECASE,
)
_YEAR = r"(?:19|20)\d\d"
_MONTH, _DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
_HOUR = r"(?:[01]\d|2[0-3])"
_LONG_TIME = rf"{_HOUR}[:._\-]?[0-5]\d(?:[:._\-]?[0-5]\d(?:[.,]\d{{1,9}})?)?(?:Z|[+\-]\d\d:?\d\d)?"
_STAMP = re.compile(
    rf"""
    (?:(?<=/)|\A)(?P<year>{_YEAR})/(?P<month>0?[1-9]|1[0-2])
        (?:/(?P<day>0?[1-9]|[12]\d|3[01])(?:/(?P<clock>{_HOUR}))?)?(?=/|\Z|\.[A-Za-z])
    | (?<!\d)(?P<y>{_YEAR})(?P<sep>[-_.]?)(?P<m>{_MONTH})(?P=sep)(?P<d>{_DAY})
        (?:(?P<gap>[T\ _\-]|/(?={_HOUR}(?:/|\Z|\.[A-Za-z]))|(?<=\d{{8}}))
           (?:(?P<time>{_LONG_TIME})|(?P<hour>{_HOUR}))(?![0-9A-Za-z]))?
        (?!\d)
    """,
    re.VERBOSE,
)
_ENGINES = "engines write a table as a directory of part files"
_HINT = re.compile(r"(?:19|20)\d\d")


def partitions_folded(name: str, *, has_root: bool = True) -> Iterator[tuple[str, list[Partition], str]]:
    """Yield the path after each rule that changed it, with the partitions that went out and the reason.

    :param name: a clean path.
    :param has_root: whether ``/`` above all its segments is a name; no rule may fold a path into it otherwise.
    """
    again = True
    while again:
        again = False
        for rule in _RULES:
            folded, partitions, reason = rule(name)
            if folded != name and folded and (has_root or folded != "/"):
                yield folded, partitions, reason
                name, again = folded, True


def filled(name: str, partitions: Iterable[Partition]) -> str:
    """Put values back where their placeholders stand, in order; the opposite of folding where nothing was dropped."""
    values: dict[str, list[str]] = {}
    for key, value in partitions:
        values.setdefault(key, []).append(value)
    return PLACEHOLDER.sub(lambda match: values[match[1]].pop(0) if values.get(match[1]) else match[0], name)


_Folded = tuple[str, list[Partition], str]


def _without_part_file(name: str) -> _Folded:
    rest = len(name)
    while rest > 0:
        start = name.rfind("/", 0, rest) + 1
        if not is_part_file(name[start:rest]):
            break
        rest = start - 1
    if rest < len(name):
        return name[: max(rest, 0)] or "/", [], _ENGINES
    if "/" in name and (end := inside_of(name)) is not None:
        return name[:end] or "/", [], _ENGINES
    return name, [], ""


def _without_hive_directories(name: str) -> _Folded:
    if "=" not in name:
        return name, [], ""
    segments = name.split("/")
    found = [_hive(segment, is_last=index == len(segments) - 1) for index, segment in enumerate(segments)]
    if not any(found):
        return name, [], ""
    end = len(segments)
    if not found[-1] and looks_generated(segments[-1]):
        end -= 1
    keep = end
    while keep and (entry := found[keep - 1]) and not entry[2]:
        keep -= 1
    if keep == end:
        keep = len(segments)  # no directory of partitions at the end: what stands there is a name of its own
    partitions: list[Partition] = []
    for index, entry in enumerate(found):
        if entry is None:
            continue
        key, value, extension = entry
        if not PLACEHOLDER.fullmatch(value):
            partitions.append((key, value))
        if index < keep:
            segments[index] = f"{key}={{{_word(key)}}}{extension}"
            if partitions and partitions[-1] == (key, value):
                partitions[-1] = (_word(key), value)
    folded = "/".join(segments[:keep])
    return folded or "/", partitions, "directories named key=value are partitions of the table above them"


def _hive(segment: str, *, is_last: bool) -> tuple[str, str, str] | None:
    """Return key, value and, for a file rather than a directory, its extension."""
    match = _HIVE.match(segment) if "=" in segment else None
    if match is None:
        return None
    key, value = match["key"], match["value"]
    if is_last and (end := _FILE_END.search(value)) and end.start():
        return key, value[: end.start()], end[0]
    return key, value, ""


def _word(key: str) -> str:
    return re.sub(r"\W", "_", key)


def _without_stamps(name: str) -> _Folded:
    if not _HINT.search(name):
        return name, [], ""
    partitions: list[Partition] = []

    def fold(match: re.Match[str]) -> str:
        pieces = _date_directories(match) if match["year"] else _stamp(match)
        for key, value in pieces or ():
            if key:
                partitions.append((key, value))
        return match[0] if pieces is None else "".join(f"{{{key}}}" if key else text for key, text in pieces)

    folded = _STAMP.sub(fold, name)
    return folded, partitions, "a date in a path changes from run to run"


_Pieces = list[tuple[str, str]]
"""Key and value; text between them has no key."""


def _date_directories(match: re.Match[str]) -> _Pieces | None:
    if not _is_date(match["year"], match["month"], match["day"] or "1"):
        return None
    pieces: _Pieces = [("year", match["year"]), ("", "/"), ("month", match["month"])]
    for key, group in (("day", "day"), ("hour", "clock")):
        if match[group]:
            pieces += [("", "/"), (key, match[group])]
    return pieces


def _stamp(match: re.Match[str]) -> _Pieces | None:
    if not _is_date(match["y"], match["m"], match["d"]):
        return None
    if not match["sep"] and _is_in_a_word(match):
        return None
    stamp = match[0] if match["gap"] is None else match.string[match.start() : match.start("gap")]
    pieces: _Pieces = [("date", stamp)]
    if match["gap"] is not None:
        pieces.append(("", match["gap"]))
        pieces.append(("time", match["time"]) if match["time"] else ("hour", match["hour"]))
    return pieces


def _is_in_a_word(match: re.Match[str]) -> bool:
    """Eight digits with letters after them, or after what may be the rest of a hash, are no date."""
    text, start, end = match.string, match.start(), match.end()
    if text[end : end + 1].isalpha():
        return True
    before = start
    while before and (text[before - 1].isalnum()):
        before -= 1
    word = text[before:start].lower()
    return any(letter.isdigit() for letter in word) and all(letter in "0123456789abcdef" for letter in word)


def _is_date(year: str, month: str, day: str) -> bool:
    try:
        date(int(year), int(month), int(day))
    except ValueError:
        return False
    return True


_RULES: tuple[Callable[[str], _Folded], ...] = (
    _without_part_file,
    _without_hive_directories,
    _without_stamps,
)
