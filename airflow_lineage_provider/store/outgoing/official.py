"""Facets that came from an operator or an extractor and go out as they are stored."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

# A backend may refuse the whole event for one address that is none.
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")


def passed_on(facets: Mapping[str, Any], but: Collection[str] = ()) -> dict[str, Any]:
    """Facets that say of themselves what they are; the others are ours, or nobody could read them.

    :param but: names of facets that are made anew.
    """
    return {name: body for name, body in facets.items() if name not in but and _is_official(body)}


def _is_official(body: object) -> bool:
    return isinstance(body, dict) and all(
        isinstance(body.get(key), str) and _URI.fullmatch(body[key]) for key in ("_producer", "_schemaURL")
    )
