"""How a message names a contract that may be meant, so that it can be left out for who may not see that contract."""

from __future__ import annotations

MEANT = "; or is it meant by contract "
"""Begins the end of a text."""


def without_contract(text: str) -> str:
    """The text up to where it names a contract that may be meant."""
    return text.partition(MEANT)[0]
