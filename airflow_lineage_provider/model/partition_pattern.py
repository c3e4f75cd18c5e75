"""Patterns that a deployment configures for what is a partition in its names."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from airflow_lineage_provider.model.partition import PLACEHOLDER, Partition
from airflow_lineage_provider.model.regex_cost import CostlyPattern, refuse_costly

MAX_PATTERNS = 100
MAX_PATTERN = 1_000
"""Characters of a pattern and of what it makes of a name."""
MAX_MATCHED = 300
"""Characters of a name that patterns are tried on; a longer one is left alone."""

_TEMPLATE = re.compile(r"\{(\w+)\}|\\g<(\w+)>")
_FIELDS = frozenset({"pattern", "name", "namespaces"})


class InvalidPattern(ValueError):
    """A pattern that cannot be used. The message says which and why."""


@dataclass(frozen=True, slots=True)
class PartitionPattern:
    r"""A regular expression, searched in a name, and what takes the place of each match.

    In ``name``, ``{group}`` leaves a placeholder and ``\g<group>`` the text of a group. Groups that are not kept
    this way are partitions.
    """

    pattern: str
    name: str
    namespaces: tuple[str, ...] = ()
    """Globs; none: all namespaces of files."""
    _regex: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _pieces: tuple[tuple[str, str], ...] = field(init=False, repr=False, compare=False)
    """(text, group to keep)"""
    _placeholders: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not self.pattern or max(len(self.pattern), len(self.name)) > MAX_PATTERN:
            raise InvalidPattern(f"a pattern and a name have at most {MAX_PATTERN} characters")
        if not self.name.isprintable():
            raise InvalidPattern(f"name {self.name!r} holds signs that no name has")
        try:
            refuse_costly(self.pattern, MAX_MATCHED)
            regex = re.compile(self.pattern)
        except (re.error, CostlyPattern, OverflowError, RecursionError) as error:
            raise InvalidPattern(f"pattern {self.pattern!r}: {error}") from None
        pieces, kept, placeholders, end = [], set(), set(), 0
        for match in _TEMPLATE.finditer(self.name):
            group = match[1] or match[2]
            if group not in regex.groupindex:
                raise InvalidPattern(f"name {self.name!r}: the pattern has no group {group!r}")
            pieces += [(self.name[end : match.start()], "")]
            if match[2]:
                pieces.append(("", group))
                kept.add(group)
            else:
                pieces.append((match[0], ""))
                placeholders.add(match[0])
            end = match.end()
        pieces.append((self.name[end:], ""))
        object.__setattr__(self, "_regex", regex)
        object.__setattr__(self, "_pieces", tuple(piece for piece in pieces if any(piece)))
        object.__setattr__(self, "_placeholders", frozenset(placeholders))

    def is_for(self, namespace: str, *, is_file: bool) -> bool:
        """Say whether names of a namespace are matched."""
        if not self.namespaces:
            return is_file
        return any(fnmatchcase(namespace, glob) for glob in self.namespaces)

    def fold(self, name: str) -> tuple[str, list[Partition]]:
        """Return the name after this pattern, and the partitions that went out of it.

        A name that has the placeholders already is left alone, a match that would take another one's placeholder
        away is none, and without placeholders a pattern may only make a name shorter: so no set of patterns goes
        on for ever, and what is folded stays as it is.
        """
        if len(name) > MAX_MATCHED or any(placeholder in name for placeholder in self._placeholders):
            return name, []
        partitions: list[Partition] = []
        taken = [match.span() for match in PLACEHOLDER.finditer(name)] if "{" in name else []

        def replace(match: re.Match[str]) -> str:
            if not match[0] or self._loses_any(match, taken):
                return match[0]
            partitions.extend(self._partitions(match))
            return "".join(text or match[group] or "" for text, group in self._pieces)

        folded = self._regex.sub(replace, name)
        settles = all(placeholder in folded for placeholder in self._placeholders)
        if not folded or not (settles if self._placeholders else len(folded) < len(name)):
            return name, []
        return folded, partitions

    def _loses_any(self, match: re.Match[str], placeholders: list[tuple[int, int]]) -> bool:
        """Say whether a match has (a part of) a placeholder that no group keeps."""
        touched = [(start, end) for start, end in placeholders if match.start() < end and start < match.end()]
        kept = [match.span(group) for _, group in self._pieces if group] if touched else []
        return any(not any(first <= start and end <= last for first, last in kept) for start, end in touched)

    def _partitions(self, match: re.Match[str]) -> list[Partition]:
        kept = {group for _, group in self._pieces}
        found = [
            (match.start(group), group, value)
            for group, value in match.groupdict().items()
            if value and group not in kept
        ]
        return [(group, value) for _, group, value in sorted(found)]


def read_patterns(text: str) -> tuple[PartitionPattern, ...]:
    """Read a JSON list of ``{"pattern": ..., "name": ..., "namespaces": [...]}``. Raises :class:`InvalidPattern`."""
    try:
        wire = json.loads(text or "[]")
    except (ValueError, RecursionError) as error:
        raise InvalidPattern(f"no JSON: {error}") from None
    if not isinstance(wire, list) or len(wire) > MAX_PATTERNS:
        raise InvalidPattern(f"no list of at most {MAX_PATTERNS} patterns")
    return tuple(_read(entry) for entry in wire)


def _read(entry: Any) -> PartitionPattern:
    if not isinstance(entry, Mapping) or not _FIELDS.issuperset(entry):
        raise InvalidPattern(f"{entry!r} is no object of pattern, name and namespaces")
    pattern, name, namespaces = entry.get("pattern"), entry.get("name"), entry.get("namespaces") or []
    if not isinstance(pattern, str) or not isinstance(name, str):
        raise InvalidPattern(f"{entry!r}: pattern and name must be text")
    if not isinstance(namespaces, list) or not all(isinstance(glob, str) for glob in namespaces):
        raise InvalidPattern(f"{entry!r}: namespaces must be a list of text")
    return PartitionPattern(pattern, name, tuple(namespaces))
