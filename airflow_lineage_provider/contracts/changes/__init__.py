"""What changed between two versions of a contract, one part of it per file."""

from __future__ import annotations
