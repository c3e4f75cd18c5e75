from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from airflow.sdk._shared import module_loading

from airflow_lineage_provider.capture.extractors import registry
from airflow_lineage_provider.capture.extractors.extractor import Extraction, RunIdentity
from airflow_lineage_provider.capture.extractors.registry import ENTRY_POINTS, extractor_of
from example_dags.extractors.warehouse_export import (
    TellingExportExtractor,
    WarehouseExportExtractor,
    WarehouseExportOperator,
)

PAGE = Path(__file__).parents[1] / "docs" / "extractors.md"


@pytest.fixture(autouse=True)
def warehouse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_WAREHOUSE", "postgres://me:hunter2@db.example.com/shop")


def exported(target: str, *, failed: bool = False) -> Extraction:
    task = WarehouseExportOperator(task_id="export", query="SELECT id FROM orders", target=target)
    if not failed:
        task.execute({})
    extraction = Extraction()
    WarehouseExportExtractor().extract(task, {}, extraction, failed=failed)
    assert "hunter2" not in str(extraction)
    return extraction


def test_the_example_names_its_query_and_its_file() -> None:
    extraction = exported("s3://lake/orders.parquet")
    [(connection, statement)] = extraction.statements
    assert (connection.conn_id, statement.sql, statement.executed) == (
        "warehouse",
        "SELECT id FROM orders",
        True,
    )
    [output] = extraction.outputs
    assert (str(output.dataset), output.rows) == ("s3://lake orders.parquet", 42)


def test_the_example_says_what_it_cannot_name() -> None:
    extraction = exported("s3://lake/*.parquet", failed=True)
    assert extraction.truncated == ["extractor: the files behind s3://lake/*.parquet"]
    assert [statement.executed for _, statement in extraction.statements] == [False]


def test_the_example_tells_its_service_for_whom_it_works() -> None:
    task = WarehouseExportOperator(task_id="export", query="SELECT 1", target="s3://lake/a")
    TellingExportExtractor().prepare(task, {}, RunIdentity("prod", "shop.export", "id", "shop", "root"))
    assert task.headers == {"X-OpenLineage-Parent": "prod/shop.export/id"}


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package with the entry point that the page shows."""
    line = re.search(r'^"(\S+)" = "(\S+)"$', PAGE.read_text(), re.MULTILINE)
    assert line is not None
    (info := tmp_path / "acme_lineage-1.0.dist-info").mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-lineage\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{ENTRY_POINTS}]\n{line[1]} = {line[2]}\n")
    caches = (registry.registered, registry._load, module_loading._get_grouped_entry_points)
    monkeypatch.syspath_prepend(tmp_path)
    for cache in caches:
        cache.cache_clear()
    yield
    monkeypatch.undo()
    for cache in caches:
        cache.cache_clear()


def test_the_entry_point_of_the_page_registers_the_example(installed: None) -> None:
    assert isinstance(extractor_of(WarehouseExportOperator), WarehouseExportExtractor)
    derived = type("NightlyExport", (WarehouseExportOperator,), {})
    assert isinstance(extractor_of(derived), WarehouseExportExtractor)
