"""What a dataset's facets say about it: columns, other names, counts, whether it is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.io_entry import Column
from airflow_lineage_provider.model.openlineage.fields import Fields
from airflow_lineage_provider.model.openlineage.names import read_dataset_id
from airflow_lineage_provider.model.wire_limits import (
    MAX_BIGINT,
    MAX_COLUMNS,
    MAX_DESCRIPTION,
    MAX_PART,
    MAX_TYPE,
)

MAX_SYMLINKS = 100
MAX_EVENT_SYMLINKS = 500
"""Of all datasets of an event: each may be a dataset that has to be merged, while others wait."""


class Facets:
    """Facets of a run, a job or a dataset, with the paths they came from."""

    def __init__(self, owner: Fields | None, *keys: str) -> None:
        """Collect the facets of an object; those of a later key win. What is no object is no facet."""
        self.bodies: dict[str, Any] = {}
        self._paths: dict[str, str] = {}
        for key in keys:
            found = owner.inner(key) if owner is not None else None
            if found is None:
                continue
            for name, body in found.values.items():
                if isinstance(body, dict):
                    self.bodies[name] = body
                    self._paths[name] = found.place(name)

    def get(self, name: str) -> Fields | None:
        """A facet; ``None`` where the producer says that it is deleted."""
        body = self.bodies.get(name)
        return None if body is None or is_deleted(body) else Fields(body, self._paths[name])


def is_deleted(facet: Mapping[str, Any]) -> bool:
    """Whether a facet only says that it is no more."""
    return facet.get("_deleted") is True


def read_columns(facets: Facets) -> tuple[Column, ...] | None:
    """Columns of the schema facet, nested ones as ``a.b``.

    ``None``: there is no such facet. Empty: it says that there are no columns.
    """
    facet = facets.get("schema")
    if facet is None:
        return () if "schema" in facets.bodies else None
    if "fields" not in facet:
        return None
    columns: dict[str, Column] = {}
    for column in _columns(facet, ""):
        columns.setdefault(column.name, column)
        if len(columns) > MAX_COLUMNS:
            facet.fail("fields", f"must have at most {MAX_COLUMNS} columns, nested ones among them")
    return tuple(columns.values())


def _columns(owner: Fields, prefix: str) -> Iterator[Column]:
    for field in owner.objects("fields", MAX_COLUMNS) or ():
        name = prefix + field.name("name", MAX_PART)
        if len(name) > MAX_PART:
            field.fail("name", f"must have at most {MAX_PART} characters with the names around it")
        yield Column(name, type=_type(field), description=field.text("description", MAX_DESCRIPTION))
        if "fields" in field:
            yield from _columns(field, f"{name}.")


def _type(field: Fields) -> str | None:
    """Type as the producer calls it; some write a structure instead of a text."""
    value = field.get("type")
    if isinstance(value, dict | list) and value:
        field = Fields({"type": canonical_json(value).decode("utf-8")}, field.path)
    return field.text("type", MAX_TYPE)


def read_symlinks(facets: Facets, dataset: DatasetId) -> tuple[DatasetId, ...]:
    """Other names of the dataset."""
    facet = facets.get("symlinks")
    if facet is None:
        return ()
    names = (read_dataset_id(item) for item in facet.objects("identifiers", MAX_SYMLINKS) or ())
    return tuple(name for name in dict.fromkeys(names) if name != dataset)


def read_count(facets: Facets, key: str, *names: str) -> int | None:
    """A count out of the first facet that has it; ``None`` for what no column of a database holds."""
    for name in names:
        facet = facets.get(name)
        value = facet.get(key) if facet is not None else None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_BIGINT:
            return value
    return None


def read_is_dropped(facets: Facets) -> bool:
    """Whether the dataset's life ended."""
    facet = facets.get("lifecycleStateChange")
    state = facet.get("lifecycleStateChange") if facet is not None else None
    return isinstance(state, str) and state.upper() == "DROP"
