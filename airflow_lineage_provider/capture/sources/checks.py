"""Results of SQL check operators: which check of which column passed, never what it compared."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.model.record import LineageRecord

FACET = "test"
"""OpenLineage's run facet of test executions."""
MAX_RESULTS = 1_000


def add_check_results(record: LineageRecord, task: Any) -> None:
    """Add what a check operator of common.sql found so far; older versions of that provider tell nothing."""
    results = getattr(task, "check_results", None)
    if not isinstance(results, list) or not results:
        return
    tests = [test for result in results[:MAX_RESULTS] if (test := _test(result)) is not None]
    if tests:
        record.run_facets[FACET] = {"tests": tests}
    if len(results) > MAX_RESULTS:
        record.truncated.append(f"checks: {len(results) - MAX_RESULTS} results beyond {MAX_RESULTS}")


def _test(result: Any) -> dict[str, Any] | None:
    name, success = getattr(result, "name", None), getattr(result, "success", None)
    if not isinstance(name, str) or not isinstance(success, bool):
        return None
    test: dict[str, Any] = {"name": name, "status": "pass" if success else "fail"}
    for key, attribute in (("severity", "severity"), ("type", "check_type")):
        if isinstance(value := getattr(result, attribute, None), str):
            test[key] = value
    params = {
        key: value
        for key, attribute in (("tested_table", "table"), ("tested_column", "column"))
        if isinstance(value := getattr(result, attribute, None), str)
    }
    return {**test, "params": params} if params else test
