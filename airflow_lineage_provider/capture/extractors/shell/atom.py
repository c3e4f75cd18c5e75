"""The parts of one word as it is written: quoted and unquoted text, variables, substitutions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from airflow_lineage_provider.capture.extractors.shell.ansi import ansi_text
from airflow_lineage_provider.capture.extractors.shell.syntax import decoded

_NAME = re.compile(r"[A-Za-z_]\w*|[0-9@*#?$!-]", re.ASCII)
_BRACED = re.compile(
    r"(?P<length>#)?(?P<name>[A-Za-z_]\w*|\d+|[@*#?$!-])(?:\[(?P<index>[^]]*)\])?(?P<operator>:?[-+=?]|##?|%%?|\^\^|,,|:|$)",
    re.ASCII,
)
_PLAIN_UNQUOTED = re.compile(r"[^\\'\"$`~<>]+")
_PLAIN_QUOTED = re.compile(r"[^\\\"$`]+")
_PLAIN_HERE = re.compile(r"[^\\$`]+")


class Quoting(Enum):
    """What a backslash and a quote mean in a text."""

    NONE = "none"
    DOUBLE = "double"
    HERE = "here-document"


@dataclass(frozen=True, slots=True)
class Text:
    """Letters that stand for themselves; unquoted ones may be wildcards or braces."""

    text: str
    quoted: bool


@dataclass(frozen=True, slots=True)
class Variable:
    """``$name``, or ``${name[index]operator argument}`` with the argument still as it is written."""

    name: str
    quoted: bool
    operator: str = ""
    argument: str = ""
    index: str = ""
    is_bare: bool = False
    """Whether it has no braces, so that letters behind it would be part of its name."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """What only the run could tell, with the reason; a command's output has the offset it starts at."""

    reason: str
    quoted: bool
    start: int = -1


Atom = Text | Variable | Opaque


def atoms_of(source: str, start: int, end: int, inner: Mapping[int, int], quoting: Quoting) -> list[Atom]:
    """Take a word apart.

    :param inner: where expansions and substitutions start and where they end.
    """
    atoms: list[Atom] = []
    at, quoted = start, quoting is not Quoting.NONE
    while at < end:
        letter = source[at]
        plain = (
            _PLAIN_HERE if quoting is Quoting.HERE else _PLAIN_QUOTED if quoted else _PLAIN_UNQUOTED
        ).match(source, at, end)
        if plain:
            atoms.append(Text(decoded(plain[0]), quoted))
            at = plain.end()
        elif letter == "\\":
            at = _escape(source, at, end, quoting, quoted, atoms)
        elif letter == '"' and quoting is not Quoting.HERE:
            quoted = not quoted
            atoms.append(Text("", True))
            at += 1
        elif letter == "'" and not quoted:
            close = source.find("'", at + 1, end)
            close = end if close < 0 else close
            atoms.append(Text(decoded(source[at + 1 : close]), True))
            at = close + 1
        elif letter == "~" and at == start and not quoted:
            at = _tilde(source, at, end, atoms)
        elif letter in "$`<>":
            at = _expansion(source, at, end, inner, quoted, atoms)
        else:
            atoms.append(Text(letter, quoted))
            at += 1
    return atoms


def _escape(source: str, at: int, end: int, quoting: Quoting, quoted: bool, atoms: list[Atom]) -> int:
    following = source[at + 1 : at + 2] if at + 1 < end else ""
    if following == "\n":
        return at + 2
    if quoted and following not in ("$`\\" if quoting is Quoting.HERE else '$`"\\'):
        atoms.append(Text("\\", True))
        return at + 1
    if not following:
        atoms.append(Text("\\", True))
        return at + 1
    # A letter outside ASCII is several characters here; the rest of it follows as plain text.
    size = 1
    while not following.isascii() and at + 1 + size < end and "\x80" <= source[at + 1 + size] < "\xc0":
        size += 1
    atoms.append(Text(decoded(source[at + 1 : at + 1 + size]), True))
    return at + 1 + size


def _tilde(source: str, at: int, end: int, atoms: list[Atom]) -> int:
    stop = at + 1
    if stop == end or source[stop] == "/":
        atoms.append(Variable("HOME", quoted=True, operator="~"))
    elif re.match(r"[\w+-]", source[stop]):
        atoms.append(Opaque("the home of another user is not known", quoted=True))
        while stop < end and re.match(r"[\w.+-]", source[stop]):
            stop += 1
    else:
        atoms.append(Text("~", False))
    return stop


def _expansion(
    source: str, at: int, end: int, inner: Mapping[int, int], quoted: bool, atoms: list[Atom]
) -> int:
    letter, following = source[at], source[at + 1 : at + 2] if at + 1 < end else ""
    if letter == "`" or (letter in "$<>" and following == "("):
        stop = inner.get(at, end)
        arithmetic = source.startswith("$((", at)
        if letter in "<>":
            atoms.append(Opaque("a process's output is not known", quoted, at))
        else:
            reason = (
                "the result of arithmetic is not known"
                if arithmetic
                else "the output of a command is not known"
            )
            atoms.append(Opaque(reason, quoted, at))
        return stop
    if letter != "$":
        atoms.append(Text(letter, quoted))
        return at + 1
    if following == "{":
        stop = inner.get(at, end)
        atoms.append(_braced(source[at + 2 : stop - 1], quoted))
        return stop
    if following == "'" and not quoted:
        text, stop = ansi_text(source, at + 2, end)
        atoms.append(Text(text, True))
        return stop
    if following == '"' and not quoted:
        return at + 1
    name = _NAME.match(source, at + 1, end)
    if name:
        atoms.append(Variable(name[0], quoted, is_bare=True))
        return name.end()
    atoms.append(Text("$", True))
    return at + 1


def _braced(inside: str, quoted: bool) -> Atom:
    found = _BRACED.match(inside)
    if found is None or (found["length"] and found["operator"]):
        return Opaque("an expansion is not understood", quoted)
    if found["length"]:
        return Variable(found["name"], quoted, "length", "", found["index"] or "")
    rest = inside[found.end() :]
    if not found["operator"] and rest:
        return Opaque(f"${{{found['name']}}} is changed in a way that is not understood", quoted)
    return Variable(found["name"], quoted, found["operator"], rest, found["index"] or "")
