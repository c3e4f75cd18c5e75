"""Parameters that many routes of version 2 take, and what is refused before it reaches a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import HTTPException, Query, status
from pydantic import AfterValidator
from sqlalchemy.orm import Session

from airflow_lineage_provider.api.cursor import MAX_CURSOR
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE
from airflow_lineage_provider.model.node_id import InvalidNodeId
from airflow_lineage_provider.store.found_dataset import (
    FoundDataset,
    UnknownDataset,
    dataset_named,
    dataset_of_node,
)

MAX_NODE_ID = MAX_NAMESPACE + MAX_NAME + 16
MAX_ID = 250
LARGEST_NUMBER = 2**31 - 1
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = datetime(9000, 1, 1, tzinfo=UTC)
DEFAULT_WINDOW = timedelta(days=7)


def storable(text: str) -> str:
    """Text that every database takes."""
    if "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise ValueError("must not hold NUL characters or lone surrogates")
    return text


def aware(moment: datetime) -> datetime:
    """In UTC, which is what a time without zone is taken for; within the years that a database knows."""
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not _EARLIEST <= moment <= _LATEST:
        raise ValueError("must be a time between the years 1970 and 9000")
    return moment.astimezone(UTC)


def _text(longest: int, description: str) -> object:
    return Query(min_length=1, max_length=longest, description=description)


Word = Annotated[str, AfterValidator(storable)]
Moment = Annotated[datetime, AfterValidator(aware)]

DagId = Annotated[Word | None, _text(MAX_ID, "Only of this DAG.")]
DagRunId = Annotated[Word | None, _text(MAX_ID, "Only of this DAG run.")]
TaskId = Annotated[Word | None, _text(MAX_ID, "Only of this task.")]
Namespace = Annotated[Word | None, _text(MAX_NAMESPACE, "Namespace of the dataset, together with name.")]
Name = Annotated[Word | None, _text(MAX_NAME, "Name of the dataset, together with namespace.")]
DatasetNode = Annotated[
    Word | None,
    Query(
        alias="nodeId",
        min_length=1,
        max_length=MAX_NODE_ID,
        description="dataset:NAMESPACE:NAME, instead of namespace and name.",
    ),
]
Since = Annotated[
    Moment | None, Query(description="Start of the window, inclusive; ISO 8601, UTC without zone.")
]
Until = Annotated[
    Moment | None, Query(description="End of the window, exclusive; ISO 8601, UTC without zone.")
]
Cursor = Annotated[
    str | None,
    Query(max_length=MAX_CURSOR, description="next_cursor of the page before; left out for the first page."),
]
Limit = Annotated[int, Query(ge=1, le=500, description="How many at most.")]


def window_of(since: datetime | None, until: datetime | None) -> tuple[datetime, datetime]:
    """The window that is asked for: by default seven days, to now."""
    if until is None:
        # A moment more, for what is written while the question is on its way.
        until = datetime.now(UTC) + timedelta(seconds=1)
    if since is None:
        since = max(until - DEFAULT_WINDOW, _EARLIEST)
    if since >= until:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, "since must be before until")
    return since, until


def asked_dataset(
    node: str | None, namespace: str | None, name: str | None, access: Access, session: Session
) -> FoundDataset:
    """The dataset that the parameters name, if the reader may see it; else 404, and 400 for what names none."""
    is_named = namespace is not None and name is not None
    if (node is None) == (not is_named) or (node is not None and (namespace or name)):
        raise HTTPException(
            status.HTTP_400_BAD_REQUEST, "give either nodeId, or both of namespace and name, of a dataset"
        )
    try:
        if node is not None:
            return dataset_of_node(node, access, session=session)
        return dataset_named(str(namespace), str(name), access, session=session)
    except InvalidNodeId as error:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, str(error)) from None
    except UnknownDataset as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from None
