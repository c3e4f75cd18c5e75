"""Stop a DAG whose upstream data has no owner or no contract, from inside the DAG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException

from airflow_lineage_provider import config
from airflow_lineage_provider.capture.notes import note_input
from airflow_lineage_provider.mailbox.question import NoAnswer, ask
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.dataset_reference import dataset_reference
from airflow_lineage_provider.operators.findings_table import findings_table

if TYPE_CHECKING:
    from airflow.sdk import Context

QUESTION_VERSION = 1
RULE_LEVELS = ("off", "observe", "warn", "block")
LEVELS = ("warn", "block")


class LineageValidationOperator(BaseOperator):
    """Validate owners and contracts of the data that the DAG reads.

    Without ``datasets`` these are what the DAG's tasks read from outside of the DAG (declared inlets, scheduling
    assets, and inputs observed in the last run) and what tasks upstream of this one wrote in this run.

    The server judges; this task waits for its answer, logs the findings as a table and returns the verdict as
    XCom: ``{"result": "pass" | "warn" | "fail" | "error" | "unknown", "blocks", "message", "datasets": [...],
    "findings": [...], "verdict_id"}``. A verdict that blocks fails the task without retries. The datasets that
    were judged become inputs of this task.

    :param datasets: datasets to judge instead: ``Asset``, ``(namespace, name)``, a URI, or an OpenLineage
        ``Dataset`` each.
    :param rules: level of single rules by their id: ``{"contract-missing": "warn"}``, out of ``off``,
        ``observe``, ``warn`` and ``block``. What ``[lineage_provider] rules`` configures they may only make stricter;
        the other rules have the level that is configured, else that of their severity.
    :param level: ``block``: findings at ``block`` fail this task. ``warn``: they are logged, whatever ``rules`` say;
        only what ``[lineage_provider] rules`` blocks fails this task all the same.
    """

    ui_color = "#e8f1e4"

    def __init__(
        self,
        *,
        datasets: Sequence[Any] | None = None,
        rules: Mapping[str, str] | None = None,
        level: str = "block",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if level not in LEVELS:
            raise ValueError(f"level is {level!r}; it must be one of {', '.join(LEVELS)}")
        self.level = level
        self.rules = _checked_rules(rules)
        self.datasets = _checked_datasets(datasets)

    def execute(self, context: Context) -> dict[str, Any]:
        question = {
            "v": QUESTION_VERSION,
            "ask": "validate",
            "datasets": self.datasets,
            "rules": self.rules,
            "level": self.level,
        }
        no_answer = None
        try:
            verdict = ask(question, timeout=config.answer_timeout())
        except NoAnswer as error:
            no_answer = str(error)
        # Outside of the except block, so that the task log shows one message and no chain of tracebacks.
        if no_answer is not None:
            return self._not_judged(no_answer)
        if "error" in verdict:
            # The question itself was wrong, for example a rule that this server does not have: no answer to wait for.
            raise AirflowFailException(f"Lineage validation could not ask: {verdict['error']}")
        for dataset in verdict.get("datasets", ()):
            note_input(DatasetId(dataset["namespace"], dataset["name"]))
        return self._concluded(verdict)

    def _concluded(self, verdict: dict[str, Any]) -> dict[str, Any]:
        result, message = verdict.get("result"), str(verdict.get("message", ""))
        count = len(verdict.get("datasets", ()))
        findings = verdict.get("findings") or []
        self.log.info("Lineage validation: %s; datasets judged: %d", result, count)
        if findings:
            self.log.warning("Findings:\n%s", findings_table(findings))
        if verdict.get("blocks"):
            raise AirflowFailException(f"Lineage validation stops this DAG run: {message}")
        if findings or result == "unknown":
            self.log.warning("%s", message)
        return verdict

    def _not_judged(self, reason: str) -> dict[str, Any]:
        """No verdict at all: ``[lineage_provider] on_error`` decides."""
        message = f"Upstream lineage could not be judged: {reason}"
        if config.on_error() == "closed" and self.level == "block":
            raise AirflowFailException(f"{message} ([lineage_provider] on_error is closed)")
        self.log.warning(
            "%s; going on, because [lineage_provider] on_error is open or level is warn", message
        )
        return {
            "v": QUESTION_VERSION,
            "result": "error",
            "blocks": False,
            "message": message,
            "datasets": [],
            "findings": [],
            "verdict_id": None,
        }


def _checked_rules(rules: Any) -> dict[str, str] | None:
    if rules is None:
        return None
    if not isinstance(rules, Mapping):
        raise TypeError(
            f"rules is {type(rules).__name__}; it must be a mapping such as {{'contract-missing': 'warn'}}"
        )
    for rule, level in rules.items():
        if not isinstance(rule, str) or level not in RULE_LEVELS:
            raise ValueError(f"rules[{rule!r}] is {level!r}; it must be one of {', '.join(RULE_LEVELS)}")
    return dict(rules)


def _checked_datasets(datasets: Any) -> list[dict[str, str]] | None:
    if datasets is None:
        return None
    if isinstance(datasets, str | Mapping) or not isinstance(datasets, Sequence):
        raise TypeError(f"datasets is {type(datasets).__name__}; it must be a list of datasets")
    if not datasets:
        raise ValueError("datasets is empty; leave it out to judge what the DAG reads")
    return [dataset_reference(item, f"datasets[{index}]") for index, item in enumerate(datasets)]
