"""Stop a DAG whose upstream data has no owner or no contract, from inside the DAG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from airflow.sdk import BaseOperator
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from airflow_lineage_provider import config
from airflow_lineage_provider.capture.notes import note_input
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.operators.arguments import (
    checked_choice,
    checked_conn_ids,
    checked_datasets,
    checked_depth,
    checked_rules,
)
from airflow_lineage_provider.operators.findings_table import findings_table
from airflow_lineage_provider.operators.link import LineageVerdictLink
from airflow_lineage_provider.operators.server import QUESTION_VERSION, UNJUDGED, Unanswered, answer_to

if TYPE_CHECKING:
    from airflow.sdk import Context

    from airflow_lineage_provider.operators.live_columns import Columns

LEVELS = ("warn", "block")
ON_FAIL = ("fail", "skip", "warn")
NO_DATASETS = "leave it out to judge what the DAG reads"


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
    :param on_fail: what a verdict that blocks does: ``fail`` this task without retries; ``skip`` it, and what
        follows by its trigger rule; or only ``warn``, unless ``[lineage_provider] rules`` blocks.
    :param transitive_depth: 1 to judge what is read directly, up to 20 to judge also what that is made of, so many
        steps up.
    :param observe_live_schema: read the columns of the tables in scope now, through connections, and judge those
        instead of the columns that the last runs told.
    :param conn_id: connection to read columns through, or a list; else those that the DAG's tasks name, and those
        that their SQL was seen running on.
    """

    template_fields: Sequence[str] = (
        "datasets",
        "rules",
        "level",
        "on_fail",
        "transitive_depth",
        "conn_id",
    )
    template_fields_renderers: ClassVar[dict[str, str]] = {"datasets": "json", "rules": "json"}
    operator_extra_links = (LineageVerdictLink(),)
    ui_color = "#e8f1e4"

    def __init__(
        self,
        *,
        datasets: Sequence[Any] | None = None,
        rules: Mapping[str, str] | None = None,
        level: str = "block",
        on_fail: str = "fail",
        transitive_depth: int | str = 1,
        observe_live_schema: bool = False,
        conn_id: str | Sequence[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.datasets = datasets
        self.rules = rules
        self.level = level
        self.on_fail = on_fail
        self.transitive_depth = transitive_depth
        self.observe_live_schema = observe_live_schema
        self.conn_id = conn_id
        self._check()

    def execute(self, context: Context) -> dict[str, Any]:
        problem = None
        try:
            self._check()
        except (TypeError, ValueError) as error:
            # What templates gave, and what other tasks returned, is known only now.
            problem = str(error)
        if problem is not None:
            raise AirflowFailException(f"Lineage validation cannot be asked for: {problem}")
        no_answer = None
        columns: Columns = {}
        try:
            if self.observe_live_schema:
                columns = self._live_columns()
            verdict = answer_to(self._question(columns))
        except Unanswered as error:
            no_answer = str(error)
        # Outside of the except block, so that the task log shows one message and no chain of tracebacks.
        if no_answer is not None:
            return self._not_judged(no_answer)
        for each in verdict.get("datasets", ()):
            dataset = DatasetId(each["namespace"], each["name"])
            note_input(dataset, columns.get(dataset))
        return self._concluded(verdict)

    def _check(self) -> None:
        """Raises :class:`TypeError` and :class:`ValueError` where an argument cannot be meant."""
        self.level = checked_choice("level", self.level, LEVELS)
        self.on_fail = checked_choice("on_fail", self.on_fail, ON_FAIL)
        self.rules = checked_rules(self.rules)
        self.datasets = checked_datasets(self.datasets, empty=NO_DATASETS)
        self.transitive_depth = checked_depth(self.transitive_depth)
        self.conn_id = checked_conn_ids(self.conn_id)
        if not isinstance(self.observe_live_schema, bool):
            raise TypeError(f"observe_live_schema is {self.observe_live_schema!r}; it must be True or False")
        if self.conn_id is not None and not self.observe_live_schema:
            raise ValueError("conn_id is only used to read columns; add observe_live_schema=True")

    def _question(self, columns: Columns) -> dict[str, Any]:
        """What an older server does not know is only said where it is wanted."""
        return {
            "ask": "validate",
            "datasets": self.datasets,
            "rules": self.rules,
            "level": self.level,
            **self._depth(),
            **(
                {
                    "columns": [
                        {
                            "namespace": dataset.namespace,
                            "name": dataset.name,
                            "columns": [column.to_wire() for column in found],
                        }
                        for dataset, found in columns.items()
                    ]
                }
                if columns
                else {}
            ),
        }

    def _depth(self) -> dict[str, Any]:
        return {"depth": self.transitive_depth} if self.transitive_depth != 1 else {}

    def _live_columns(self) -> Columns:
        from airflow_lineage_provider.operators.live_columns import (
            UnknownConnection,
            connections_of,
            live_columns,
        )

        known = answer_to({"ask": "scope", "datasets": self.datasets, **self._depth()})
        tables = {DatasetId(each["namespace"], each["name"]) for each in known["datasets"]}
        named = self.conn_id is not None
        conn_ids = self.conn_id if named else [*known["conn_ids"], *connections_of(self.get_dag())]
        missing = None
        found: Columns = {}
        try:
            found = live_columns(tables, list(dict.fromkeys(conn_ids or ())), is_strict=named)
        except UnknownConnection as error:
            missing = str(error)
        if missing is not None:
            raise AirflowFailException(f"Lineage validation cannot read columns: {missing}")
        return found

    def _concluded(self, verdict: dict[str, Any]) -> dict[str, Any]:
        result, message = verdict.get("result"), str(verdict.get("message", ""))
        count = len(verdict.get("datasets", ()))
        findings = verdict.get("findings") or []
        self.log.info("Lineage validation: %s; datasets judged: %d", result, count)
        if findings:
            self.log.warning("Findings:\n%s", findings_table(findings))
        if verdict.get("blocks"):
            if self.on_fail != "warn" or verdict.get("enforced"):
                self._stop(f"Lineage validation stops this DAG run: {message}")
            self.log.warning("Going on, because on_fail is warn")
        if findings or result in UNJUDGED:
            self.log.warning("%s", message)
        return verdict

    def _stop(self, message: str) -> NoReturn:
        if self.on_fail == "skip":
            raise AirflowSkipException(message)
        raise AirflowFailException(message)

    def _not_judged(self, reason: str) -> dict[str, Any]:
        """No verdict at all: ``[lineage_provider] on_error`` decides."""
        message = f"Upstream lineage could not be judged: {reason}"
        if config.on_error() == "closed" and self.level == "block" and self.on_fail != "warn":
            self._stop(f"{message} ([lineage_provider] on_error is closed)")
        self.log.warning(
            "%s; going on, because [lineage_provider] on_error is open, or level or on_fail is warn", message
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
