from __future__ import annotations

import pytest

from airflow_lineage_provider.capture import collector
from airflow_lineage_provider.capture.extractors.extractor import Extraction, RunIdentity


@pytest.fixture
def extraction() -> Extraction:
    collector.reset()
    return Extraction()


@pytest.fixture
def run() -> RunIdentity:
    return RunIdentity(
        namespace="prod",
        job_name="shop.load",
        run_id="0192d000-0000-7000-8000-000000000001",
        root_job_name="shop",
        root_run_id="0192d000-0000-7000-8000-000000000002",
    )
