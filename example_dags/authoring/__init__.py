"""What a DAG author can say about lineage that nobody can see."""

from __future__ import annotations
