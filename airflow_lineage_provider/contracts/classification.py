"""How much classifications hide: free words of contracts and tags on one ladder."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

LADDER: tuple[str, ...] = ("public", "internal", "confidential", "restricted")
"""From what everybody may see to what hardly anybody may."""

_SYNONYMS = {
    "public": 0, "open": 0, "unclassified": 0, "unrestricted": 0, "open data": 0, "external": 0,
    "non sensitive": 0, "not sensitive": 0, "nonsensitive": 0, "non personal": 0, "non pii": 0, "no pii": 0,
    "non confidential": 0, "not confidential": 0,
    "internal": 1, "internal use": 1, "internal only": 1, "internal use only": 1, "company": 1, "general": 1,
    "protected": 1, "official": 1,
    "confidential": 2, "sensitive": 2, "private": 2, "personal": 2, "personal data": 2, "pii": 2, "pd": 2, "gdpr": 2,
    "spi": 2, "personally identifiable": 2, "personally identifiable information": 2, "confidential pii": 2,
    "restricted": 3, "secret": 3, "top secret": 3, "highly confidential": 3, "strictly confidential": 3,
    "highly restricted": 3, "highly sensitive": 3, "most confidential": 3, "phi": 3, "pci": 3, "spii": 3,
    "special category": 3, "special categories": 3, "sensitive pii": 3, "sensitive personal data": 3,
    "health": 3, "credentials": 3,
}  # fmt: skip
_DENYING = frozenset({"no", "non", "not", "without"})
_LETTERS = re.compile(r"[^\W_]+")


@lru_cache(maxsize=4_096)
def rank(word: str) -> int | None:
    """Step of a word on :data:`LADDER`, from 0; ``None``: nobody knows.

    A word of several parts is as high as its highest part: ``02_GDPR_direct`` is ``gdpr``. Numbers alone are no
    words: some count up to what is secret and some down.
    """
    parts = _LETTERS.findall(word.casefold()) if isinstance(word, str) else []
    whole = " ".join(parts)
    if whole in _SYNONYMS:
        return _SYNONYMS[whole]
    if _DENYING.intersection(parts):
        return None
    pairs = [" ".join(pair) for pair in pairwise(parts)]
    return max((_SYNONYMS[part] for part in (*parts, *pairs) if part in _SYNONYMS), default=None)


def is_lower(word: str | None, than: str | None) -> bool | None:
    """Whether a classification hides less than another; none at all hides least. ``None``: nobody knows."""
    if not than:
        return False
    wanted = rank(than)
    if not word:
        return True if wanted is None else wanted > 0
    given = rank(word)
    if given is None or wanted is None:
        return False if word.strip().casefold() == than.strip().casefold() else None
    return given < wanted
