"""What a search finds."""

from __future__ import annotations

from pydantic import BaseModel, Field

from airflow_lineage_provider.api.schemas.run import Shown
from airflow_lineage_provider.store.search import HitType


class Hit(Shown):
    """One thing that was found."""

    type: HitType
    node_id: str | None = Field(description="Node of the graph; of a column, its dataset's.")
    namespace: str | None
    name: str = Field(description="Of a column: the name of its dataset.")
    columns: list[str] = Field(description="Columns that match, for type column.")
    dag_id: str | None
    task_id: str | None


class SearchPage(BaseModel):
    """Hits: exact names, then beginnings, then parts, then namespaces."""

    hits: list[Hit]
    next_cursor: str | None = Field(description="A page may be short and still have a next one.")
    is_truncated: bool = Field(description="The store is so large that its oldest names were not looked at.")
