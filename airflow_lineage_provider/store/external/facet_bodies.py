"""Facets of events, cleaned and hashed; most of them come again and again, and cleaning is what takes long."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import partial
from threading import Lock
from typing import Any

from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.store.facet_policy import kept_facets
from airflow_lineage_provider.store.facets import FacetBody

KEPT_HASHES = 8_192
"""Facets whose cleaned form is known by its hash; neither form itself is remembered."""

_hashes: dict[tuple[str, bytes], str] = {}
"""Name and hash as it was sent to the hash as it is stored."""
_lock = Lock()


def kept_bodies(facets: Mapping[str, Any]) -> dict[str, FacetBody]:
    """Facets fit to be stored, by name."""
    found: dict[str, FacetBody] = {}
    for name, sent in facets.items():
        key = (name, hashlib.sha256(canonical_json(sent)).digest())
        known = _hashes.get(key)
        if known is not None:
            found[name] = FacetBody(known, partial(_text, name, sent))
            continue
        kept = kept_facets({name: sent})
        if name in kept:
            text = canonical_json(kept[name])
            digest = hashlib.sha256(text).hexdigest()
            found[name] = FacetBody(digest, partial(bytes, text))
            _remember(key, digest)
    return found


def _text(name: str, sent: Any) -> bytes:
    return canonical_json(kept_facets({name: sent})[name])


def _remember(key: tuple[str, bytes], digest: str) -> None:
    with _lock:
        if len(_hashes) >= KEPT_HASHES:
            _hashes.pop(next(iter(_hashes)))  # the oldest
        _hashes[key] = digest
