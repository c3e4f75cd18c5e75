"""One line of an owners file: fields, quotes, options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches

from airflow_lineage_provider.model.day import day_of
from airflow_lineage_provider.store.ownership.registration import KINDS

ANY = "*"
MOST_OWNERS = 20
"""Owners of one line."""
OPTIONS = ("namespace", "channel", "contact", "from", "until", "kind")
_BLANK = re.compile(r"[ \t]+")
_FIELD = re.compile(r"""(?:'[^']*'|"(?:[^"\\]|\\.)*"|\\.|[^\\'" \t])+""")
_OPTION = re.compile(r"([a-z_]+)=")
_PATH = re.compile(r"://[^/]+/.")


class UnreadableLine(ValueError):
    """What is wrong with a line, and what to do."""


@dataclass(frozen=True, slots=True)
class OwnersLine:
    """Who owns what two globs match."""

    name: str
    owners: tuple[str, ...]
    namespace: str = ANY
    kind: str | None = None
    """user | team"""
    contact: str | None = None
    channel: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    """Last day."""
    number: int = field(default=0, compare=False)
    """Line in its file, from 1."""

    def __str__(self) -> str:
        return f"{self.namespace} {self.name}"


def read_line(text: str, number: int) -> OwnersLine | None:
    """Read one line; ``None`` where it is empty or a comment. Raises :class:`UnreadableLine`."""
    words: list[str] = []
    options: dict[str, str] = {}
    for raw in _fields(text):
        option = _OPTION.match(raw)
        if option is None:
            words.append(_unquoted(raw))
            continue
        key, value = option[1], _unquoted(raw[option.end() :])
        if key not in OPTIONS:
            near = get_close_matches(key, OPTIONS, n=1)
            hint = (
                f"did you mean {near[0]}=?"
                if near
                else f"options are {', '.join(f'{name}=' for name in OPTIONS)}"
            )
            raise UnreadableLine(f"unknown option {key}=; {hint} A name that holds = is put in quotes")
        if key in options:
            raise UnreadableLine(f"{key}= stands here twice; keep one")
        if not value.strip():
            raise UnreadableLine(f"{key}= has no value; remove it or add one")
        options[key] = value
    if not words and not options:
        return None
    return _line(words, options, number)


def write_line(line: OwnersLine) -> str:
    """The line as :func:`read_line` reads it."""
    options: list[tuple[str, str | None]] = [
        ("channel", line.channel),
        ("contact", line.contact),
        ("from", line.valid_from.isoformat() if line.valid_from else None),
        ("until", line.valid_to.isoformat() if line.valid_to else None),
        ("kind", line.kind),
    ]
    words = [line.name, *line.owners]
    if "://" in line.namespace:
        words.insert(0, line.namespace)
    elif line.namespace != ANY or "://" in line.name:
        options.insert(0, ("namespace", line.namespace))
    fields = [_quoted(word) for word in words]
    return " ".join(
        [*fields, *(f"{key}={_quoted_value(value)}" for key, value in options if value is not None)]
    )


def doubt_of(line: OwnersLine) -> str | None:
    """What of a line that can be read was perhaps meant otherwise."""
    if _PATH.search(line.namespace):
        return (
            f"{line.namespace!r} is read as the namespace and {line.name!r} as the name; if the path belongs to the "
            "name, put a space before it"
        )
    return None


def _line(words: list[str], options: dict[str, str], number: int) -> OwnersLine:
    if not words:
        raise UnreadableLine("names no dataset; begin the line with a pattern")
    namespace = options.get("namespace")
    if namespace is None and "://" in words[0]:
        namespace = words.pop(0)
        if len(words) < 2:
            rest = f"{words[0]!r} as the name" if words else "no name follows"
            raise UnreadableLine(
                f"names no owner: {namespace!r} is read as the namespace and {rest}; write NAMESPACE NAME OWNER"
            )
    if len(words) < 2:
        raise UnreadableLine(f"names no owner of {words[0]!r}; add a person or a team, or remove the line")
    name, *owners = words
    if not name.strip():
        raise UnreadableLine("the pattern is empty; write * for any name")
    if len(owners) > MOST_OWNERS:
        raise UnreadableLine(f"has {len(owners)} owners; at most {MOST_OWNERS} are possible: name a team")
    kind = options.get("kind")
    if kind is not None and kind not in KINDS:
        raise UnreadableLine(f"kind= is {kind!r}; it must be {' or '.join(KINDS)}")
    return OwnersLine(
        name,
        tuple(owner.strip() for owner in owners),
        ANY if namespace is None else namespace,
        kind,
        _stripped(options.get("contact")),
        _stripped(options.get("channel")),
        _day(options, "from"),
        _day(options, "until"),
        number,
    )


def _fields(text: str) -> Iterator[str]:
    """Fields as they are written, with their quotes, as far as the comment."""
    at = 0
    while True:
        if blank := _BLANK.match(text, at):
            at = blank.end()
        if at == len(text) or text[at] == "#":
            return
        found = _FIELD.match(text, at)
        if found is None or not (found.end() == len(text) or text[found.end()] in " \t"):
            place = found.end() if found is not None else at
            what = (
                "backslash at the end of the line"
                if text[place] == "\\"
                else f"quote {text[place]} without an end"
            )
            raise UnreadableLine(f"{what}, at character {place + 1}")
        yield found[0]
        at = found.end()


def _unquoted(raw: str) -> str:
    return "".join(shlex.split(raw)) if any(letter in raw for letter in "'\"\\") else raw


def _quoted(word: str) -> str:
    return (
        f"'{word}'"
        if _OPTION.match(word) and "'" not in word
        else shlex.quote(word)
        if not _is_plain(word)
        else word
    )


def _quoted_value(word: str) -> str:
    return word if _is_plain(word) or re.fullmatch(r"#[\w.-]+", word) else shlex.quote(word)


def _is_plain(word: str) -> bool:
    return (
        bool(word)
        and not word.startswith("#")
        and not _OPTION.match(word)
        and not re.search(r"""[\s'"\\]""", word)
    )


def _stripped(text: str | None) -> str | None:
    return text.strip() if text is not None else None


def _day(options: dict[str, str], key: str) -> date | None:
    text = options.get(key)
    if text is None:
        return None
    if (day := day_of(text)) is not None:
        return day
    raise UnreadableLine(f"{key}= is {text!r}; it must be a day like 2026-06-30, of the years 1970 to 8999")
