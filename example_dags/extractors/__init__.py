"""An extractor of somebody's own, for an operator of somebody's own."""

from __future__ import annotations
