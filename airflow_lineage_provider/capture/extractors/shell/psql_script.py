r"""Text that ``psql`` reads: SQL with commands of its own between the lines, like ``\copy`` and ``\connect``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_COPY_DATA = re.compile(r"\bCOPY\s[^;]*\bFROM\s+STDIN\b", re.IGNORECASE)
_TABLE = re.compile(r"(?:\"[^\"]*\"|[^\s(\"])+(?:\s*\([^)]*\))?")
_QUERY_PART = re.compile(r"[^()']+|'[^']*'|[()']")
_WAY = re.compile(
    r"\s*(?P<way>from|to)\s+(?P<program>program\s+)?(?:'(?P<quoted>(?:[^']|'')*)'|(?P<bare>[^\s;]+))",
    re.IGNORECASE,
)
_SENDS = re.compile(r"(?<!\\)\\(?:gx|gset|gexec|gdesc|g|crosstabview|watch)\b[^\n]*")
_VARIABLE = re.compile(r"(?<![:\w]):(?:'(?P<literal>\w+)'|\"(?P<name>\w+)\"|(?P<bare>[A-Za-z_]\w*))")
_LITERAL = re.compile(r"((?<!:)'(?:[^']|'')*')")
_NO_FILES = frozenset({"stdin", "stdout", "pstdin", "pstdout"})
_LAST = 2_000
"""Characters before the end of a statement that are looked at for ``COPY``."""


@dataclass(frozen=True, slots=True)
class Sql:
    """Statements that are sent as they are."""

    text: str


@dataclass(frozen=True, slots=True)
class Meta:
    """A command of psql's own: its name without backslash and the rest of its line."""

    name: str
    rest: str


@dataclass(frozen=True, slots=True)
class Copy:
    r"""``\copy``: what of the database, which way, and the file if it is one."""

    what: str
    reads: bool
    file: str | None

    @property
    def sql(self) -> str:
        return f"COPY {self.what} FROM STDIN" if self.reads else f"COPY {self.what} TO STDOUT"


def parts_of(text: str) -> Iterator[Sql | Meta | Copy]:
    """Statements and commands in their order. Rows behind ``COPY ... FROM STDIN`` are passed over."""
    lines: list[str] = []
    in_data = in_literal = False
    for line in text.split("\n"):
        if in_data:
            in_data = line.strip() != "\\."
            continue
        if not in_literal and line.lstrip().startswith("\\"):
            if any(kept.strip() for kept in lines):
                yield Sql("\n".join(lines))
            lines = []
            yield _meta(line.lstrip())
            continue
        lines.append(line if in_literal else _SENDS.sub(";", line))
        in_literal = in_literal is not (line.count("'") % 2 == 1)
        if "stdin" in line.lower() and line.rstrip().endswith(";"):
            in_data = _COPY_DATA.search("\n".join(lines[-5:])[-_LAST:]) is not None
    if any(kept.strip() for kept in lines):
        yield Sql("\n".join(lines))


def _meta(line: str) -> Meta | Copy:
    name, _, rest = line[1:].partition(" ")
    name = name.strip().rstrip(";")
    return (_copy(rest.strip()) or Meta(name, "")) if name == "copy" else Meta(name, rest.strip())


def _copy(text: str) -> Copy | None:
    table = _TABLE.match(text)
    end = _end_of_query(text) if table is None else table.end()
    way = _WAY.match(text, end) if end else None
    if way is None:
        return None
    file = way["quoted"].replace("''", "'") if way["quoted"] is not None else way["bare"]
    is_file = not way["program"] and (way["quoted"] is not None or file.lower() not in _NO_FILES)
    return Copy(text[:end], way["way"].lower() == "from", file if is_file else None)


def _end_of_query(text: str) -> int:
    depth = 0
    for part in _QUERY_PART.finditer(text):
        depth += (part[0] == "(") - (part[0] == ")")
        if depth == 0:
            return part.end()
    return 0


def with_variables(sql: str, values: dict[str, str]) -> str:
    """Replace ``:name``, ``:'name'`` and ``:"name"`` outside literals."""
    if not values or ":" not in sql:
        return sql

    def value(found: re.Match[str]) -> str:
        name = found["literal"] or found["name"] or found["bare"]
        if name not in values:
            return found[0]
        if found["literal"]:
            return "'" + values[name].replace("'", "''") + "'"
        return f'"{values[name]}"' if found["name"] else values[name]

    # A literal that is the variable's own quotes has to stay with its colon.
    pieces = _LITERAL.split(sql)
    return "".join(piece if index % 2 else _VARIABLE.sub(value, piece) for index, piece in enumerate(pieces))
