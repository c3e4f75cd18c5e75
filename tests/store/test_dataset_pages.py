from __future__ import annotations

from typing import Any

import pytest

from airflow_lineage_provider.store import dataset_pages
from airflow_lineage_provider.store.dataset_pages import list_dataset_page
from tests.store.chronicle import Chronicle
from tests.store.test_run_detail import VIEWER


def test_a_short_page_tells_a_restricted_reader_nothing_of_hidden_datasets(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dataset_pages, "MOST_ROUNDS", 1)
    chronicle = Chronicle(db)
    for number in range(501):
        chronicle.dataset(f"hidden{number}")
    page = list_dataset_page(VIEWER, limit=1, session=db)
    assert (page.datasets, page.next_id) == ((), None)
