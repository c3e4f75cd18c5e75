from __future__ import annotations

import runpy
import sys

import pytest

from example_dags.demo.shop import EXAMPLES


@pytest.fixture
def dags(metadata_db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    """What the file of the example leaves in its module, parsed as Airflow does: with the folder on the path."""
    monkeypatch.syspath_prepend(EXAMPLES)
    before = set(sys.modules)
    found = runpy.run_path(str(EXAMPLES / "governance" / "fresh_and_live.py"))
    for name in set(sys.modules) - before:
        if name.partition(".")[0] == "shop":
            monkeypatch.delitem(sys.modules, name)
    return found


def test_the_example_waits_then_judges_then_packs(dags: dict[str, object]) -> None:
    from airflow.sdk import DAG

    from airflow_lineage_provider.operators.freshness import LineageFreshnessSensor
    from airflow_lineage_provider.operators.validation import LineageValidationOperator

    made = dags["shop_board_pack"]()  # type: ignore[operator]
    assert isinstance(made, DAG)
    wait, validate, pack = (made.get_task(name) for name in ("wait_for_revenue", "validate", "pack"))
    assert isinstance(wait, LineageFreshnessSensor)
    assert isinstance(validate, LineageValidationOperator)
    assert (validate.on_fail, validate.observe_live_schema, validate.conn_id) == ("skip", True, ["shop_db"])
    assert validate.upstream_task_ids == {wait.task_id}
    assert pack.upstream_task_ids == {validate.task_id}
