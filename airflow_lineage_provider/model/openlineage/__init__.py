"""Events of the OpenLineage standard as this package understands them."""

from __future__ import annotations
