from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from airflow_lineage_provider.capture.instrumentation import spool as module
from airflow_lineage_provider.capture.instrumentation.spool import Spool


@pytest.fixture
def spool() -> Iterator[Spool]:
    spool = Spool()
    spool.open()
    yield spool
    spool.close()


def fork(work: object) -> int:
    """Run something in a forked process; returns its exit status."""
    child = os.fork()
    if child == 0:
        try:
            work()  # type: ignore[operator]
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1]


def test_reports_come_in_order_and_once(spool: Spool) -> None:
    for number in range(3):
        spool.write(["saw", number, "é\udcff\n"])
    assert list(spool.read()) == [["saw", number, "é\udcff\n"] for number in range(3)]
    spool.write(["more"])
    assert list(spool.read()) == [["more"]]
    assert list(spool.read()) == []


def test_what_forked_processes_write_side_by_side_is_whole(spool: Spool) -> None:
    children = []
    for child in range(8):
        pid = os.fork()
        if pid == 0:
            for number in range(200):
                spool.write([child, number, "x" * (number * 7)])
            os._exit(0)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
    reports = list(spool.read())
    assert len(reports) == 1_600
    for child in range(8):
        assert [number for one, number, _ in reports if one == child] == list(range(200))


def test_only_a_forked_process_is_foreign(spool: Spool) -> None:
    assert not spool.is_foreign
    fork(lambda: spool.write([spool.is_foreign]))
    assert list(spool.read()) == [[True]]


def test_half_a_line_and_lines_of_something_else_are_left_out(spool: Spool) -> None:
    spool.write(["a"])
    os.write(spool._descriptor, b'{"x": 1}\nnonsense\n["b"]\n["half')
    assert list(spool.read()) == [["a"], ["b"]]
    os.write(spool._descriptor, b'"]\n')
    assert list(spool.read()) == [["half"]]


def test_beyond_its_bound_nothing_is_written(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_BYTES", 100)
    for _ in range(50):
        spool.write(["x" * 20])
    assert len(list(spool.read())) == 4
    assert spool.is_full
    assert os.fstat(spool._descriptor).st_size < 110
    spool.open()
    assert not spool.is_full


def test_a_task_that_closes_our_descriptor_and_gets_its_number_keeps_its_file(
    spool: Spool, tmp_path: Path
) -> None:
    number = spool._descriptor
    path = tmp_path / "mine"
    file = os.open(path, os.O_RDWR | os.O_CREAT)
    os.dup2(file, number)
    os.write(number, b"content")
    os.lseek(number, 3, os.SEEK_SET)
    spool.write(["intruder"])
    assert list(spool.read()) == []
    spool.close()
    assert os.read(number, 10) == b"tent"
    assert path.read_bytes() == b"content"
    os.close(file)
    os.close(number)


def test_a_descriptor_that_was_closed_is_nobodys_error(spool: Spool) -> None:
    os.close(spool._descriptor)
    spool.write(["x"])
    assert list(spool.read()) == []
    spool.close()


def test_no_program_that_the_task_starts_inherits_it(spool: Spool) -> None:
    assert fcntl.fcntl(spool._descriptor, fcntl.F_GETFD) & fcntl.FD_CLOEXEC


def test_a_spool_that_was_never_opened_takes_and_gives_nothing() -> None:
    spool = Spool()
    spool.write(["x"])
    assert list(spool.read()) == []
    assert not spool.is_foreign
    spool.close()


def test_without_memory_for_it_a_file_serves_and_without_a_file_nothing_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*args: object, **kwargs: object) -> int:
        raise OSError("no more")

    monkeypatch.setattr(os, "memfd_create", refuse)
    spool = Spool()
    spool.open()
    fork(lambda: spool.write(["from a file"]))
    assert list(spool.read()) == [["from a file"]]
    monkeypatch.setattr(module.tempfile, "TemporaryFile", refuse)
    spool.open()
    spool.write(["x"])
    assert list(spool.read()) == []
    assert not spool.is_foreign


def test_each_attempt_starts_with_an_empty_one(spool: Spool) -> None:
    before = os.listdir("/proc/self/fd")
    for _ in range(5):
        spool.write(["old"])
        spool.open()
    assert list(spool.read()) == []
    assert len(os.listdir("/proc/self/fd")) == len(before)
