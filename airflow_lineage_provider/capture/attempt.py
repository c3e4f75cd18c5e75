"""The capture of one task attempt: from the moment its task is known until its last segment left."""

from __future__ import annotations

import logging
import platform
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from airflow_lineage_provider import config
from airflow_lineage_provider.capture import collector, notes
from airflow_lineage_provider.capture.context import execution_context
from airflow_lineage_provider.capture.limits import TimeBudget, fit, without_oversized
from airflow_lineage_provider.capture.outcome import outcome_of
from airflow_lineage_provider.capture.parent_environment import ParentEnvironment
from airflow_lineage_provider.capture.policy import InvalidPolicy, Policy, conf_of, policy_of
from airflow_lineage_provider.capture.quiet import undisturbed, within
from airflow_lineage_provider.capture.redact import mask
from airflow_lineage_provider.capture.sources.checks import add_check_results
from airflow_lineage_provider.capture.sources.declared import declared_inputs, declared_outputs
from airflow_lineage_provider.capture.sources.extracted import TaskExtractor, run_identity
from airflow_lineage_provider.capture.sources.hook import hook_entries
from airflow_lineage_provider.capture.sources.observed import add_observed_columns, can_observe
from airflow_lineage_provider.capture.sources.operator import add_operator_lineage, speaks_openlineage
from airflow_lineage_provider.capture.sources.runtime import RuntimeSource
from airflow_lineage_provider.capture.sources.statement import SQL_JOB, add_attempted, add_statements
from airflow_lineage_provider.capture.watch import watch_task
from airflow_lineage_provider.mailbox import supervisor
from airflow_lineage_provider.mailbox.key import MailboxKey
from airflow_lineage_provider.model.error_text import message_of
from airflow_lineage_provider.model.record import CaptureError, LineageRecord, Outcome, SegmentKind

log = logging.getLogger(__name__)

_PARKED = frozenset({Outcome.DEFERRED, Outcome.RESCHEDULED})


class AttemptCapture:
    """Watches one attempt of one task in its own process.

    Nothing in here may change what becomes of the task: every step is guarded, a step that fails is named
    in the record, and a record that cannot be sent is logged.
    """

    def __init__(self, ti: Any) -> None:
        self.ti = ti
        self.task = ti.task
        self.operator = type(ti.task)
        self.started_at = datetime.now(UTC)
        self.core: LineageRecord | None = None
        self.hooks: dict[str, Any] = {}
        self._context: Any = None
        self._problems: list[CaptureError] = []
        """What went wrong before there was a record to name it in."""
        self._policy = self._policy_of_task()
        self._left_out = self._policy.left_out(f"{ti.id} {ti.try_number}")
        self._runtime = RuntimeSource()
        self._extractor = TaskExtractor(self.operator)
        self._parent = ParentEnvironment()
        collector.reset()
        notes.reset()

    def wrap(self) -> None:
        """Put ourselves around ``execute`` and ``resume_execution`` of this task object alone."""
        watch_task(self.task, self._called, self._returned)

    def _called(self, name: str, args: Sequence[Any], kwargs: dict[str, Any]) -> None:
        context = kwargs.get("context")
        if context is None:
            context = next((arg for arg in args if hasattr(arg, "get") and "ti" in arg), None)
        self._context = context
        try:
            self._begin()
        except Exception as error:
            log.warning("Lineage capture of this attempt begins without some of its sources", exc_info=True)
            self._problems.append(CaptureError("runtime", type(error).__name__, message_of(error)))

    def _begin(self) -> None:
        if self._left_out is not None:
            return
        if config.inject_parent() and self._context is not None and "dag_run" in self._context:
            try:
                run = run_identity(self.ti, self._context)
                self._parent.begin(run)
                self._extractor.prepare(self.task, self._context, run)
            except Exception as error:
                self._problems.append(CaptureError("extractor", type(error).__name__, message_of(error)))
        # Last, for what we do ourselves is not the task's doing.
        self._runtime.start(self.ti, self._policy.sources_of(config.runtime_sources()))

    def _returned(self, error: BaseException | None) -> None:
        with undisturbed():
            self._parent.end()
            try:
                self._runtime.stop()
            except Exception as problem:
                self._problems.append(CaptureError("runtime", type(problem).__name__, message_of(problem)))
            self.ended(Outcome.SUCCESS if error is None else outcome_of(error))

    def ended(self, outcome: Outcome) -> None:
        """``execute`` is over in this process: send what is known, before the state is reported."""
        with undisturbed():
            try:
                kind = SegmentKind.PARK if outcome in _PARKED else SegmentKind.CORE
                record = self._collect(kind, outcome)
                self._send(record)
                if kind is SegmentKind.CORE:
                    self.core = record
            except Exception:
                log.warning("Lineage of this attempt could not be sent", exc_info=True)

    def finished(self, *, failed: bool) -> None:
        """The final state was reported: send what may take long, and what could not be sent before.

        Not called for up-for-retry: the attempt has lost its identity by then.
        """
        try:
            if self.core is None:
                # execute never ran, or its wrapper never ended: pre_execute raised.
                self.ended(Outcome.FAILED if failed else Outcome.SUCCESS)
            elif not failed and _state_store_is_cleared_on_success():
                self._send(self.core)
            if self.core is not None and self._left_out is None and (failed or self.core.awaits):
                self._send(self._late(self.core, failed=failed))
        except Exception:
            log.warning("Late lineage of this attempt could not be sent", exc_info=True)

    def _collect(self, kind: SegmentKind, outcome: Outcome) -> LineageRecord:
        begun = time.perf_counter()
        budget = TimeBudget(config.capture_time_limit())
        record = LineageRecord(
            kind=kind,
            outcome=outcome,
            ti_id=str(self.ti.id),
            operator=f"{self.operator.__module__}.{self.operator.__qualname__}",
            started_at=self.started_at.isoformat(),
            ended_at=datetime.now(UTC).isoformat(),
        )

        record.errors.extend(self._problems)
        if self._left_out is not None:
            record.truncated.append(self._left_out)
            self._add_context(record)
            return record

        def step(source: str, work: Callable[[], None]) -> None:
            if budget.is_over:
                record.truncated.append(f"{source}: no time left of {budget.seconds:g} s")
                return
            try:
                work()
            except Exception as error:
                self._name_error(record, source, error)

        lineage = collector.snapshot()
        step("declared", lambda: self._add_declared(record))
        step("said", lambda: self._add_notes(record))
        step("hook", lambda: self._add_hook_assets(record, lineage))
        step("statement", lambda: self._add_statements(record, lineage, outcome))
        step("runtime", lambda: self._add_runtime(record))
        if not self._extractor.is_slow:
            step("extractor", lambda: self._add_extracted(record, failed=outcome is Outcome.FAILED))
        step("checks", lambda: add_check_results(record, self.task))
        step("context", lambda: self._add_context(record))
        if kind is SegmentKind.CORE and outcome is Outcome.SUCCESS:
            step("operator", lambda: self._announce(record))
        record.capture_ms = round((time.perf_counter() - begun) * 1000, 3)
        return record

    def _add_declared(self, record: LineageRecord) -> None:
        record.inputs.extend(declared_inputs(self.task))
        record.outputs.extend(declared_outputs(self.task, (self._context or {}).get("outlet_events")))

    def _add_notes(self, record: LineageRecord) -> None:
        said = notes.taken()
        record.inputs.extend(said.inputs)
        record.outputs.extend(said.outputs)
        for problem in said.problems:
            self._name_error(record, "said", problem)
        if said.lost:
            record.truncated.append(f"said: {said.lost} datasets beyond {notes.MAX_NOTES}")

    def _add_runtime(self, record: LineageRecord) -> None:
        self._runtime.add_to(
            record,
            host=platform.node() if config.file_host() else None,
            limit=config.runtime_dataset_limit(),
            on_error=lambda source, error: self._name_error(record, source, error),
        )

    def _add_extracted(self, record: LineageRecord, *, failed: bool) -> None:
        self._extractor.add_to(record, self.task, self._context, failed=failed)

    def _add_hook_assets(self, record: LineageRecord, lineage: Any) -> None:
        record.inputs.extend(hook_entries(lineage.inputs))
        record.outputs.extend(hook_entries(lineage.outputs))
        record.truncated.extend(collector.full_stores(lineage))

    def _add_statements(self, record: LineageRecord, lineage: Any, outcome: Outcome) -> None:
        def on_error(source: str, error: BaseException) -> None:
            self._name_error(record, source, error)

        add_statements(record, lineage.extra, on_error)
        if outcome is Outcome.FAILED:
            add_attempted(record, self.task, on_error)
        for extra in lineage.extra:
            if extra.key == SQL_JOB and hasattr(extra.context, "get_conn_id"):
                self.hooks[str(extra.context.get_conn_id())] = extra.context

    def _add_context(self, record: LineageRecord) -> None:
        record.context = execution_context(self.ti, self.operator, with_packages=config.capture_packages())
        if policy := self._policy.to_param():
            record.context["policy"] = policy

    def _announce(self, record: LineageRecord) -> None:
        if (
            speaks_openlineage(self.task)
            or self._extractor.is_slow
            or can_observe(record, config.observe_schema())
        ):
            record.awaits = (SegmentKind.LATE.value,)

    def _late(self, core: LineageRecord, *, failed: bool) -> LineageRecord:
        record = LineageRecord(kind=SegmentKind.LATE, outcome=core.outcome, ti_id=core.ti_id)
        budget = TimeBudget(config.capture_time_limit())
        begun = time.perf_counter()

        def on_error(source: str, error: BaseException) -> None:
            self._name_error(record, source, error)

        def work() -> None:
            if speaks_openlineage(self.task):
                try:
                    add_operator_lineage(record, self.task, self.ti, failed=failed)
                except Exception as error:
                    on_error("operator", error)
            if self._extractor.is_slow:
                try:
                    self._add_extracted(record, failed=failed)
                except Exception as error:
                    on_error("extractor", error)
            mode = config.observe_schema()
            if not failed and can_observe(core, mode):
                add_observed_columns(record, core, self.hooks, mode, budget, on_error)

        if not within(work, budget.left):
            # The thread may still write into its record: what leaves is a fresh one.
            record = LineageRecord(kind=SegmentKind.LATE, outcome=core.outcome, ti_id=core.ti_id)
            record.truncated.append(f"operator and observed columns: no answer in {budget.seconds:g} s")
        record.capture_ms = round((time.perf_counter() - begun) * 1000, 3)
        return record

    def _send(self, record: LineageRecord) -> None:
        # Every park has a row of its own: a sensor may park a thousand times before it succeeds.
        row = format(time.time_ns(), "x") if record.kind is SegmentKind.PARK else None
        key = MailboxKey(self.ti.try_number, record.kind.value, row)
        limit = config.capture_size_limit()
        wire = fit(mask(without_oversized(record.to_wire(), limit)), limit)
        supervisor.put(self.ti.id, key, wire)

    def _policy_of_task(self) -> Policy:
        try:
            return policy_of(self.task, conf_of(self.ti))
        except InvalidPolicy as error:
            log.warning("%s. Capturing with the defaults.", error)
            self._problems.append(CaptureError("policy", type(error).__name__, message_of(error)))
            return Policy()

    def _name_error(self, record: LineageRecord, source: str, error: BaseException) -> None:
        log.debug("Lineage source %s failed", source, exc_info=error)
        record.errors.append(CaptureError(source, type(error).__name__, message_of(error)))


def _state_store_is_cleared_on_success() -> bool:
    from airflow.sdk.configuration import conf

    return bool(conf.getboolean("state_store", "clear_on_success", fallback=False))
