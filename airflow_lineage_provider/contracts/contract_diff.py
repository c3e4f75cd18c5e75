"""What changed between two versions of a contract, and which version number that takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from airflow_lineage_provider.contracts.changes.change import (
    ContractChange as ContractChange,
    Impact as Impact,
)
from airflow_lineage_provider.contracts.changes.head import head_changes
from airflow_lineage_provider.contracts.changes.objects import object_changes
from airflow_lineage_provider.contracts.changes.slas import sla_changes
from airflow_lineage_provider.contracts.property_tree import mappings, text_of
from airflow_lineage_provider.contracts.version import is_raised
from airflow_lineage_provider.sql.dialect import dialect_of_server

_ORDER = list(Impact)


@dataclass(frozen=True, slots=True)
class ContractDiff:
    """All differences, worst first."""

    changes: tuple[ContractChange, ...]
    old_version: str
    new_version: str

    @property
    def impact(self) -> Impact | None:
        """Worst impact; ``None`` where nothing changed."""
        return max((change.impact for change in self.changes), key=_ORDER.index, default=None)

    @property
    def is_breaking(self) -> bool:
        return self.impact is Impact.MAJOR

    @property
    def is_version_raised(self) -> bool:
        """Whether the version number says how much changed; see :func:`version.is_raised`."""
        impact = self.impact
        return impact is None or is_raised(self.old_version, self.new_version, impact)


def diff(
    old: Mapping[str, Any], new: Mapping[str, Any], *, dialect: str | None = None, today: date | None = None
) -> ContractDiff:
    """Compare two valid contracts in JSON values.

    :param dialect: sqlglot dialect of physical types; ``None``: that of the first server of each.
    :param today: day by which an announced end has come; ``None``: this one, UTC.

    The consumer's query is the old reader: what promises less than before is major, what promises more is minor,
    what promises the same is a patch.
    """
    today = today or datetime.now(UTC).date()
    dialects = (dialect or _dialect(old), dialect or _dialect(new))
    changes = [
        *head_changes(old, new, today),
        *object_changes(old, new, dialects, today),
        *sla_changes(old, new),
    ]
    changes.sort(key=lambda change: -_ORDER.index(change.impact))
    return ContractDiff(tuple(changes), str(old.get("version")), str(new.get("version")))


def _dialect(contract: Mapping[str, Any]) -> str | None:
    types = (text_of(server.get("type")) for server in mappings(contract.get("servers")))
    return next((dialect for kind in types if kind and (dialect := dialect_of_server(kind))), None)
