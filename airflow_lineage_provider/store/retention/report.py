"""What a clean did, or would do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from airflow_lineage_provider.store.retention.kind import Kind


@dataclass(slots=True)
class Swept:
    """One kind."""

    kind: Kind
    before: datetime | None
    """Older ones go; ``None`` for what does not go by age."""
    rows: int = 0
    """How many went; what belongs to them is not counted."""
    left: int = 0
    """How many were in use or could not be deleted now; the next clean takes them."""
    seconds: float = 0.0

    def to_wire(self) -> dict[str, Any]:
        """JSON object; moments are ISO 8601."""
        return {
            "kind": self.kind.value,
            "before": self.before.isoformat() if self.before else None,
            "rows": self.rows,
            "left": self.left,
            "seconds": round(self.seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """A whole clean."""

    swept: tuple[Swept, ...]
    is_complete: bool = True
    """False: it was stopped; the next one goes on."""

    @property
    def rows(self) -> int:
        return sum(swept.rows for swept in self.swept)
