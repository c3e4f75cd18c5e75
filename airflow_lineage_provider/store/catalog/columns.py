"""Columns as a reader may see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from airflow_lineage_provider.model.io_entry import Column


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of a dataset; of one that the reader may not know nothing but its place."""

    name: str | None
    type: str | None = None
    description: str | None = None


def shown_columns(columns: Iterable[Column], hidden: Collection[str]) -> tuple[ShownColumn, ...]:
    """Columns in their order.

    :param hidden: names that are not shown.
    """
    return tuple(
        ShownColumn(None)
        if column.name in hidden
        else ShownColumn(column.name, column.type, column.description)
        for column in columns
    )
