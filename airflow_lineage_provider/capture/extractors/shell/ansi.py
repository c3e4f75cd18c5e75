r"""The escapes of ``$'...'``."""

from __future__ import annotations

import re

from airflow_lineage_provider.capture.extractors.shell.syntax import decoded

_ESCAPE = re.compile(
    r"\\(?:(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9A-Fa-f]{1,2})|u(?P<short>[0-9A-Fa-f]{1,4})|U(?P<long>[0-9A-Fa-f]{1,8})"
    r"|c(?P<control>.)|(?P<letter>.))",
    re.DOTALL,
)
_LETTERS = {
    "a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v",
    "\\": "\\", "'": "'", '"': '"', "?": "?",
}  # fmt: skip


def ansi_text(source: str, start: int, end: int) -> tuple[str, int]:
    """Text up to the closing quote, and where what follows it starts."""
    stop = start
    while stop < end and source[stop] != "'":
        stop += 2 if source[stop] == "\\" else 1
    stop = min(stop, end)
    return decoded(_ESCAPE.sub(_unescaped, source[start:stop])), stop + 1


def _unescaped(escape: re.Match[str]) -> str:
    if escape["octal"]:
        return chr(int(escape["octal"], 8) & 0xFF)
    if escape["hex"]:
        return chr(int(escape["hex"], 16))
    if digits := escape["short"] or escape["long"]:
        code = int(digits, 16)
        return chr(code).encode("utf-8", "replace").decode("latin-1") if code < 0x110000 else "?"
    if escape["control"]:
        return chr(ord(escape["control"]) & 0x1F)
    return _LETTERS.get(escape["letter"], escape[0])
