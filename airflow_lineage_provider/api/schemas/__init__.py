"""What the routes answer, as types."""

from __future__ import annotations
