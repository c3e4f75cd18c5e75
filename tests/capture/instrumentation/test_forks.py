from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from airflow_lineage_provider.capture.instrumentation import spool
from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.sources.driver_session import DriverSession
from airflow_lineage_provider.model.connection import ConnectionIdentity
from tests.capture.instrumentation.watching import DROPPED, GONE, READ, WRITTEN, seen, watching

pytestmark = pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
FORK = multiprocessing.get_context("fork")


@pytest.fixture(autouse=True)
def working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.csv").write_text("1")


def write(name: str) -> int:
    Path(name).write_text("1")
    return os.getpid()


def forked(work: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    return child


def run(work: Callable[[], object]) -> None:
    os.waitpid(forked(work), 0)


def test_what_a_forked_process_writes_is_the_tasks(tmp_path: Path) -> None:
    with watching("files"):
        run(lambda: write("child.csv"))
        process = FORK.Process(target=write, args=("process.csv",))
        process.start()
        process.join()
        with ProcessPoolExecutor(3, mp_context=FORK) as pool:
            assert os.getpid() not in set(pool.map(write, [f"{number}.csv" for number in range(9)]))
    assert seen(tmp_path) == {
        "child.csv": WRITTEN,
        "process.csv": WRITTEN,
        **{f"{number}.csv": WRITTEN for number in range(9)},
    }


def test_what_a_child_made_is_no_input_of_its_parent(tmp_path: Path) -> None:
    with watching("files"):
        run(lambda: write("part.csv"))
        Path("part.csv").read_text()
        run(lambda: Path("part.csv").read_text())
        run(lambda: write("scratch.csv"))
        os.remove("scratch.csv")
        run(lambda: write("out.csv.part"))
        os.rename("out.csv.part", "out.csv")
    assert seen(tmp_path) == {
        "part.csv": WRITTEN,
        "scratch.csv": GONE,
        "out.csv.part": GONE,
        "out.csv": WRITTEN,
    }


def test_a_child_reads_deletes_and_renames(tmp_path: Path) -> None:
    def work() -> None:
        Path("there.csv").read_text()
        write("new.csv")
        os.rename("new.csv", "renamed.csv")
        os.remove("there.csv")

    with watching("files"):
        run(work)
    assert seen(tmp_path) == {"there.csv": READ | DROPPED, "new.csv": GONE, "renamed.csv": WRITTEN}


def test_a_child_that_is_killed_has_said_what_it_saw(tmp_path: Path) -> None:
    def work() -> None:
        write("before.csv")
        os.kill(os.getpid(), signal.SIGKILL)

    with watching("files"):
        run(work)
    assert seen(tmp_path) == {"before.csv": WRITTEN}


def test_fifty_children_and_their_children_are_heard(tmp_path: Path) -> None:
    def work(number: int) -> None:
        write(f"{number}.csv")
        if number % 10 == 0:
            run(lambda: write(f"{number}-below.csv"))

    with watching("files"):
        for child in [forked(lambda number=number: work(number)) for number in range(50)]:  # type: ignore[misc]
            os.waitpid(child, 0)
    assert len(seen(tmp_path)) == 55
    assert set(seen(tmp_path).values()) == {WRITTEN}


def test_a_child_that_ends_the_ordinary_way_is_heard(tmp_path: Path) -> None:
    code = (
        "import os, sys\n"
        "from airflow_lineage_provider.capture.instrumentation.switch import switch_on, switch_off\n"
        "from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER\n"
        "switch_on(frozenset({'files'}))\n"
        "child = os.fork()\n"
        "open('of-child' if child == 0 else 'of-parent', 'w').close()\n"
        "if child == 0: sys.exit(3)\n"
        "assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 3\n"
        "switch_off()\n"
        "print(sorted(os.path.basename(name) for name, trace in OBSERVER.traces.items() if trace == 2))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['of-child', 'of-parent']\n"
    assert done.stderr == ""


def test_a_child_that_closes_all_descriptors_does_its_work_unheard(tmp_path: Path) -> None:
    def work() -> None:
        os.closerange(3, 4096)
        with open("own.csv", "w") as file:
            file.write("mine")
            file.flush()
            # Its number may be the one we had.
            for number in range(50):
                write(f"{number}.csv")

    with watching("files"):
        run(work)
    assert Path("own.csv").read_text() == "mine"
    assert "49.csv" not in seen(tmp_path)


def test_a_task_that_closes_all_descriptors_of_its_own_process_goes_on(tmp_path: Path) -> None:
    code = (
        "import os\n"
        "from airflow_lineage_provider.capture.instrumentation.switch import switch_on, switch_off\n"
        "from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER\n"
        "switch_on(frozenset({'files'}))\n"
        "os.closerange(3, 4096)\n"
        "mine = open('mine.csv', 'w+')\n"
        "mine.write('12345'); mine.flush()\n"
        "if os.fork() == 0: open('of-child.csv', 'w').close(); os._exit(0)\n"
        "os.wait()\n"
        "switch_off()\n"
        "mine.write('678'); mine.close()\n"
        "print(open('mine.csv').read(), [os.path.basename(name) for name in OBSERVER.traces])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "12345678 ['mine.csv']\n"
    assert done.stderr == ""


def test_what_is_beyond_the_bound_of_the_spool_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "MAX_BYTES", 2_000)

    def work() -> None:
        for number in range(100):
            write(f"{number:03}.csv")

    with watching("files", errors=True):
        run(work)
    assert 0 < len(seen(tmp_path)) < 100
    assert list(OBSERVER.errors) == ["forks RuntimeError"]


def test_statements_and_errors_of_a_child_are_heard() -> None:
    def work() -> None:
        connection = OBSERVER.connection(ConnectionIdentity("x", "postgres", "db", 5432, "shop"))
        OBSERVER.ran(connection, "SELECT 1", rows=3)
        OBSERVER.ran(connection, "SELECT 2", failed=True)
        OBSERVER.failed("sqlite3", ValueError("odd"))

    with watching("files", errors=True):
        run(work)
    assert {sql: (one.executed, one.rows) for (_, sql), one in OBSERVER.statements.items()} == {
        "SELECT 1": (True, 3),
        "SELECT 2": (False, None),
    }
    assert [connection.host for connection in OBSERVER.connections] == ["db"]
    assert list(OBSERVER.errors) == ["sqlite3 ValueError"]


def test_rows_of_a_statement_that_a_child_repeats_are_heard() -> None:
    session = DriverSession("psycopg2", lambda: ConnectionIdentity("x", "postgres", "db", 5432, "shop"))

    def work() -> None:
        for _ in range(257):
            session.ran("UPDATE t SET v = 1", 2)

    with watching("files"):
        session.ran("UPDATE t SET v = 1", 3)
        run(work)
    assert [one.rows for one in OBSERVER.statements.values()] == [3 + 257 * 2]


def test_a_child_that_outlives_the_attempt_writes_into_no_other_attempt(tmp_path: Path) -> None:
    read, hold = os.pipe()

    def work() -> None:
        os.close(hold)
        os.read(read, 1)
        write("late.csv")

    with watching("files"):
        child = forked(work)
    with watching("files"):
        os.close(hold)
        os.waitpid(child, 0)
    os.close(read)
    assert "late.csv" not in seen(tmp_path)


def test_threads_that_report_while_others_fork_are_heard(tmp_path: Path) -> None:
    stop = threading.Event()

    def report() -> None:
        number = 0
        while not stop.is_set() and number < 2_000:
            write(f"thread-{number}.csv")
            number += 1

    with watching("files"):
        thread = threading.Thread(target=report)
        thread.start()
        for number in range(10):
            run(lambda number=number: write(f"child-{number}.csv"))  # type: ignore[misc]
            time.sleep(0.01)
        stop.set()
        thread.join()
    assert {f"child-{number}.csv" for number in range(10)} <= set(seen(tmp_path))
    assert set(seen(tmp_path).values()) == {WRITTEN}


def test_programs_are_started_as_ever_and_not_seen(tmp_path: Path) -> None:
    with watching("files"):
        subprocess.run(["touch", "program.csv"], check=True, close_fds=True)
        subprocess.run(["touch", "program2.csv"], check=True, preexec_fn=os.getpid)
    assert seen(tmp_path) == {}
    assert Path("program2.csv").exists()
