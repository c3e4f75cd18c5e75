"""Where events go: the configured transport, taken apart where it has parts that do not depend on each other."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from typing import Any

WHOLE = "transport"
"""Name of the only target of a transport without parts."""
KEY_LENGTH = 8
LONGEST_TIMEOUT = 30.0
"""Seconds: nobody waits longer for one answer of a backend, whatever is configured."""
DEFAULT_TIMEOUT = 5.0

_NO_RETRY = {"total": 0, "read": 0, "connect": 0, "status_forcelist": []}


def targets_of(transport: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Name of each target to what the OpenLineage client makes a transport of.

    A composite transport that is to reach all of its parts becomes one target per part: each has a queue of its own,
    so that a part that is down neither loses events nor keeps them from the others. One that stops after its
    first success is one target.
    """
    if transport.get("type") != "composite" or not transport.get("continue_on_success", True):
        return {WHOLE: _adapted(transport)}
    parts = transport.get("transports")
    if isinstance(parts, Mapping):
        named = {str(name): part for name, part in parts.items() if part}
    elif isinstance(parts, list):
        named = {}
        for number, part in enumerate(parts, start=1):
            name = str(part.get("name") or number) if isinstance(part, Mapping) else str(number)
            named[name if name not in named else f"{name} {number}"] = part
    else:
        named = {}
    if not named or not all(isinstance(part, Mapping) for part in named.values()):
        return {WHOLE: _adapted(transport)}
    return {name: _adapted(part) for name, part in named.items()}


def target_key(name: str) -> str:
    """Eight hex digits with which the digest of each queued event of a target begins."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:KEY_LENGTH]


def _adapted(transport: Mapping[str, Any]) -> dict[str, Any]:
    # The client takes keys out of what it is given, so it gets a copy.
    adapted: dict[str, Any] = copy.deepcopy(dict(transport))
    if adapted.get("type") == "async_http":
        # It answers before anything was sent; the queue already makes sure that nobody waits.
        adapted["type"] = "http"
    if adapted.get("type") == "http":
        # We try again ourselves, later and later, and in the meantime others get their turn.
        adapted["retry"] = dict(_NO_RETRY)
        adapted["timeout"] = _bounded(adapted.get("timeout"))
    inner = adapted.get("transport")
    if isinstance(inner, Mapping):
        adapted["transport"] = _adapted(inner)
    parts = adapted.get("transports")
    if isinstance(parts, list):
        adapted["transports"] = [_adapted(part) if isinstance(part, Mapping) else part for part in parts]
    elif isinstance(parts, Mapping):
        adapted["transports"] = {
            name: _adapted(part) if isinstance(part, Mapping) else part for name, part in parts.items()
        }
    return adapted


def _bounded(timeout: object) -> float:
    try:
        seconds = float(timeout)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return DEFAULT_TIMEOUT
    return min(seconds, LONGEST_TIMEOUT) if seconds > 0 else DEFAULT_TIMEOUT
