from __future__ import annotations

import functools
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.standard.operators.python import (
    BranchPythonOperator,
    ExternalPythonOperator,
    PythonOperator,
    PythonVirtualenvOperator,
    ShortCircuitOperator,
)
from airflow.sdk import DAG, task as task_decorator

from airflow_lineage_provider.capture.extractors.extractor import Extraction
from airflow_lineage_provider.capture.extractors.python import OtherInterpreterExtractor, PythonExtractor
from airflow_lineage_provider.capture.extractors.registry import extractor_of
from airflow_lineage_provider.store.facet_policy import kept_facets

HERE = Path(__file__)


def load() -> None:
    """Nothing."""


LINE = load.__code__.co_firstlineno


class Callable:
    def __call__(self) -> None: ...


def location(task: Any, extraction: Extraction, *, bundle: Any = None) -> dict[str, Any]:
    context = {"ti": SimpleNamespace(bundle_instance=bundle)}
    extractor = extractor_of(type(task))
    assert extractor is not None
    extractor.extract(task, context, extraction, failed=False)
    facet = extraction.job_facets["sourceCodeLocation"]
    assert kept_facets({"sourceCodeLocation": facet}) == {"sourceCodeLocation": facet}
    json.dumps(facet)
    return facet


def bundle(version: str | None = None) -> Any:
    return SimpleNamespace(name="shop", path=HERE.parent.parent, version=version)


@pytest.mark.parametrize("operator", [PythonOperator, BranchPythonOperator, ShortCircuitOperator])
def test_the_code_is_named_by_its_place_in_the_bundle(operator: Any, extraction: Extraction) -> None:
    facet = location(operator(task_id="t", python_callable=load), extraction, bundle=bundle("abc123"))
    assert facet == {
        "_schemaURL": facet["_schemaURL"],
        "type": "dag-bundle",
        "url": f"dag-bundle://shop/extractors/{HERE.name}",
        "path": f"extractors/{HERE.name}",
        "version": "abc123",
        "module": __name__,
        "qualifiedName": "load",
        "line": LINE,
    }


def test_the_facet_has_what_openlineage_asks_of_it(extraction: Extraction) -> None:
    from openlineage.client.generated.source_code_location_job import SourceCodeLocationJobFacet as Official

    facet = location(PythonOperator(task_id="t", python_callable=load), extraction, bundle=bundle("abc123"))
    own = {"_schemaURL", "module", "qualifiedName", "line"}
    official = Official(**{key: value for key, value in facet.items() if key not in own})
    assert official._schemaURL.startswith(facet["_schemaURL"])


def test_a_task_function_is_named(extraction: Extraction) -> None:
    with DAG("shop", schedule=None):

        @task_decorator
        def transform() -> None: ...

        operator = transform().operator
    facet = location(operator, extraction, bundle=bundle())
    assert facet["qualifiedName"].endswith("transform")
    assert facet["path"] == f"extractors/{HERE.name}"
    assert "version" not in facet


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (functools.partial(functools.partial(load)), "load"),
        (Callable(), "Callable"),
        (Callable().__call__, "Callable.__call__"),
        (functools.wraps(load)(lambda: None), "load"),
    ],
)
def test_what_wraps_a_function_does_not_hide_it(function: Any, name: str, extraction: Extraction) -> None:
    facet = location(PythonOperator(task_id="t", python_callable=function), extraction, bundle=bundle())
    assert facet["qualifiedName"] == name
    assert facet["path"] == f"extractors/{HERE.name}"


def test_code_of_a_package_is_named_by_its_module(extraction: Extraction) -> None:
    facet = location(PythonOperator(task_id="t", python_callable=json.dumps), extraction, bundle=bundle())
    assert (facet["type"], facet["url"], facet["module"]) == ("python", "python:json#dumps", "json")
    assert "path" not in facet
    assert "/" not in json.dumps({key: value for key, value in facet.items() if key != "_schemaURL"})


def test_code_without_python_is_named_too(extraction: Extraction) -> None:
    facet = location(PythonOperator(task_id="t", python_callable=print), extraction)
    assert facet["url"] == "python:builtins#print"
    assert "line" not in facet


def test_without_a_bundle_the_dag_says_where_its_file_is(extraction: Extraction) -> None:
    with DAG("shop", schedule=None) as dag:
        operator = PythonOperator(task_id="t", python_callable=load)
    dag.fileloc, dag.relative_fileloc = str(HERE), "shop/dag.py"
    assert location(operator, extraction)["url"] == "dag-bundle://dags/shop/dag.py"


def test_another_interpreter_is_not_seen_and_that_is_said(extraction: Extraction) -> None:
    task = ExternalPythonOperator(task_id="t", python="/usr/bin/python3", python_callable=load)
    assert location(task, extraction, bundle=bundle())["qualifiedName"] == "load"
    [left_out] = extraction.truncated
    assert "another interpreter" in left_out
    assert "declared" in left_out


def test_which_operators_have_another_interpreter() -> None:
    with DAG("shop", schedule=None):

        @task_decorator.virtualenv
        def isolated() -> None: ...

        @task_decorator.branch
        def branch() -> str:
            return "x"

        decorated, branching = isolated().operator, branch().operator
    assert type(extractor_of(type(decorated))) is OtherInterpreterExtractor
    assert type(extractor_of(PythonVirtualenvOperator)) is OtherInterpreterExtractor
    assert type(extractor_of(type(branching))) is PythonExtractor


@pytest.mark.filterwarnings("ignore:.*determine_kwargs")
def test_a_sensor_with_a_callable_has_code_too(extraction: Extraction) -> None:
    from airflow.providers.standard.sensors.python import PythonSensor

    sensor = PythonSensor(task_id="t", python_callable=load)
    assert location(sensor, extraction, bundle=bundle())["qualifiedName"] == "load"
