"""Numbers as the command line takes them."""

from __future__ import annotations

LARGEST = 2**63 - 1
"""What a database takes for a whole number."""


def whole_number(text: str) -> int:
    """A number from 0 up. Raises ``ValueError``."""
    value = int(text)
    if not 0 <= value <= LARGEST:
        raise ValueError(text)
    return value


whole_number.__name__ = "whole number"  # argparse shows it: "invalid whole number value: 'x'"
