"""What ``${name...}`` makes of a value: trimmed, cut, in another letter case."""

from __future__ import annotations

import fnmatch
import re
from functools import lru_cache

from airflow_lineage_provider.capture.extractors.shell.field import NotCertain

_CUT = re.compile(r"\s*(\d{1,6}|\s-\d{1,6})\s*(?::\s*(-?\d{1,6})\s*)?\Z")
_MOST = 1_000
"""Characters of a value that a pattern is tried on."""


def changed(name: str, operator: str, argument: str, value: str) -> str:
    """Apply an operator to text. Raises :class:`NotCertain` for what is not understood.

    :param argument: expanded; a pattern for those operators that take one.
    """
    if operator in ("#", "##", "%", "%%"):
        return _trimmed(name, operator, argument, value)
    if operator in ("^^", ",,") and not argument:
        return value.upper() if operator == "^^" else value.lower()
    if operator == ":" and (cut := _CUT.match(argument)):
        start = int(cut[1])
        start = len(value) + start if start < 0 else start
        if start < 0:
            return ""
        if cut[2] is None:
            return value[start:]
        stop = int(cut[2])
        return value[start : len(value) + stop if stop < 0 else start + stop]
    raise NotCertain(f"${{{name}}} is changed in a way that is not understood")


def _trimmed(name: str, operator: str, pattern: str, value: str) -> str:
    if len(value) > _MOST or len(pattern) > 100 or pattern.count("*") > 3:
        raise NotCertain(f"${{{name}}} is changed in a way that is not understood")
    matches = _pattern(pattern.replace("[^", "[!")).match
    places = range(len(value) + 1)
    if operator[0] == "#":
        # Shortest first for one sign, longest first for two.
        for at in places if operator == "#" else reversed(places):
            if matches(value[:at]):
                return value[at:]
    else:
        for at in reversed(places) if operator == "%" else places:
            if matches(value[at:]):
                return value[:at]
    return value


@lru_cache(maxsize=64)
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(fnmatch.translate(pattern))
