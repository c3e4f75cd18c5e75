"""Where the datasets of files are that name none: a connection of Airflow, or a namespace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from airflow_lineage_provider.contracts.binding import (
    CONNECTION_PROPERTY,
    NAME_PROPERTY,
    NAMESPACE_PROPERTY,
)

OPTIONS = ("connection_id", "namespace")


@dataclass(frozen=True, slots=True)
class Place:
    """What a person says about a file's datasets."""

    connection_id: str | None = None
    namespace: str | None = None

    @classmethod
    def of(cls, binding: Mapping[str, str | None] | None) -> Place:
        """Read ``{"connection_id": ..., "namespace": ...}``. Raises :class:`ValueError` for other keys."""
        options = dict(binding or {})
        unknown = sorted(set(options) - set(OPTIONS))
        if unknown:
            raise ValueError(f"unknown binding {', '.join(unknown)}; there are {', '.join(OPTIONS)}")
        return cls(**{key: value.strip() or None for key, value in options.items() if value is not None})

    def properties(self, name: str | None, *, namespace: str | None = None) -> list[dict[str, Any]]:
        """Custom properties that bind a schema object; none where too little is known.

        :param name: of the dataset, as its namespace spells it.
        :param namespace: of the dataset where the file itself tells it; the person's word comes first.
        """
        namespace = self.namespace or (None if self.connection_id else namespace)
        if namespace and name:
            return [
                {"property": NAMESPACE_PROPERTY, "value": namespace},
                {"property": NAME_PROPERTY, "value": name},
            ]
        if self.connection_id:
            return [{"property": CONNECTION_PROPERTY, "value": self.connection_id}]
        return []
