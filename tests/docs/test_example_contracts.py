from __future__ import annotations

from datetime import date

import yaml

from airflow_lineage_provider.contracts.lint import lint_paths
from airflow_lineage_provider.contracts.promise import promise_of
from tests.docs.pages import ROOT

FOLDER = ROOT / "example_dags" / "contracts"


def test_the_example_contracts_lack_nothing() -> None:
    report = lint_paths([str(FOLDER)], today=date(2026, 6, 15))
    assert (report.problems, report.warnings) == ((), ())
    assert report.files == len(list(FOLDER.iterdir()))


def test_one_of_them_promises_freshness_quality_and_classification() -> None:
    contract = yaml.safe_load((FOLDER / "customers.odcs.yaml").read_text())
    promise = promise_of(contract, "customers")
    assert promise is not None
    assert {sla.property for sla in promise.slas} == {"freshness", "frequency"}
    assert promise.least_rows == 1
    assert {column.name: column.classification for column in promise.columns}["email"] == "confidential"
