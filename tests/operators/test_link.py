from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest


@pytest.fixture(autouse=True)
def airflow_is_set_up(metadata_db: None) -> None:
    """Nothing of Airflow is imported before the session's home is set."""


def link(**task: Any) -> str:
    from airflow.sdk.types import TaskInstanceKey

    from airflow_lineage_provider.operators.validation import LineageValidationOperator

    operator = LineageValidationOperator(task_id="validate")
    (button,) = operator.operator_extra_links
    assert button.name == "Lineage verdict"
    return button.get_link(operator, ti_key=TaskInstanceKey(**task))


@pytest.mark.parametrize(
    "base", ["https://airflow.example.com/team", "https://airflow.example.com/team/", ""]
)
def test_it_leads_to_the_findings_of_the_run(monkeypatch: pytest.MonkeyPatch, base: str) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", base)

    parts = urlsplit(
        link(dag_id="shop", run_id="manual__2026-01-31T06:00:00+00:00", task_id="group.validate")
    )

    assert parts.netloc == ("airflow.example.com" if base else "")
    assert parts.path == ("/team" if base else "") + "/plugin/lineage"
    assert parse_qs(parts.query) == {
        "view": ["findings"],
        "dag_id": ["shop"],
        "run_id": ["manual__2026-01-31T06:00:00+00:00"],
        "task_id": ["group.validate"],
    }


def test_airflow_knows_the_link_by_its_class() -> None:
    from airflow.providers_manager import ProvidersManager

    assert (
        "airflow_lineage_provider.operators.link.LineageVerdictLink"
        in ProvidersManager().extra_links_class_names
    )
