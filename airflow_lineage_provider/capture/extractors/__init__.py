"""What operators hold that tells their lineage, one small file per family. See ``registry`` for how one is found."""

from __future__ import annotations
