from __future__ import annotations

import functools
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock, Mock

import fsspec
import pytest
import requests
from botocore.client import BaseClient
from fsspec.spec import AbstractFileSystem

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.switch import switch_off, switch_on
from tests.capture.instrumentation.watching import READ, WRITTEN, seen, watching

SOURCES = ("files", "fsspec", "boto3", "requests", "httpx")


@pytest.fixture(autouse=True)
def working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def memory() -> Iterator[Any]:
    memory = fsspec.filesystem("memory")
    memory.pipe("/b/there.csv", b"1")
    yield memory
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]


@pytest.mark.parametrize(
    "stand_in", [Mock(), MagicMock(), MagicMock(spec=ModuleType), ModuleType("botocore.client"), None, 3]
)
@pytest.mark.parametrize("library", ["fsspec.spec", "botocore.client", "requests", "httpx"])
def test_what_stands_in_for_a_library_is_left_as_it_is(
    library: str, stand_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, stand_in)
    before = dict(vars(stand_in)) if isinstance(stand_in, ModuleType) else None
    with watching(*SOURCES, errors=True):
        Path("x.csv").write_text("1")
    assert Path("x.csv").read_text() == "1"
    assert before is None or dict(vars(stand_in)) == before


def test_a_patch_of_the_tasks_own_that_is_made_and_taken_back_stays_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original = vars(requests.Session)["send"]
    calls = []

    def mine(self: Any, request: Any, **kwargs: Any) -> str:
        calls.append(request)
        return "answer"

    with watching("requests"):
        with monkeypatch.context() as patch:
            patch.setattr(requests.Session, "send", mine)
            assert requests.Session().send("request") == "answer"  # type: ignore[arg-type, comparison-overlap]
        assert vars(requests.Session)["send"] is not original
    assert vars(requests.Session)["send"] is original
    assert calls == ["request"]


def test_a_patch_that_was_there_before_is_called_and_there_afterwards(
    monkeypatch: pytest.MonkeyPatch, memory: Any
) -> None:
    original = AbstractFileSystem.open
    calls = []

    @functools.wraps(original)
    def mine(self: Any, *args: Any, **kwargs: Any) -> Any:
        calls.append(args)
        return original(self, *args, **kwargs)

    monkeypatch.setattr(AbstractFileSystem, "open", mine)
    with watching("fsspec"):
        memory.open("/b/there.csv").close()
    assert vars(AbstractFileSystem)["open"] is mine
    assert calls == [("/b/there.csv",)]
    assert seen() == {"memory://b/there.csv": READ}


def test_a_patch_that_is_put_over_ours_and_stays_keeps_working_and_is_reported_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Library:
        def call(self) -> str:
            return "answer"

    def more_than(ours: Any) -> Any:
        return lambda self: f"more than the {ours(self)}"

    told = []
    for attempt in range(3):
        with watching():
            patches = Patches("library")
            patches.after(Library, "call", lambda *seen, attempt=attempt: told.append(attempt))
            if attempt == 0:
                monkeypatch.setattr(Library, "call", more_than(Library.call))
            assert Library().call() == "more than the answer"
            patches.undo()
    assert Library().call() == "more than the answer"
    assert told == [0, 1, 2]


def test_a_wrapper_that_somebody_keeps_is_silent_in_later_attempts(memory: Any) -> None:
    reported = []
    with watching("fsspec"):
        left = vars(AbstractFileSystem)["open"]
    with watching("files"):
        left(memory, "/b/there.csv").close()
        reported.append(seen())
    with watching("fsspec"):
        left(memory, "/b/there.csv").close()
        reported.append(seen())
    assert reported == [{}, {}]


def test_secrets_of_an_address_are_in_no_name() -> None:
    from airflow_lineage_provider.capture.instrumentation.sources.fsspec_name import name_in

    web = fsspec.filesystem("http")
    names = [
        name_in(web, "https://user:hunter2@h.org/a.csv?X-Amz-Signature=hunter2#hunter2"),
        name_in(web, "https://h.org/a.csv?sig=hunter2"),
    ]
    assert names == ["https://h.org/a.csv"] * 2


def test_an_error_of_our_own_changes_no_result(monkeypatch: pytest.MonkeyPatch, memory: Any) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(OBSERVER, "saw", broken)
    with watching(*SOURCES, errors=True):
        Path("x.csv").write_text("1")
        os.rename("x.csv", "y.csv")
        os.remove("y.csv")
        assert memory.cat("/b/there.csv") == b"1"
        with fsspec.open("memory://b/there.csv") as file:
            assert file.read() == b"1"
    assert set(OBSERVER.errors) == {"files RuntimeError", "fsspec RuntimeError"}


def test_what_the_tasks_own_signals_raise_gets_through() -> None:
    class TimeIsUp(BaseException):
        pass

    def ring(*args: object) -> None:
        raise TimeIsUp

    def write_forever() -> None:
        while True:
            Path("x.csv").write_text("1")

    before = signal.signal(signal.SIGALRM, ring)
    try:
        with watching("files"):
            signal.setitimer(signal.ITIMER_REAL, 0.05)
            with pytest.raises(TimeIsUp):
                write_forever()
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_files_stay_usable_and_their_errors_their_own(tmp_path: Path) -> None:
    with watching("files"):
        file = open("x.csv", "w")  # noqa: SIM115
        file.close()
        with pytest.raises(ValueError, match="closed file"):
            file.write("1")
        with pytest.raises(FileNotFoundError) as missing:
            Path("missing/x.csv").read_text()
        with pytest.raises(PermissionError if os.geteuid() else FileNotFoundError):
            Path("/proc/1/missing/x").read_text()
    assert missing.value.filename == "missing/x.csv"
    assert seen(tmp_path)["x.csv"] == WRITTEN


def test_switching_many_times_leaves_nothing_behind(memory: Any) -> None:
    before = (
        vars(AbstractFileSystem)["open"],
        vars(BaseClient)["_make_api_call"],
        len(os.listdir("/proc/self/fd")),
    )
    for _ in range(20):
        switch_on(frozenset(SOURCES))
        switch_on(frozenset(SOURCES))
        memory.cat("/b/there.csv")
        switch_off()
        switch_off()
    assert before == (
        vars(AbstractFileSystem)["open"],
        vars(BaseClient)["_make_api_call"],
        len(os.listdir("/proc/self/fd")),
    )


def in_a_process_of_its_own(code: str) -> str:
    prelude = """
        import os, sys
        from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
        from airflow_lineage_provider.capture.instrumentation.switch import switch_off, switch_on
        def traces():
            return {os.path.basename(str(name)): trace for name, trace in OBSERVER.traces.items()
                    if str(name).endswith('.csv')}
    """
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(prelude) + textwrap.dedent(code)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("when", ["before", "after"])
def test_gevent_may_patch_the_process_before_us_and_after(when: str) -> None:
    patch = "from gevent import monkey; monkey.patch_all()"
    code = f"""
        {patch if when == "before" else ""}
        switch_on(frozenset({{"files", "fsspec", "requests"}}))
        {patch if when == "after" else ""}
        import gevent, threading
        def write(name):
            with open(name, "w") as file:
                gevent.sleep(0.001)
                file.write("1")
        gevent.joinall([gevent.spawn(write, f"{{number}}.csv") for number in range(20)], raise_error=True)
        thread = threading.Thread(target=write, args=("thread.csv",))
        thread.start(); thread.join()
        if os.fork() == 0:
            write("child.csv"); os._exit(0)
        os.wait()
        switch_off()
        assert set(traces().values()) == {{2}}, traces()
        print(len(traces()), OBSERVER.errors)
    """
    assert in_a_process_of_its_own(code) == "22 {}\n"


def test_a_process_that_ends_while_it_is_observed_ends_in_silence() -> None:
    code = """
        import atexit, threading, time, tempfile
        switch_on(frozenset({"files", "fsspec", "boto3"}))
        class Late:
            def __del__(self):
                open("late.csv", "w").close()
        late = Late()
        sys.modules["late-module"] = late
        atexit.register(lambda: open("atexit.csv", "w").close())
        def forever():
            while True:
                open("thread.csv", "w").close()
        threading.Thread(target=forever, daemon=True).start()
        time.sleep(0.05)
        print("done")
    """
    assert in_a_process_of_its_own(code) == "done\n"


def test_libraries_that_the_task_imports_itself_are_seen() -> None:
    code = """
        switch_on(frozenset({"fsspec", "boto3", "requests", "httpx"}))
        assert not {"fsspec", "botocore", "requests"} & set(sys.modules)
        import fsspec
        fsspec.filesystem("memory").pipe("/b/x.csv", b"1")
        import botocore.client, requests, httpx, wrapt
        places = [(botocore.client.BaseClient, "_make_api_call"), (requests.Session, "send"), (httpx.Client, "send")]
        kinds = lambda: {isinstance(vars(place)[name], wrapt.FunctionWrapper) for place, name in places}
        assert kinds() == {True}
        switch_off()
        assert kinds() == {False}
        print(dict(OBSERVER.traces), OBSERVER.errors)
    """
    assert in_a_process_of_its_own(code) == "{'memory://b/x.csv': 2} {}\n"
