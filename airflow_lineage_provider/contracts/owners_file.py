"""Owners files: one rule a line, like CODEOWNERS; the later line wins. Every problem is told with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from airflow_lineage_provider.contracts.error import ContractError, Problem
from airflow_lineage_provider.contracts.glob_cover import Cover
from airflow_lineage_provider.contracts.owners_line import (
    OwnersLine,
    UnreadableLine,
    doubt_of,
    read_line,
    write_line,
)
from airflow_lineage_provider.store.ownership.registration import InvalidOwner, Registration, Target

MAX_BYTES = 1024 * 1024
MAX_LINE = 8_000
MAX_RULES = 3_000
"""Lines with a rule, and owners of all of them: each is tried for each dataset."""
MOST_PROBLEMS = 100
_Window = tuple[date, date]


class InvalidOwnersFile(ContractError):
    """A text that is no owners file. ``problems`` has all of them, each with its line."""


@dataclass(frozen=True, slots=True)
class OwnersFile:
    """An owners file that was read."""

    lines: tuple[OwnersLine, ...]
    warnings: tuple[Problem, ...] = ()
    """What can be read and was hardly meant so: lines that never count."""

    def registrations(self) -> list[Registration]:
        """A row for each owner. Of lines with one pattern the later one replaces the earlier while both hold."""
        return [
            _registration(line, owner, window)
            for line, windows in _windows(self.lines)
            for window in windows
            for owner in line.owners
        ]


def read_owners(text: str, source: str) -> OwnersFile:
    """Read an owners file. Raises :class:`InvalidOwnersFile`.

    :param source: what problems call the text, as a rule its path.
    """
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        most = f"the file is larger than {MAX_BYTES // 1024} KB; own by patterns and not by dataset"
        raise InvalidOwnersFile([Problem(source, most)])
    lines: list[OwnersLine] = []
    problems: list[Problem] = []
    warnings: list[Problem] = []
    for number, written in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        try:
            line = _read(written.removesuffix("\r"), number)
        except (UnreadableLine, InvalidOwner) as error:
            problems.append(Problem(source, str(error), (), number))
            if len(problems) == MOST_PROBLEMS:
                break
            continue
        if line is not None:
            distinct = replace(line, owners=tuple(dict.fromkeys(line.owners)))
            if len(distinct.owners) < len(line.owners):
                warnings.append(Problem(source, "names an owner twice", (), number))
            if doubt := doubt_of(line):
                warnings.append(Problem(source, doubt, (), number))
            lines.append(distinct)
    if sum(len(line.owners) for line in lines) > MAX_RULES:
        problems.append(
            Problem(
                source, f"holds more than {MAX_RULES} rules and owners; own by patterns and not by dataset"
            )
        )
    if problems:
        raise InvalidOwnersFile(problems)
    warnings += _never_reached(lines, source)
    return OwnersFile(tuple(lines), tuple(sorted(warnings, key=lambda problem: problem.line or 0)))


def write_owners(lines: Iterable[OwnersLine]) -> str:
    """The text that :func:`read_owners` reads as these lines."""
    return "".join(f"{write_line(line)}\n" for line in lines)


def _read(text: str, number: int) -> OwnersLine | None:
    if len(text) > MAX_LINE:
        raise UnreadableLine(f"has {len(text)} characters; at most {MAX_LINE} are possible")
    line = read_line(text, number)
    if line is not None:
        for owner in line.owners:
            _registration(line, owner, (line.valid_from or date.min, line.valid_to or date.max)).check()
    return line


def _registration(line: OwnersLine, owner: str, window: _Window) -> Registration:
    first, last = window
    return Registration(
        target=Target(line.namespace, line.name, is_glob=True),
        owner=owner,
        kind=line.kind,
        contact=line.contact,
        channel=line.channel,
        valid_from=None if first == date.min else first,
        valid_to=None if last == date.max else last,
        position=line.number,
    )


def _window(line: OwnersLine) -> _Window:
    return line.valid_from or date.min, line.valid_to or date.max


def _windows(lines: Sequence[OwnersLine]) -> list[tuple[OwnersLine, list[_Window]]]:
    """Lines with the days on which no later line of the same pattern holds."""
    taken: dict[tuple[str, str], list[_Window]] = {}
    found = []
    for line in reversed(lines):
        later = taken.setdefault((line.namespace, line.name), [])
        found.append((line, _without(_window(line), later)))
        later.append(_window(line))
    return found[::-1]


def _without(window: _Window, taken: Iterable[_Window]) -> list[_Window]:
    """What of a window is left."""
    left = [window]
    day = timedelta(days=1)
    for first, last in taken:
        parts: list[_Window] = []
        for begin, end in left:
            if last < begin or end < first:
                parts.append((begin, end))
                continue
            if begin < first:
                parts.append((begin, first - day))
            if last < end:
                parts.append((last + day, end))
        left = parts
    return left


def _never_reached(lines: Sequence[OwnersLine], source: str) -> Iterator[Problem]:
    """Lines that a later one hides on all their days."""
    cover = Cover()
    by_pattern = {(line.namespace, line.name): line for line in lines}
    left = {line.number: windows for line, windows in _windows(lines)}
    for line in reversed(lines):
        window = _window(line)
        last = by_pattern[line.namespace, line.name]
        if left[line.number] == []:
            message = f"never counts: line {last.number} has the same pattern; remove one of the two"
            yield Problem(source, message, (), line.number)
        elif left[line.number] != [window]:
            message = f"does not count on the days of line {last.number}, which has the same pattern"
            yield Problem(source, message, (), line.number)
        elif (by := cover.covering(line.namespace, line.name, window)) is not None:
            message = f"never counts: line {by} matches all of it and wins; move this line below it"
            yield Problem(source, message, (), line.number)
        cover.add(line.namespace, line.name, window, line.number)
