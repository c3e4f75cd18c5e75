"""A JSON text with the line of every value, looked up when something is wrong with it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, NoReturn

from airflow_lineage_provider.contracts.error import ContractError, Path, Problem

_BLANK = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class JsonText:
    """A parsed JSON text."""

    source: str
    text: str
    data: Any

    def problem(self, path: Path, message: str) -> Problem:
        """Build a problem at a path; the line is that of the nearest part that exists."""
        return Problem(self.source, message, path, _line(self.text, path))


def parse_json(text: str, source: str) -> JsonText:
    """Read JSON. Raises :class:`ContractError`."""
    try:
        return JsonText(source, text, json.loads(text, parse_constant=_refuse))
    except json.JSONDecodeError as error:
        raise ContractError([Problem(source, f"not valid JSON: {error.msg}", (), error.lineno)]) from None
    except RecursionError:
        raise ContractError([Problem(source, "is nested too deeply")]) from None
    except ValueError as error:
        # Numbers of thousands of digits, and NaN.
        raise ContractError([Problem(source, f"not valid JSON: {error}")]) from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON value")


def _line(text: str, path: Path) -> int:
    at = value = _blank(text, 0)
    for step in path:
        found = _child(text, value, step)
        if found is None:
            break
        at, value = found
    return text.count("\n", 0, at) + 1


def _child(text: str, position: int, step: str | int) -> tuple[int, int] | None:
    """Where a part of a mapping or list stands and where its value starts."""
    opened = text[position]
    if opened not in "{[":
        return None
    position = _blank(text, position + 1)
    index = 0
    while text[position] not in "}]":
        start = position
        key: str | int = index
        if opened == "{":
            key, position = _DECODER.raw_decode(text, position)
            position = _blank(text, _blank(text, position) + 1)
        if key == step and type(key) is type(step):
            return start, position
        _, position = _DECODER.raw_decode(text, position)
        position = _blank(text, position)
        if text[position] == ",":
            position = _blank(text, position + 1)
        index += 1
    return None


def _blank(text: str, position: int) -> int:
    match = _BLANK.match(text, position)
    return match.end() if match else position
