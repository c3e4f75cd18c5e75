"""One spelling per path: slashes, dots and percent signs."""

from __future__ import annotations

import re
from urllib.parse import unquote

_UNTIDY = re.compile(r"//|(?:^|/)\.{1,2}(?:/|\Z)|/\Z")
_NESTED = re.compile("%(?:25)+(?=[0-9A-Fa-f]{2})")
_ESCAPE = re.compile(r"(?:%[0-9A-Fa-f]{2})+")


def clean_path(path: str) -> str:
    """Without empty and ``.`` segments and a slash at the end, ``..`` resolved. A leading slash stays one."""
    if not _UNTIDY.search(path) or path == "/":
        return path
    absolute = path.startswith("/")
    segments: list[str] = []
    for segment in path.split("/"):
        if segment in ("", "."):
            continue
        if segment != "..":
            segments.append(segment)
        elif segments and segments[-1] != "..":
            segments.pop()
        elif not absolute:
            segments.append(segment)
    return ("/" if absolute else "") + "/".join(segments)


def decoded_path(path: str) -> str:
    """Without percent-encoding, however often it was encoded.

    What would change the path's meaning stays encoded: slashes, control characters and bytes that are no text.
    """
    while "%" in path:
        decoded = _ESCAPE.sub(_decoded, _NESTED.sub("%", path))
        if decoded == path:
            break
        path = decoded
    return path


def _decoded(match: re.Match[str]) -> str:
    text = match[0]
    try:
        plain = unquote(text, errors="strict")
    except UnicodeDecodeError:
        return text
    if plain.isprintable() and "/" not in plain:
        return plain
    return "".join(letter if letter.isprintable() and letter != "/" else _encoded(letter) for letter in plain)


def _encoded(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8"))
