"""The capture of one task attempt: from the moment its task is known until its last segment left."""

from __future__ import annotations

import contextvars
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from airflow_lineage_provider import config
from airflow_lineage_provider.capture import collector, notes
from airflow_lineage_provider.capture.context import execution_context
from airflow_lineage_provider.capture.limits import TimeBudget, fit, without_oversized
from airflow_lineage_provider.capture.outcome import outcome_of
from airflow_lineage_provider.capture.redact import mask
from airflow_lineage_provider.capture.sources.declared import declared_inputs, declared_outputs
from airflow_lineage_provider.capture.sources.hook import hook_entries
from airflow_lineage_provider.capture.sources.observed import add_observed_columns, can_observe
from airflow_lineage_provider.capture.sources.operator import add_operator_lineage, speaks_openlineage
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

    def _returned(self, error: BaseException | None) -> None:
        self.ended(Outcome.SUCCESS if error is None else outcome_of(error))

    def ended(self, outcome: Outcome) -> None:
        """``execute`` is over in this process: send what is known, before the state is reported."""
        with _undisturbed():
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
            if self.core is not None and (failed or self.core.awaits):
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
        step("operator", lambda: self._add_notes(record))
        step("hook", lambda: self._add_hook_assets(record, lineage))
        step("statement", lambda: self._add_statements(record, lineage, outcome))
        step("context", lambda: self._add_context(record))
        if kind is SegmentKind.CORE and outcome is Outcome.SUCCESS:
            step("operator", lambda: self._announce(record))
        record.capture_ms = round((time.perf_counter() - begun) * 1000, 3)
        return record

    def _add_declared(self, record: LineageRecord) -> None:
        record.inputs.extend(declared_inputs(self.task))
        record.outputs.extend(declared_outputs(self.task, (self._context or {}).get("outlet_events")))

    def _add_notes(self, record: LineageRecord) -> None:
        inputs, outputs = notes.taken()
        record.inputs.extend(inputs)
        record.outputs.extend(outputs)

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

    def _announce(self, record: LineageRecord) -> None:
        if speaks_openlineage(self.task) or can_observe(record, config.observe_schema()):
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
            mode = config.observe_schema()
            if not failed and can_observe(core, mode):
                add_observed_columns(record, core, self.hooks, mode, budget, on_error)

        if not _within(work, budget.left):
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

    def _name_error(self, record: LineageRecord, source: str, error: BaseException) -> None:
        log.debug("Lineage source %s failed", source, exc_info=error)
        record.errors.append(CaptureError(source, type(error).__name__, message_of(error)))


def _within(work: Callable[[], None], seconds: float) -> bool:
    """Run ``work`` for at most ``seconds``; ``False`` if it is still at it."""
    if supervisor.is_in_process():
        # dag.test() hands replies round in one queue: a thread left behind would take another's.
        work()
        return True
    # Operators may ask for the current context, which is a context variable.
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(work,), name="lineage-late-segment", daemon=True)
    thread.start()
    thread.join(seconds)
    return not thread.is_alive()


def _state_store_is_cleared_on_success() -> bool:
    from airflow.sdk.configuration import conf

    return bool(conf.getboolean("state_store", "clear_on_success", fallback=False))


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold back the task's own timeout while we work.

    ``execution_timeout`` rings by SIGALRM. Were it to ring in the middle of a message to the supervisor, the
    conversation would be out of step; were it to ring after the task's own work ended, a success would
    become a failure because of us. What rang meanwhile is about our time and is dropped.
    """
    from airflow.sdk.exceptions import AirflowTaskTimeout

    masked = threading.current_thread() is threading.main_thread() and hasattr(signal, "pthread_sigmask")
    if masked:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    try:
        yield
    finally:
        if masked:
            try:
                signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
                # Python runs the handler of a pending signal at the next opportunity: make it here.
                time.sleep(0)
            except AirflowTaskTimeout:
                log.debug("The task's timeout rang while its lineage was captured")
