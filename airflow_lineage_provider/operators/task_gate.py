"""The check before a task with declared inlets, which nobody wrote into the DAG."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Iterator
from typing import Any

from airflow.sdk.exceptions import AirflowFailException

from airflow_lineage_provider import config
from airflow_lineage_provider.model.dataset_reference import dataset_reference
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.operators.findings_table import findings_table
from airflow_lineage_provider.operators.server import UNJUDGED, Unanswered, answer_to

log = logging.getLogger(__name__)

Hook = Callable[[Any], Any]
MARK = "__lineage_task_gate__"
"""On a hook of ours, so that a task which a policy meets twice is checked once."""


def gate_task(task: Any, level: Level) -> None:
    """Have the inlets of a task judged before it runs; what its author runs before it still does.

    :param task: operator, or mapped operator: each task that it expands to is checked.
    :param level: ``warn``: what is found is logged. ``block``: what is found at ``block`` fails the task.
    """
    mapped = getattr(task, "partial_kwargs", None)
    own = mapped.get("pre_execute") if isinstance(mapped, dict) else getattr(task, "_pre_execute_hook", None)
    if hasattr(own, MARK):
        return
    hook = gated(own, level)
    if isinstance(mapped, dict):
        mapped["pre_execute"] = hook
    else:
        task._pre_execute_hook = hook


def gated(own: Hook | None, level: Level) -> Hook:
    """A pre-execute hook that judges first and then does what ``own`` does.

    A generator tells Airflow about asset events, which it does only as a generator.
    """
    if own is not None and inspect.isgeneratorfunction(own):

        def check_and_tell(context: Any) -> Iterator[Any]:
            check(context, level)
            return (yield from own(context))

        hook: Hook = check_and_tell
    else:

        def check_and_go_on(context: Any) -> Any:
            check(context, level)
            return own(context) if own is not None else None

        hook = check_and_go_on
    setattr(hook, MARK, True)
    return hook


def check(context: Any, level: Level) -> None:
    """Ask about a task's inlets. Raises :class:`AirflowFailException` where they stop it, and nothing else."""
    try:
        stop = _stop(context, level)
    except AirflowFailException as error:
        stop = _unjudged(str(error), level)
    except Exception as error:
        log.warning("The inlets of this task could not be judged", exc_info=True)
        stop = _unjudged(f"{type(error).__name__}: {error}", level)
    # Outside of the except blocks, so that the task log shows one message and no chain of tracebacks.
    if stop is not None:
        raise AirflowFailException(stop)


def _stop(context: Any, level: Level) -> str | None:
    ti = context["ti"]
    if _is_resumed(ti):
        return None  # It was checked before it was deferred.
    datasets = _datasets(ti.task)
    if not datasets:
        return None
    question = {"ask": "validate", "datasets": datasets, "rules": None, "level": level.value, "gate": "task"}
    try:
        verdict = answer_to(question)
    except Unanswered as error:
        return _unjudged(str(error), level)
    findings = verdict.get("findings") or []
    log.info("Lineage gate of this task: %s; datasets judged: %d", verdict.get("result"), len(datasets))
    if findings:
        log.warning("Findings:\n%s", findings_table(findings))
    message = str(verdict.get("message", ""))
    if verdict.get("blocks") and level is Level.BLOCK:
        return (
            "[lineage_provider] task_gates stops this task before it runs: "
            f"{message}\nFix it and clear this task."
        )
    if findings or verdict.get("result") in UNJUDGED:
        log.warning("%s", message)
    return None


def _unjudged(reason: str, level: Level) -> str | None:
    message = f"The inlets of this task could not be judged: {reason}"
    if config.on_error() == "closed" and level is Level.BLOCK:
        return f"{message} ([lineage_provider] on_error is closed)"
    log.warning("%s; going on, because [lineage_provider] on_error is open or the gate only warns", message)
    return None


def _datasets(task: Any) -> list[dict[str, str]]:
    found = []
    for index, inlet in enumerate(getattr(task, "inlets", None) or ()):
        try:
            found.append(dataset_reference(inlet, f"inlets[{index}]"))
        except (TypeError, ValueError) as error:
            log.warning("The lineage gate of this task leaves out an inlet: %s", error)
    return found


def _is_resumed(ti: Any) -> bool:
    """Whether it was deferred by itself. What starts in the triggerer begins here like a task that is resumed."""
    if getattr(ti.task, "start_from_trigger", False):
        return False
    return bool(getattr(getattr(ti, "_ti_context_from_server", None), "next_method", None))
