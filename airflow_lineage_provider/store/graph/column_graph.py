"""Columns: which come from which, by name, whether or not any schema has them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import BindParameter, bindparam, select, type_coerce
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.edges import COLUMN_EDGE
from airflow_lineage_provider.store.graph.moment import PlainMoment
from airflow_lineage_provider.store.graph.walk import Reached
from airflow_lineage_provider.store.graph.window import Window, in_window
from airflow_lineage_provider.store.row_ids import chunks, in_ids
from airflow_lineage_provider.store.schemas import current_schemas

_PLAIN = PlainMoment()
_COLUMNS = (
    COLUMN_EDGE.c.input_dataset_id,
    COLUMN_EDGE.c.input_column,
    COLUMN_EDGE.c.output_dataset_id,
    COLUMN_EDGE.c.output_column,
    COLUMN_EDGE.c.job_id,
    COLUMN_EDGE.c.transformations,
    type_coerce(COLUMN_EDGE.c.first_seen, _PLAIN).label("first_seen"),
    type_coerce(COLUMN_EDGE.c.last_seen, _PLAIN).label("last_seen"),
    COLUMN_EDGE.c.last_run_id,
)
INPUT, INPUT_COLUMN, OUTPUT, OUTPUT_COLUMN, JOB_ID, TRANSFORMATIONS, FIRST_SEEN, LAST_SEEN, LAST_RUN_ID = (
    range(9)
)
"""Places in a row."""

ColumnKey = tuple[int, str | None]
"""(dataset, column); ``None`` is the dataset itself: some column of it that nobody could name."""


class ColumnExpand:
    """Neighbours of columns. Columns of one dataset are read once, however many of them are met when."""

    def __init__(self, window: Window, session: Session) -> None:
        self._session = session
        self._asked = window.values
        query = select(*_COLUMNS).where(*in_window(COLUMN_EDGE, window.values)).order_by(COLUMN_EDGE.c.id)
        most: BindParameter[int] = bindparam("most")
        self._queries = {
            True: query.where(in_ids(COLUMN_EDGE.c.input_dataset_id)).limit(most),
            False: query.where(in_ids(COLUMN_EDGE.c.output_dataset_id)).limit(most),
        }
        self._known: dict[bool, dict[int, dict[str | None, list[Sequence[Any]]]]] = {True: {}, False: {}}
        self.is_cut = False

    def __call__(self, frontier: Sequence[ColumnKey], downstream: bool, limit: int) -> Iterator[Reached]:
        known = self._known[downstream]
        self._read({dataset for dataset, _ in frontier} - known.keys(), downstream, limit)
        for dataset, column in frontier:
            if column is None:
                continue  # whichever column it is, the others have nothing to do with it
            rows = known.get(dataset, {})
            # What is made from a column nobody could name may be made from this one.
            for row in (*rows.get(column, ()), *(rows.get(None, ()) if downstream else ())):
                source = (row[INPUT], column if downstream else row[INPUT_COLUMN])
                target = (row[OUTPUT], row[OUTPUT_COLUMN])
                near, far = (source, target) if downstream else (target, source)
                yield source, target, (row[JOB_ID], row[INPUT_COLUMN]), row, near, far

    def columns_of(self, dataset_id: int, limit: int) -> list[str]:
        """Columns of a dataset: those of its schema in their order, then the ones that lineage alone knows."""
        found: dict[str, None] = {}
        schema = current_schemas([dataset_id], session=self._session).get(dataset_id)
        for column in schema.columns if schema is not None else ():
            found[column.name] = None
        for downstream in (False, True):
            self._read({dataset_id} - self._known[downstream].keys(), downstream, limit)
            for name in self._known[downstream].get(dataset_id, ()):
                if name is not None:
                    found[name] = None
        return list(found)

    def _read(self, datasets: set[int], downstream: bool, limit: int) -> None:
        known = self._known[downstream]
        of, at = (INPUT, INPUT_COLUMN) if downstream else (OUTPUT, OUTPUT_COLUMN)
        for part in chunks(sorted(datasets)):
            asked = {**self._asked, "ids": part, "most": limit}
            rows = self._session.execute(self._queries[downstream], asked).all()
            self.is_cut |= len(rows) >= limit
            for dataset in part:
                known.setdefault(dataset, {})
            for row in rows:
                known[row[of]].setdefault(row[at], []).append(row)


def merged_transformations(texts: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
    """Transformations of several jobs, each once."""
    found: dict[str, Mapping[str, Any]] = {}
    for text in dict.fromkeys(texts):
        for each in json.loads(text):
            found.setdefault(json.dumps(each, sort_keys=True), each)
    return tuple(found.values())
