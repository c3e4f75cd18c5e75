from __future__ import annotations

from pathlib import Path

import pytest
from airflow.sdk import ObjectStoragePath
from airflow.sdk.io import store
from fsspec.implementations.memory import MemoryFileSystem

from airflow_lineage_provider.capture import collector
from airflow_lineage_provider.capture.sources.hook import hook_entries


def test_what_hooks_report_is_known_but_for_the_memory_of_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        store, "_STORE_CACHE", {"memory": store.ObjectStore("memory", None, MemoryFileSystem())}
    )
    collector.reset()
    for root in (f"file://{tmp_path}", "memory://b"):
        with ObjectStoragePath(f"{root}/a.csv").open("w") as file:
            file.write("a")
    reported = collector.snapshot().outputs
    assert {info.asset.uri.partition(":")[0] for info in reported} == {"file", "memory"}
    [entry] = hook_entries(reported)
    assert entry.identity.name == f"{tmp_path}/a.csv"
