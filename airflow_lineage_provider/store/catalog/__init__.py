"""What is known, as lists and single entries: namespaces, jobs, runs, datasets, versions, events, tags."""

from __future__ import annotations
