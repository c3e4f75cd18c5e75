from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from airflow_lineage_provider.api import long_lived
from airflow_lineage_provider.api.long_lived import LongLived
from airflow_lineage_provider.store.content_cache import ContentCache


@pytest.fixture(autouse=True)
def _thaw() -> Iterator[None]:
    yield
    gc.unfreeze()


def test_what_there_is_is_looked_at_no_more() -> None:
    kept = [[number] for number in range(1_000)]
    LongLived().settle()
    assert gc.get_freeze_count() > len(kept)
    assert not any(each is kept for each in gc.get_objects())


def test_it_is_done_again_when_caches_have_grown_and_not_all_the_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(long_lived, "MANY", 3)
    keeper = LongLived()
    keeper.settle()
    cache: ContentCache[int] = ContentCache()
    for number in range(5):
        cache.put(str(number), number)
    assert not keeper.settle_if_much_was_read(), "that was a moment ago"
    monkeypatch.setattr(long_lived, "REST", 0.0)
    assert keeper.settle_if_much_was_read()
    assert not keeper.settle_if_much_was_read()
