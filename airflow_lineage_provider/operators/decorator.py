"""``@task.validate_lineage``: a function that says which datasets are judged."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from airflow.sdk.bases.decorator import DecoratedOperator, task_decorator_factory
from airflow.sdk.exceptions import AirflowFailException

from airflow_lineage_provider.operators.validation import LineageValidationOperator

if TYPE_CHECKING:
    from airflow.sdk import Context
    from airflow.sdk.bases.decorator import TaskDecorator


class _DecoratedLineageValidationOperator(DecoratedOperator, LineageValidationOperator):
    """Judges the datasets that the function returns."""

    template_fields: Sequence[str] = (
        *DecoratedOperator.template_fields,
        *LineageValidationOperator.template_fields,
    )
    template_fields_renderers: ClassVar[dict[str, str]] = {
        **DecoratedOperator.template_fields_renderers,
        **LineageValidationOperator.template_fields_renderers,
    }
    custom_operator_name = "@task.validate_lineage"

    def __init__(self, **kwargs: Any) -> None:
        if "datasets" in kwargs:
            raise TypeError("datasets cannot be given to @task.validate_lineage: the function returns them")
        super().__init__(**kwargs)
        if self.is_async:
            raise TypeError("@task.validate_lineage takes a plain function, not an async one")

    def execute(self, context: Context) -> dict[str, Any]:
        arguments = self.determine_kwargs({**context, **self.op_kwargs})
        chosen = self.python_callable(*self.op_args, **arguments)
        if chosen is not None and not chosen:
            raise AirflowFailException(
                "Lineage validation cannot be asked for: the function returned no dataset; return None to judge what "
                "the DAG reads"
            )
        self.datasets = chosen
        return LineageValidationOperator.execute(self, context)


def validate_lineage_task(
    python_callable: Callable[..., Any] | None = None, multiple_outputs: bool | None = None, **kwargs: Any
) -> TaskDecorator:
    """Make a function a task that validates lineage.

    The function returns the datasets to judge, as ``LineageValidationOperator(datasets=...)`` takes them, or ``None``
    for what the DAG reads. The verdict is the task's XCom.

    :param python_callable: the function.
    :param multiple_outputs: whether each key of the verdict becomes an XCom of its own.
    :param kwargs: arguments of :class:`LineageValidationOperator` but ``datasets``.
    """
    return task_decorator_factory(
        python_callable=python_callable,
        multiple_outputs=multiple_outputs,
        decorated_operator_class=_DecoratedLineageValidationOperator,
        **kwargs,
    )
