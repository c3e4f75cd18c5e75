from __future__ import annotations

import pytest

from airflow_lineage_provider.capture.extractors.extractor import Extraction
from airflow_lineage_provider.capture.extractors.registry import extractor_of


def test_a_script_of_hive_runs_in_the_schema_of_the_operator(
    extraction: Extraction, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = pytest.importorskip("airflow.providers.apache.hive.operators.hive")
    monkeypatch.setenv("AIRFLOW_CONN_HIVE_CLI_DEFAULT", "hive-cli://me:hunter2@hive.example.com:10001/raw")
    task = module.HiveOperator(task_id="t", hql="INSERT INTO daily SELECT * FROM orders", schema="mart")
    extractor = extractor_of(type(task))
    assert extractor is not None
    extractor.extract(task, {}, extraction, failed=False)
    [(connection, statement)] = extraction.statements
    assert (connection.conn_type, connection.host, connection.schema) == (
        "hive_cli",
        "hive.example.com",
        "mart",
    )
    assert statement.sql == "INSERT INTO daily SELECT * FROM orders"
    assert "hunter2" not in str(extraction)
