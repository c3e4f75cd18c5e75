"""Versions of the columns of a dataset."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.access import FULL_ACCESS
from airflow_lineage_provider.store.schema_history import Key, SchemaVersion, schema_changes, schema_history
from airflow_lineage_provider.store.schemas import HISTORY
from tests.airflow_rows import NOW
from tests.store.chronicle import Chronicle
from tests.store.test_run_detail import VIEWER, tag_column

DAY = timedelta(days=1)
VERSIONS = [{"id": "int"}, {"id": "int", "name": "text"}, {"name": "text", "id": "bigint"}]


@pytest.fixture
def chronicle(db: Any) -> Chronicle:
    chronicle = Chronicle(db)
    for number, columns in enumerate(VERSIONS):
        chronicle.run(writes=("t",), columns={"t": columns}, at=NOW + DAY * number)
    return chronicle


def changes(version: SchemaVersion) -> list[tuple[str, str | None]] | None:
    if version.changes is None:
        return None
    return [(change.kind, change.name) for change in version.changes]


def test_the_history_tells_what_changed_newest_first(chronicle: Chronicle) -> None:
    found, after = schema_history(chronicle.dataset("t"), FULL_ACCESS, limit=9, session=chronicle.session)
    assert after is None
    assert [version.valid_from for version in found] == [NOW + 2 * DAY, NOW + DAY, NOW]
    newest = changes(found[0]) or []
    assert ("type_changed", "id") in newest
    assert any(kind == "moved" for kind, _ in newest)
    assert changes(found[1]) == [("added", "name")]
    assert changes(found[2]) is None
    assert found[0].valid_to is None
    assert found[0].run is not None


def test_a_page_shows_the_changes_against_the_version_of_the_next_page(chronicle: Chronicle) -> None:
    pages: list[SchemaVersion] = []
    after: Key | None = None
    for _ in VERSIONS:
        found, after = schema_history(
            chronicle.dataset("t"), FULL_ACCESS, after=after, limit=1, session=chronicle.session
        )
        pages += found
    assert after is None
    assert changes(pages[1]) == [("added", "name")]
    assert len(pages) == 3


def test_masked_columns_and_runs_of_others_are_not_named(chronicle: Chronicle) -> None:
    tag_column(chronicle, "t", "name")
    chronicle.run("payroll.load", writes=("t",), columns={"t": {"id": "text"}}, at=NOW + 3 * DAY)
    found, _ = schema_history(chronicle.dataset("t"), VIEWER, limit=9, session=chronicle.session)
    assert "'name'" not in str(found).replace("name='name'", "'name'").replace("name=None", "")
    assert found[0].run is None
    assert [column.is_masked for column in found[2].columns] == [False, True]


def test_changes_of_a_window_know_the_version_before_it(chronicle: Chronicle) -> None:
    ids = [chronicle.dataset("t")]
    found = schema_changes(ids, NOW + DAY, NOW + 2 * DAY, limit=9, session=chronicle.session)
    assert [(change.at, len(change.before), len(change.after)) for change in found] == [(NOW + DAY, 1, 2)]
    everything = schema_changes(ids, NOW - DAY, NOW + 9 * DAY, limit=9, session=chronicle.session)
    assert [change.at for change in everything] == [NOW + 2 * DAY, NOW + DAY]


def test_columns_that_are_taken_back_are_a_change(chronicle: Chronicle) -> None:
    chronicle.session.execute(
        HISTORY.update().where(HISTORY.c.valid_to.is_(None)).values(valid_to=NOW + 5 * DAY)
    )
    (found,) = schema_changes(
        [chronicle.dataset("t")], NOW + 4 * DAY, NOW + 6 * DAY, limit=9, session=chronicle.session
    )
    assert (found.at, found.after) == (NOW + 5 * DAY, ())
