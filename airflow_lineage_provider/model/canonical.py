"""One spelling for equal JSON values, so that equal content has one hash."""

from __future__ import annotations

import hashlib
import json
from typing import Any

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
"""Made once: ``json.dumps`` makes one for each value."""


def canonical_json(value: Any) -> bytes:
    """UTF-8 JSON with sorted keys and no spaces. Raises ``TypeError``/``ValueError`` for what JSON cannot say."""
    return _ENCODER.encode(value).encode("utf-8", "surrogatepass")


def content_hash(value: Any) -> str:
    """SHA-256 (64 hex digits) of the canonical JSON."""
    return hashlib.sha256(canonical_json(value)).hexdigest()
