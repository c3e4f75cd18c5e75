from __future__ import annotations

from typing import Any

import pytest

from tests.operators.asked import serve

VERDICT = {"v": 1, "result": "pass", "blocks": False, "datasets": [], "findings": [], "verdict_id": 1}


@pytest.fixture(autouse=True)
def airflow_is_set_up(metadata_db: None) -> None:
    """Nothing of Airflow is imported before the session's home is set."""


def judged(function: Any, *args: Any, context: dict[str, Any] | None = None, **options: Any) -> Any:
    from airflow.sdk import DAG, task

    with DAG("shop", schedule=None):
        operator = task.validate_lineage(task_id="choose", **options)(function)(*args).operator
    return operator.execute(context or {})


def test_what_the_function_returns_is_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow.sdk import Asset

    def choose() -> list[Any]:
        return [Asset("s3://lake/orders"), ("postgres://db:5432", "shop.public.stock")]

    server = serve(monkeypatch, VERDICT)

    assert judged(choose, level="warn", transitive_depth=2) == VERDICT
    assert server.questions == [
        {
            "v": 1,
            "ask": "validate",
            "datasets": [
                {"uri": "s3://lake/orders"},
                {"namespace": "postgres://db:5432", "name": "shop.public.stock"},
            ],
            "rules": None,
            "level": "warn",
            "depth": 2,
        }
    ]


def test_none_means_what_the_dag_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(monkeypatch, VERDICT)

    judged(lambda: None)

    assert server.questions[0]["datasets"] is None


def test_the_function_gets_its_arguments_and_the_context(monkeypatch: pytest.MonkeyPatch) -> None:
    def choose(bucket: str, ds: str | None = None) -> list[str]:
        return [f"s3://{bucket}/{ds}"]

    server = serve(monkeypatch, VERDICT)

    judged(choose, "lake", context={"ds": "2026-01-31"})

    assert server.questions[0]["datasets"] == [{"uri": "s3://lake/2026-01-31"}]


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ([], "the function returned no dataset"),
        (["orders"], r"datasets\[0\] is 'orders'"),
        (7, "datasets is int"),
    ],
)
def test_what_names_no_dataset_fails_in_one_line(
    monkeypatch: pytest.MonkeyPatch, chosen: Any, message: str
) -> None:
    from airflow.sdk.exceptions import AirflowFailException

    server = serve(monkeypatch, VERDICT)

    with pytest.raises(AirflowFailException, match=message):
        judged(lambda: chosen)
    assert server.questions == []


def test_what_cannot_be_meant_is_said_when_the_dag_is_parsed() -> None:
    async def later() -> None: ...

    with pytest.raises(TypeError, match="the function returns them"):
        judged(lambda: None, datasets=["s3://lake/orders"])
    with pytest.raises(TypeError, match="takes a plain function"):
        judged(later)
    with pytest.raises(ValueError, match="on_fail is 'retry'"):
        judged(lambda: None, on_fail="retry")


def test_it_can_be_mapped() -> None:
    from airflow.sdk import DAG, task

    with DAG("shop", schedule=None) as dag:

        @task.validate_lineage(level="warn")
        def choose(bucket: str) -> list[str]:
            return [f"s3://{bucket}/orders"]

        choose.expand(bucket=["a", "b"])

    assert dag.get_task("choose").partial_kwargs["level"] == "warn"
