"""Sources of evidence, one file each. Each adds to a record and raises nothing it can name."""

from __future__ import annotations
