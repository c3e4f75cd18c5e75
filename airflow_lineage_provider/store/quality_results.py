"""Results of quality checks as producers send them, in one form."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from airflow_lineage_provider.model.dataset_id import DatasetId

ASSERTIONS = "dataQualityAssertions"
EXPECTATIONS = "greatExpectations_assertions"
"""What OpenLineage's action for Great Expectations sends in place of the facet of the specification."""
TESTS = "test"
LONGEST = 500
"""Characters of a check's name, its column and its severity that are kept."""
MOST_RESULTS = 1_000
"""Of one facet."""
_STATUS = {"pass": True, "passed": True, "success": True, "fail": False, "failed": False, "error": False}
"""Of a test execution; one that was skipped has no result."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of a dataset and how it ended."""

    name: str
    column: str | None
    is_success: bool
    severity: str | None
    kind: str | None = None
    """What it checks, ``not_null``, where that is not its name: dbt names its test ``not_null_orders_id``."""


def results_of_assertions(facet: Any) -> list[CheckResult]:
    """Results in a dataset's facet: ``{"assertions": [{"assertion", "success", "column"?, "name"?, "severity"?}]}``."""
    found = []
    for entry in _entries(facet, "assertions"):
        kind = _text(entry.get("assertion"))
        name = _text(entry.get("name")) or kind
        if name and isinstance(entry.get("success"), bool):
            column, severity = _text(entry.get("column")), _text(entry.get("severity"))
            found.append(
                CheckResult(
                    _without_column(name, column),
                    column,
                    entry["success"],
                    severity,
                    kind if kind != name else None,
                )
            )
    return found


def results_of_expectations(facet: Any) -> list[CheckResult]:
    """Results of Great Expectations: ``{"assertions": [{"expectationType", "success", "column"?}]}``.

    An expectation has no name there: of several of one type on a column, one that failed counts.
    """
    found: dict[tuple[str, str | None], CheckResult] = {}
    for entry in _entries(facet, "assertions"):
        name, column = _text(entry.get("expectationType")), _text(entry.get("column"))
        if name and isinstance(entry.get("success"), bool):
            known = found.setdefault((name, column), CheckResult(name, column, entry["success"], None))
            if known.is_success and not entry["success"]:
                found[name, column] = CheckResult(name, column, False, None)
    return list(found.values())


def results_of_tests(facet: Any, datasets: Collection[DatasetId]) -> dict[DatasetId, list[CheckResult]]:
    """Results in a run's facet ``{"tests": [{"name", "status", "severity"?, "params"?}]}`` by what they are about.

    A test names its table and column in ``params`` as ``tested_table`` and ``tested_column``. One that names no table
    is about the only dataset there is; of several it is about none that could be told.

    :param datasets: what the run touched.
    """
    found: dict[DatasetId, list[CheckResult]] = {}
    for entry in _entries(facet, "tests"):
        name = _text(entry.get("name"))
        status = entry.get("status")
        is_success = _STATUS.get(status.strip().casefold()) if isinstance(status, str) else None
        if name is None or is_success is None:
            continue
        params = entry.get("params")
        about: Mapping[str, Any] = params if isinstance(params, dict) else {}
        dataset = _tested(_text(about.get("tested_table")), datasets)
        if dataset is not None:
            column, severity = _text(about.get("tested_column")), _text(entry.get("severity"))
            result = CheckResult(_without_column(name, column), column, is_success, severity)
            found.setdefault(dataset, []).append(result)
    return found


def results_by_row(
    of_datasets: Mapping[DatasetId, Mapping[str, Any]],
    run_facets: Mapping[str, Any],
    ids: Mapping[DatasetId, int],
) -> dict[int, list[CheckResult]]:
    """All results of a run, or of an event, by row id of the dataset.

    :param of_datasets: facets of its datasets.
    :param ids: row ids of what it touched; two names may mean one row.
    """
    found: dict[int, list[CheckResult]] = {}
    for dataset, facets in of_datasets.items():
        if ASSERTIONS in facets:
            found.setdefault(ids[dataset], []).extend(results_of_assertions(facets[ASSERTIONS]))
        if EXPECTATIONS in facets:
            found.setdefault(ids[dataset], []).extend(results_of_expectations(facets[EXPECTATIONS]))
    if TESTS in run_facets:
        for dataset, results in results_of_tests(run_facets[TESTS], list(ids)).items():
            found.setdefault(ids[dataset], []).extend(results)
    return found


def _without_column(name: str, column: str | None) -> str:
    """``null_check`` of ``id.null_check``: the check operators of common.sql put the column before it."""
    return (name.removeprefix(f"{column}.") or name) if column else name


def _tested(table: str | None, datasets: Collection[DatasetId]) -> DatasetId | None:
    """The dataset that a name in a test means: the same name, else the only one that ends with it."""
    if table is None:
        return next(iter(datasets)) if len(datasets) == 1 else None
    wanted = table.replace('"', "").replace("`", "").casefold()
    same = [each for each in datasets if each.name.casefold() == wanted]
    fitting = same or [each for each in datasets if each.name.casefold().endswith(f".{wanted}")]
    return fitting[0] if len(fitting) == 1 else None


def _entries(facet: Any, key: str) -> Iterator[Mapping[str, Any]]:
    entries = facet.get(key) if isinstance(facet, dict) else None
    for entry in entries[:MOST_RESULTS] if isinstance(entries, list) else ():
        if isinstance(entry, dict):
            yield entry


def _text(value: Any) -> str | None:
    text = value.strip()[:LONGEST] if isinstance(value, str) else ""
    return text or None
