from __future__ import annotations

import copy
import json
import pickle
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from airflow.sdk import Asset, BaseOperator
from airflow.sdk.exceptions import AirflowSkipException, AirflowTaskTimeout, TaskDeferred
from airflow.sdk.execution_time.timeout import timeout

from airflow_lineage_provider import lineage
from airflow_lineage_provider.capture import attempt as attempt_module
from airflow_lineage_provider.capture.attempt import AttemptCapture
from airflow_lineage_provider.capture.extractors.extractor import Extraction, Extractor, RunIdentity
from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.mailbox.key import MailboxKey
from airflow_lineage_provider.model.record_reader import decode_payload, read_segment
from tests.capture.conftest import Supervisor

CONTEXT: dict[str, Any] = {"ti": None}


class Doing(BaseOperator):
    """Does what the test says."""

    def __init__(self, does: Callable[[Any], Any] = lambda task: "done", **fields: Any) -> None:
        super().__init__(task_id="load", **fields)
        self.does = does

    def execute(self, context: Any) -> Any:
        return self.does(self)


def attempt_of(task: BaseOperator, try_number: int = 1) -> AttemptCapture:
    ti = SimpleNamespace(id=uuid4(), task=task, try_number=try_number, state="running")
    capture = AttemptCapture(ti)
    capture.wrap()
    return capture


def raises(error: BaseException) -> Callable[[Any], Any]:
    def do(_: Any) -> Any:
        raise error

    return do


def test_the_result_passes_through_and_the_record_has_left_before_it(supervisor: Supervisor) -> None:
    result = object()
    task = Doing(does=lambda _: result, outlets=[Asset(name="o", uri="s3://lake/o")])
    capture = attempt_of(task, try_number=3)
    assert task.execute(CONTEXT) is result
    (message,) = supervisor.sent
    assert (message.ti_id, message.key) == (capture.ti.id, str(MailboxKey(3, "core")))
    record = read_segment(decode_payload(json.dumps(message.value), 1 << 20))
    assert (record.outcome.value, record.ti_id) == ("success", str(capture.ti.id))
    assert [entry.uri for entry in record.outputs] == ["s3://lake/o"]
    assert record.operator == f"{__name__}.Doing"
    assert record.errors == []


@pytest.mark.parametrize(
    ("error", "kind", "outcome"),
    [
        (ValueError("x"), "core", "failed"),
        (AirflowSkipException("x"), "core", "skipped"),
        (SystemExit(3), "core", "failed"),
        (KeyboardInterrupt(), "core", "failed"),
        (AirflowTaskTimeout("x"), "core", "failed"),
    ],
)
def test_an_exception_passes_through_as_it_is(
    supervisor: Supervisor, error: BaseException, kind: str, outcome: str
) -> None:
    task = Doing(does=raises(error))
    attempt_of(task)
    with pytest.raises(type(error)) as caught:
        task.execute(CONTEXT)
    assert caught.value is error
    assert [(record["kind"], record["outcome"]) for record in supervisor.records] == [(kind, outcome)]


def test_every_park_has_a_row_of_its_own(supervisor: Supervisor) -> None:
    from datetime import timedelta

    from airflow.providers.standard.triggers.temporal import TimeDeltaTrigger

    deferral = TaskDeferred(trigger=TimeDeltaTrigger(delta=timedelta(1)), method_name="go_on")
    for _ in range(3):
        task = Doing(does=raises(deferral))
        attempt_of(task)
        with pytest.raises(TaskDeferred):
            task.execute(CONTEXT)
    assert supervisor.kinds == ["park"] * 3
    keys = {message.key for message in supervisor.sent}
    assert len(keys) == 3
    assert {MailboxKey.parse(key).kind for key in keys} == {"park"}


def test_the_wrapper_is_gone_when_the_tasks_own_code_runs(supervisor: Supervisor) -> None:
    def look(task: Any) -> Any:
        copy.copy(task)
        return "execute" in task.__dict__

    task = Doing(does=look)
    attempt_of(task)
    assert "execute" in task.__dict__
    assert task.execute(CONTEXT) is False
    assert len(supervisor.sent) == 1


def test_a_task_that_pickles_itself_meets_no_closure_of_ours(supervisor: Supervisor) -> None:
    task = Picklable(task_id="load")
    attempt_of(task)
    assert pickle.loads(task.execute(CONTEXT)).task_id == "load"


class Picklable(BaseOperator):
    def execute(self, context: Any) -> bytes:
        # The other wrapper is still there: a deferrable task has two ways in.
        self.__dict__.pop("resume_execution", None)
        return pickle.dumps(self)


def fails(*_: Any, **__: Any) -> Any:
    raise RuntimeError("capture is ill")


@pytest.mark.parametrize(
    "broken",
    ["declared_inputs", "hook_entries", "add_statements", "execution_context", "speaks_openlineage"],
)
def test_a_source_that_fails_is_named_and_the_rest_is_sent(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    monkeypatch.setattr(attempt_module, broken, fails)
    task = Doing()
    attempt_of(task)
    assert task.execute(CONTEXT) == "done"
    (record,) = supervisor.records
    assert [(error["error"], error["message"]) for error in record["errors"]] == [
        ("RuntimeError", "capture is ill")
    ]


@pytest.mark.parametrize("broken", ["collector", "TimeBudget", "mask", "fit", "MailboxKey"])
def test_capture_that_fails_altogether_never_changes_what_becomes_of_the_task(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    good, bad = Doing(), Doing(does=raises(ValueError("its own")))
    captures = [attempt_of(good), attempt_of(bad)]
    ill = SimpleNamespace(snapshot=fails) if broken == "collector" else fails
    monkeypatch.setattr(attempt_module, broken, ill)
    assert good.execute(CONTEXT) == "done"
    with pytest.raises(ValueError, match="its own"):
        bad.execute(CONTEXT)
    for capture, failed in zip(captures, (False, True), strict=True):
        capture.finished(failed=failed)
    assert supervisor.sent == []


def test_a_server_that_refuses_never_changes_what_becomes_of_the_task(supervisor: Supervisor) -> None:
    supervisor.on_send = fails
    task = Doing()
    capture = attempt_of(task)
    assert task.execute(CONTEXT) == "done"
    capture.finished(failed=False)


@pytest.fixture
def alarm() -> Any:
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


@pytest.mark.parametrize("has_threads", [False, True])
def test_the_tasks_clock_stands_still_while_we_capture(
    supervisor: Supervisor, alarm: None, has_threads: bool
) -> None:
    over = threading.Event()
    if has_threads:
        # The kernel may give a signal to any thread.
        threading.Thread(target=over.wait, daemon=True).start()
    supervisor.on_send = lambda _: time.sleep(0.4)
    task = Doing()
    attempt_of(task)
    try:
        with timeout(0.1):  # type: ignore[arg-type]
            assert task.execute(CONTEXT) == "done"
            assert 0 < signal.getitimer(signal.ITIMER_REAL)[0] <= 0.1
    finally:
        over.set()
    assert supervisor.kinds == ["core"]


def test_a_timeout_of_the_tasks_own_work_is_a_failure(supervisor: Supervisor, alarm: None) -> None:
    task = Doing(does=lambda _: time.sleep(5))
    attempt_of(task)
    with pytest.raises(AirflowTaskTimeout), timeout(0.1):  # type: ignore[arg-type]
        task.execute(CONTEXT)
    assert [record["outcome"] for record in supervisor.records] == ["failed"]


def test_time_that_is_used_up_is_named_in_the_record(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__CAPTURE_TIME_LIMIT", "0.000001")
    task = Doing(outlets=[Asset("o")])
    attempt_of(task)
    assert task.execute(CONTEXT) == "done"
    (record,) = supervisor.records
    assert any(line.startswith("declared: no time left") for line in record["truncated"])


def test_a_record_is_cut_to_the_size_limit(supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__CAPTURE_SIZE_LIMIT", "3000")
    task = Doing(outlets=[Asset(name=f"a{n}", uri=f"s3://lake/{n}") for n in range(500)])
    attempt_of(task)
    task.execute(CONTEXT)
    (record,) = supervisor.records
    assert len(json.dumps(record)) <= 3000
    assert "outputs" in " ".join(record["truncated"])


def test_what_an_earlier_task_of_the_process_left_behind_is_not_ours(supervisor: Supervisor) -> None:
    from airflow.sdk.lineage import get_hook_lineage_collector

    get_hook_lineage_collector().add_input_asset(context=object(), uri="s3://lake/foreign")

    def read(_: Any) -> None:
        get_hook_lineage_collector().add_input_asset(context=object(), uri="s3://lake/mine")

    task = Doing(does=read)
    attempt_of(task)
    task.execute(CONTEXT)
    (record,) = supervisor.records
    assert [entry["uri"] for entry in record["inputs"]] == ["s3://lake/mine"]


class Speaking(Doing):
    """An operator with OpenLineage methods of its own."""

    def get_openlineage_facets_on_complete(self, ti: Any) -> Any:
        from openlineage.client.event_v2 import Dataset

        return SimpleNamespace(
            inputs=[Dataset("s3://lake", "in")],
            outputs=[Dataset("s3://lake", "out")],
            run_facets=None,
            job_facets=None,
        )


def test_what_may_call_out_is_announced_and_follows_the_state(supervisor: Supervisor) -> None:
    task = Speaking()
    capture = attempt_of(task)
    task.execute(CONTEXT)
    (core,) = supervisor.records
    assert core["awaits"] == ["late"]
    assert "inputs" not in core
    capture.finished(failed=False)
    assert supervisor.kinds == ["core", "late"]
    late = read_segment(supervisor.records[1])
    assert [entry.identity.name for entry in late.outputs] == ["out"]
    assert late.outputs[0].evidence.names == ("operator",)


def test_a_slow_operator_method_is_not_waited_for(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__CAPTURE_TIME_LIMIT", "0.2")
    may_end, ended = threading.Event(), []

    def speak(*_: Any) -> None:
        may_end.wait(30)
        ended.append("spoke")

    monkeypatch.setattr(Speaking, "get_openlineage_facets_on_complete", speak)
    task = Speaking()
    capture = attempt_of(task)
    task.execute(CONTEXT)
    capture.finished(failed=False)
    assert ended == []
    may_end.set()
    assert supervisor.kinds == ["core", "late"]
    assert "no answer in 0.2 s" in " ".join(supervisor.records[1]["truncated"])


def test_a_task_that_fails_before_its_own_code_still_leaves_a_record(supervisor: Supervisor) -> None:
    capture = attempt_of(Doing(inlets=[Asset("raw")]))
    capture.finished(failed=True)
    assert supervisor.kinds[0] == "core"
    assert supervisor.records[0]["outcome"] == "failed"


def test_what_plain_python_does_is_in_the_record_and_nothing_is_observed_afterwards(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("1")

    def copy_file(_: Any) -> None:
        with open(source) as read, open(target, "w") as written:
            written.write(read.read())

    capture = attempt_of(Doing(does=copy_file))
    capture.task.execute(CONTEXT)
    assert not OBSERVER.active
    (record,) = supervisor.records
    assert [entry["dataset"]["name"] for entry in record["inputs"]] == [str(source)]
    assert [entry["dataset"]["name"] for entry in record["outputs"]] == [str(target)]
    assert record["outputs"][0]["evidence"] == ["runtime"]


def test_observing_ends_when_the_task_raises(supervisor: Supervisor, tmp_path: Path) -> None:
    def fail(_: Any) -> None:
        (tmp_path / "half.csv").write_text("1")
        assert OBSERVER.active
        raise ValueError("x")

    task = Doing(does=fail)
    attempt_of(task)
    with pytest.raises(ValueError, match="x"):
        task.execute(CONTEXT)
    assert not OBSERVER.active
    assert [entry["dataset"]["name"] for entry in supervisor.records[0]["outputs"]] == [
        str(tmp_path / "half.csv")
    ]


@pytest.mark.parametrize(
    "option",
    [
        None,
        "LOGGING__BASE_LOG_FOLDER",
        "CORE__PLUGINS_FOLDER",
        "CORE__DAGS_FOLDER",
        "DAG_PROCESSOR__DAG_BUNDLE_STORAGE_PATH",
        "COMMON_IO__XCOM_OBJECTSTORAGE_PATH",
    ],
)
def test_files_of_airflows_own_are_no_inputs(
    option: str | None, supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bundle of the DAG, which the attempt brings along, and the folders that are configured."""
    own, data = tmp_path / "own" / "a.csv", tmp_path / "data" / "a.csv"
    for path in (own, data):
        path.parent.mkdir()
        path.write_text("1")

    def read(_: Any) -> None:
        for path in (own, data):
            path.read_text()
            path.with_name("made.csv").write_text("1")

    capture = attempt_of(Doing(does=read))
    if option is None:
        capture.ti.bundle_instance = SimpleNamespace(path=own.parent)
    else:
        monkeypatch.setenv(f"AIRFLOW__{option}", str(own.parent))
    capture.task.execute(CONTEXT)
    (record,) = supervisor.records
    assert [entry["dataset"]["name"] for entry in record["inputs"]] == [str(data)]
    assert [entry["dataset"]["name"] for entry in record["outputs"]] == [str(data.with_name("made.csv"))]


def test_a_source_that_the_tasks_policy_switches_off_sees_nothing(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    policy = lineage.policy(sources={"files": False})
    task = Doing(does=lambda _: (tmp_path / "a.csv").write_text("1"), params=policy.params)
    attempt_of(task)
    task.execute(CONTEXT)
    (record,) = supervisor.records
    assert "outputs" not in record
    assert record["context"]["policy"] == {"sources": {"files": False}}


def test_capture_that_is_switched_off_leaves_a_record_that_says_so(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    task = Doing(
        does=lambda _: (tmp_path / "a.csv").write_text("1"),
        outlets=[Asset("s3://lake/o")],
        params=lineage.policy(capture=False).params,
    )
    capture = attempt_of(task)
    task.execute(CONTEXT)
    capture.finished(failed=False)
    (record,) = supervisor.records
    assert record["truncated"] == ["capture: switched off by the lineage policy of the task"]
    assert record["context"]["policy"] == {"capture": False}
    assert not record.keys() & {"inputs", "outputs", "statements", "awaits"}


def test_an_attempt_that_is_not_in_the_sample_leaves_a_record_that_says_so(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    task = Doing(
        does=lambda _: (tmp_path / "a.csv").write_text("1"),
        outlets=[Asset("s3://lake/o")],
        params=lineage.policy(sample=0).params,
    )
    capture = attempt_of(task)
    assert task.execute(CONTEXT) == 1
    capture.finished(failed=False)
    (record,) = supervisor.records
    assert record["truncated"] == [
        "capture: not in the sample of 0 that the lineage policy of the task asks for"
    ]
    assert record["context"]["policy"] == {"sample": 0}
    assert not record.keys() & {"inputs", "outputs", "statements", "awaits"}


def test_a_policy_that_cannot_be_followed_is_named_and_the_task_is_captured(supervisor: Supervisor) -> None:
    task = Doing(outlets=[Asset("s3://lake/o")], params={"lineage": {"capture": "off"}})
    attempt_of(task)
    assert task.execute(CONTEXT) == "done"
    (record,) = supervisor.records
    assert [entry["uri"] for entry in record["outputs"]] == ["s3://lake/o"]
    (error,) = record["errors"]
    assert (error["source"], error["error"]) == ("policy", "InvalidPolicy")
    assert "it must be True or False" in error["message"]


def test_what_the_task_says_is_declared_and_what_nobody_understands_is_named(supervisor: Supervisor) -> None:
    def say(_: Any) -> None:
        lineage.read("s3://lake/said")
        lineage.wrote(42)

    task = Doing(does=say)
    attempt_of(task)
    task.execute(CONTEXT)
    (record,) = supervisor.records
    assert record["inputs"] == [{"evidence": ["declared"], "uri": "s3://lake/said"}]
    assert [error["source"] for error in record["errors"]] == ["said"]


class Prepared(Extractor):
    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        raise RuntimeError("cannot prepare")

    def extract(self, task: Any, context: Any, extraction: Extraction, *, failed: bool) -> None:
        extraction.wrote("s3://lake/extracted")
        extraction.left_out("extractor: the rest")
        raise LookupError("half way")


def test_an_extractor_that_raises_is_named_and_what_it_knew_is_kept(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "airflow_lineage_provider.capture.sources.extracted.extractor_of", lambda _: Prepared()
    )
    task = Doing()
    attempt_of(task)
    assert task.execute(CONTEXT) == "done"
    (record,) = supervisor.records
    assert [entry["dataset"]["namespace"] for entry in record["outputs"]] == ["s3://lake"]
    assert record["truncated"] == ["extractor: the rest"]
    assert {error["source"] for error in record["errors"]} == {"extractor"}
    assert {error["error"] for error in record["errors"]} >= {"LookupError"}


def test_an_extractor_of_a_third_party_that_cannot_be_imported_is_named(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: type) -> Extractor:
        raise ImportError("no module named acme")

    monkeypatch.setattr("airflow_lineage_provider.capture.sources.extracted.extractor_of", broken)
    task = Doing()
    attempt_of(task)
    assert task.execute(CONTEXT) == "done"
    (error,) = supervisor.records[0]["errors"]
    assert (error["source"], error["message"]) == ("extractor", "no module named acme")


def test_a_task_is_captured_however_instrumentation_fails_to_start(
    supervisor: Supervisor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_memory(*_: Any) -> None:
        raise OSError("no memory")

    monkeypatch.setattr("airflow_lineage_provider.capture.sources.runtime.switch_on", no_memory)
    task = Doing(outlets=[Asset("s3://lake/o")])
    attempt_of(task)
    assert task.execute(CONTEXT) == "done"
    (record,) = supervisor.records
    assert [entry["uri"] for entry in record["outputs"]] == ["s3://lake/o"]
    assert [(error["source"], error["message"]) for error in record["errors"]] == [("runtime", "no memory")]
