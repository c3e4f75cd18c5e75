"""Brace expansion: ``{a,b}`` and ``{1..3}``, before anything else in a word is expanded."""

from __future__ import annotations

import re

from airflow_lineage_provider.capture.extractors.shell.atom import Atom, Text, Variable
from airflow_lineage_provider.capture.extractors.shell.field import NotCertain
from airflow_lineage_provider.capture.extractors.shell.limits import MOST_FIELDS

MOST_BRACES = 50

_NUMBERS = re.compile(r"(-?\d+)\.\.(-?\d+)(?:\.\.(-?\d+))?\Z", re.ASCII)
_LETTERS = re.compile(r"([A-Za-z])\.\.([A-Za-z])\Z")


def brace_expanded(atoms: list[Atom]) -> list[list[Atom]]:
    """Words that one word becomes. Raises :class:`NotCertain` where there are too many."""
    if not any(isinstance(atom, Text) and not atom.quoted and "{" in atom.text for atom in atoms):
        return [atoms]
    letters = _letters(atoms)
    if sum(_is(atom, "{") for atom in letters) > MOST_BRACES:
        raise NotCertain("braces stand for too many words")
    return _expanded(letters, 0)


def _letters(atoms: list[Atom]) -> list[Atom]:
    """The same atoms with one for each unquoted letter."""
    split: list[Atom] = []
    for atom in atoms:
        if isinstance(atom, Text) and not atom.quoted:
            split.extend(Text(letter, False) for letter in atom.text)
        else:
            split.append(atom)
    return split


def _expanded(atoms: list[Atom], depth: int) -> list[list[Atom]]:
    start = 0
    while True:
        opened = _next(atoms, "{", start)
        if opened is None or depth > 20:
            return [atoms]
        parts, close = _parts(atoms, opened)
        if close is None:
            start = opened + 1
            continue
        choices = _choices(parts, depth)
        if choices is None:
            start = opened + 1
            continue
        before = atoms[opened - 1] if opened else None
        if isinstance(before, Variable) and before.is_bare and not before.quoted:
            # Braces come first: "$A{b,c}" is "$Ab $Ac".
            raise NotCertain("braces stand behind the name of a variable")
        tails = _expanded(atoms[close + 1 :], depth + 1)
        if len(choices) * len(tails) > MOST_FIELDS:
            raise NotCertain("braces stand for too many words")
        return [[*atoms[:opened], *choice, *tail] for choice in choices for tail in tails]


def _choices(parts: list[list[Atom]], depth: int) -> list[list[Atom]] | None:
    if len(parts) > 1:
        choices = [choice for part in parts for choice in _expanded(part, depth + 1)]
        if len(choices) > MOST_FIELDS:
            raise NotCertain("braces stand for too many words")
        return choices
    inside = "".join(atom.text for atom in parts[0] if isinstance(atom, Text) and not atom.quoted)
    if len(inside) != len(parts[0]):
        return None
    if found := _NUMBERS.match(inside):
        first, last = found[1], found[2]
        if max(map(len, (first, last))) > 9:
            raise NotCertain("braces stand for too many words")
        step = abs(int((found[3] or "1")[:9])) or 1
        width = max(len(first), len(last)) if re.match(r"-?0\d", first) or re.match(r"-?0\d", last) else 0
        if abs(int(last) - int(first)) // step > MOST_FIELDS:
            raise NotCertain("braces stand for too many words")
        way = step if int(last) >= int(first) else -step
        return [
            [Text(f"{n:0{width}d}", False)]
            for n in range(int(first), int(last) + (1 if way > 0 else -1), way)
        ]
    if found := _LETTERS.match(inside):
        first_code, last_code = ord(found[1]), ord(found[2])
        way = 1 if last_code >= first_code else -1
        return [[Text(chr(code), True)] for code in range(first_code, last_code + way, way)]
    return None


def _next(atoms: list[Atom], letter: str, start: int) -> int | None:
    return next((at for at in range(start, len(atoms)) if _is(atoms[at], letter)), None)


def _parts(atoms: list[Atom], opened: int) -> tuple[list[list[Atom]], int | None]:
    """What stands between the commas of a brace, and where the brace ends."""
    parts: list[list[Atom]] = [[]]
    depth = 0
    for at in range(opened + 1, len(atoms)):
        atom = atoms[at]
        if _is(atom, "}") and depth == 0:
            return parts, at
        depth += _is(atom, "{") - _is(atom, "}")
        if _is(atom, ",") and depth == 0:
            parts.append([])
        else:
            parts[-1].append(atom)
    return parts, None


def _is(atom: Atom, letter: str) -> bool:
    return isinstance(atom, Text) and not atom.quoted and atom.text == letter
