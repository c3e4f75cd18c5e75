"""Attempts as OpenLineage events on their way to the configured transport."""

from __future__ import annotations
