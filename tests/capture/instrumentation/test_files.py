from __future__ import annotations

# ruff: noqa: SIM115 - files are opened the way tasks open them.
import asyncio
import csv
import gzip
import logging
import os
import shutil
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from logging.handlers import RotatingFileHandler
from pathlib import Path

import pytest

from airflow_lineage_provider.capture.instrumentation.observer import MAX_NAMES, OBSERVER
from airflow_lineage_provider.capture.sources.runtime import add_runtime_datasets
from airflow_lineage_provider.model.record import LineageRecord, Outcome, SegmentKind
from tests.capture.instrumentation.watching import DROPPED, GONE, READ, WRITTEN, seen, watching


@pytest.fixture(autouse=True)
def working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("there.csv", "other.csv"):
        (tmp_path / name).write_text("a,b\n1,2\n")


def close(file: int) -> None:
    os.close(file)


@pytest.mark.parametrize(
    ("act", "trace"),
    [
        (lambda path: open(path).close(), READ),
        (lambda path: open(path, "rb", buffering=0).close(), READ),
        (lambda path: open(path, "w").close(), WRITTEN),
        (lambda path: open(path, "wb").close(), WRITTEN),
        (lambda path: open(path, "a").close(), WRITTEN),
        (lambda path: open(path, "w+").close(), WRITTEN),
        (lambda path: open(path, "r+").close(), READ | WRITTEN),
        (lambda path: open(path, "a+").close(), READ | WRITTEN),
        (lambda path: open(os.fsencode(path)).close(), READ),
        (lambda path: open(Path(path)).close(), READ),
        (lambda path: open(os.path.abspath(path)).close(), READ),
        (lambda path: open(f"../{os.path.basename(os.getcwd())}//{path}").close(), READ),
        (lambda path: open(path, opener=os.open).close(), READ),
        (lambda path: Path(path).read_text(), READ),
        (lambda path: Path(path).write_bytes(b""), WRITTEN),
        (lambda path: close(os.open(path, os.O_RDONLY)), READ),
        (lambda path: close(os.open(path, os.O_WRONLY | os.O_CREAT)), WRITTEN),
        (lambda path: close(os.open(path, os.O_RDWR)), READ | WRITTEN),
        (lambda path: os.truncate(path, 0), WRITTEN),
        (lambda path: os.truncate(path, 3), READ | WRITTEN),
        (lambda path: os.remove(path), DROPPED),
        (lambda path: Path(path).unlink(), DROPPED),
        (lambda path: list(csv.reader(open(path))), READ),
    ],
)
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_each_way_to_a_file_is_seen_once_and_for_what_it_is(
    act: Callable[[str], object], trace: int, tmp_path: Path
) -> None:
    with watching("files"):
        act("there.csv")
    assert seen(tmp_path) == {"there.csv": trace}


@pytest.mark.parametrize("mode", ["x", "w", "a", "w+", "a+", "x+"])
def test_a_file_that_is_made_new_is_no_input_whatever_else_its_mode_allows(mode: str, tmp_path: Path) -> None:
    with watching("files"):
        open("new.csv", mode).close()
        open("new.csv").close()
    assert seen(tmp_path) == {"new.csv": WRITTEN}


def test_one_file_has_one_name_however_it_is_spelled(tmp_path: Path) -> None:
    with watching("files"):
        open(f"{tmp_path}/x/../made.csv".replace("x/../", ""), "w").close()
        open("made.csv").close()
        open(b"made.csv").close()
        open("./made.csv").close()
        open(tmp_path / "made.csv").close()
    assert seen(tmp_path) == {"made.csv": WRITTEN}


def test_an_exclusive_open_that_finds_the_file_there_has_written_nothing(tmp_path: Path) -> None:
    with watching("files"), pytest.raises(FileExistsError):
        open("there.csv", "x")
    assert seen(tmp_path) == {}


def test_a_delete_of_what_was_never_there_is_nothing(tmp_path: Path) -> None:
    with watching("files"):
        Path("missing.csv").unlink(missing_ok=True)
        with pytest.raises(FileNotFoundError):
            os.rename("missing.csv", "target.csv")
    assert seen(tmp_path) == {}


def test_a_file_that_was_made_deleted_and_read_again_by_the_same_name_is_followed(tmp_path: Path) -> None:
    with watching("files"):
        open("new.csv", "w").close()
        open("new.csv").close()
        os.remove("new.csv")
        assert seen(tmp_path) == {"new.csv": GONE}
        open("new.csv", "w").close()
    assert seen(tmp_path) == {"new.csv": WRITTEN}


@pytest.mark.parametrize("rename", [os.rename, os.replace, shutil.move, lambda a, b: Path(a).rename(b)])
def test_a_file_written_under_another_name_first_is_the_output_alone(
    rename: Callable[[str, str], object], tmp_path: Path
) -> None:
    with watching("files"):
        Path("out.csv.part").write_text("1")
        rename("out.csv.part", "out.csv")
    assert seen(tmp_path) == {"out.csv.part": GONE, "out.csv": WRITTEN}


def test_a_file_that_was_there_and_is_moved_is_read_and_gone_from_its_old_place(tmp_path: Path) -> None:
    with watching("files"):
        os.rename("there.csv", "moved.csv")
    assert seen(tmp_path) == {"there.csv": READ | DROPPED, "moved.csv": WRITTEN}


def test_a_folder_that_is_moved_takes_its_files_with_it(tmp_path: Path) -> None:
    with watching("files"):
        os.mkdir("staging")
        Path("staging/1.csv").write_text("1")
        os.rename("staging", "final")
    assert seen(tmp_path) == {"staging/1.csv": GONE, "final/1.csv": WRITTEN}


def test_what_comes_from_a_temporary_name_is_written_where_it_goes(tmp_path: Path) -> None:
    with watching("files"):
        with tempfile.NamedTemporaryFile("w", delete=False) as file:
            file.write("1")
        shutil.move(file.name, "final.csv")
    assert seen() == {f"{tmp_path}/final.csv": WRITTEN}


def test_copies_read_one_file_and_write_the_other(tmp_path: Path) -> None:
    with watching("files"):
        shutil.copy("there.csv", "copy.csv")
        shutil.copyfile("there.csv", "copy2.csv")
    assert seen(tmp_path) == {"there.csv": READ, "copy.csv": WRITTEN, "copy2.csv": WRITTEN}


def test_a_folder_that_is_copied_and_deleted_leaves_nothing_of_the_copy(tmp_path: Path) -> None:
    os.mkdir("folder")
    shutil.copy("there.csv", "folder/1.csv")
    with watching("files"):
        shutil.copytree("folder", "work")
        shutil.rmtree("work")
    assert seen(tmp_path) == {"folder/1.csv": READ, "work/1.csv": GONE}


def test_links_are_further_names_of_the_data(tmp_path: Path) -> None:
    os.mkdir("folder")
    with watching("files"):
        os.symlink("../there.csv", "folder/latest.csv")
        os.link("other.csv", "hard.csv")
        os.symlink("folder", "folder-link")
    assert seen(tmp_path) == {
        "there.csv": READ,
        "folder/latest.csv": WRITTEN,
        "other.csv": READ,
        "hard.csv": WRITTEN,
    }


def test_relative_paths_follow_the_working_directory(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    with watching("files"):
        open("there.csv").close()
        os.chdir("deep")
        open("../other.csv").close()
        open("new.csv", "w").close()
        os.chdir("..")
        open("new.csv", "w").close()
    assert seen(tmp_path) == {
        "there.csv": READ,
        "other.csv": READ,
        "deep/new.csv": WRITTEN,
        "new.csv": WRITTEN,
    }


def test_paths_relative_to_an_open_folder_are_not_taken_for_others(tmp_path: Path) -> None:
    os.mkdir("deep")
    Path("deep/there.csv").touch()
    with watching("files"):
        folder = os.open("deep", os.O_RDONLY)
        os.remove("there.csv", dir_fd=folder)
        os.rename("there.csv", "x.csv", src_dir_fd=None)
        os.symlink("x.csv", "there.csv", dir_fd=folder)
        os.close(folder)
    assert seen(tmp_path) == {"there.csv": READ | DROPPED, "x.csv": WRITTEN}


def test_folders_descriptors_and_nameless_files_are_no_data(tmp_path: Path) -> None:
    with watching("files"):
        os.close(os.open(".", os.O_RDONLY))
        os.close(os.open("..", os.O_RDONLY | os.O_DIRECTORY))
        list(os.scandir("."))
        os.listdir(".")
        read, write = os.pipe()
        os.close(write)
        open(read).close()
        with tempfile.TemporaryFile(dir=tmp_path), tempfile.NamedTemporaryFile(dir=tmp_path, prefix="x"):
            pass
        tempfile.mkdtemp(dir=tmp_path)
    assert {name: trace for name, trace in seen(tmp_path).items() if trace != GONE} == {}


def test_what_tempfile_makes_up_is_no_data() -> None:
    with watching("files"):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "scratch.csv").write_text("1")
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"1")
        with tempfile.SpooledTemporaryFile(max_size=1) as spooled:
            spooled.write(b"12")
        os.close(tempfile.mkstemp()[0])
        descriptor, kept = tempfile.mkstemp(prefix="orders-", suffix=".csv")
        os.close(descriptor)
        with tempfile.TemporaryDirectory(prefix="venv") as folder:
            Path(folder, "script.in").write_text("1")
            with OBSERVER.paused():
                Path(folder, "script.out").write_text("1")
            Path(folder, "script.out").read_text()
        os.remove(kept)
    assert {name: trace for name, trace in seen().items() if trace != GONE} == {}
    assert not any("script" in name or "orders" in name for name in seen())


def test_tempfile_may_look_for_its_folder_while_files_are_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    # It opens a file under a lock: who asked it for the folder in answer to that would wait forever.
    monkeypatch.setattr(tempfile, "tempdir", None)
    with watching("files"):
        assert tempfile.gettempdir()


def test_what_python_opens_for_itself_is_no_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "own_module_of_the_task.py").write_text("x = 1")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "this", raising=False)
    with watching("files"):
        import wave  # noqa: F401

        import own_module_of_the_task  # type: ignore[import-not-found]  # noqa: F401

        open("/etc/passwd").close()
        open("/proc/self/status").close()
        open(os.devnull, "w").close()
    assert seen() == {}


def test_archives_and_compressed_files_are_the_files_they_are_in(tmp_path: Path) -> None:
    with watching("files"):
        with gzip.open("out.csv.gz", "wt") as file:
            file.write("1")
        with zipfile.ZipFile("out.zip", "w") as archive:
            archive.write("there.csv")
    assert seen(tmp_path) == {"out.csv.gz": WRITTEN, "out.zip": WRITTEN, "there.csv": READ}


def test_threads_and_tasks_of_a_loop_are_seen(tmp_path: Path) -> None:
    async def loop() -> None:
        await asyncio.gather(*(asyncio.to_thread(Path(f"task-{i}.csv").write_text, "1") for i in range(5)))

    with watching("files"):
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda i: Path(f"thread-{i}.csv").write_text("1"), range(50)))
        asyncio.run(loop())
    assert seen(tmp_path) == {
        **{f"thread-{i}.csv": WRITTEN for i in range(50)},
        **{f"task-{i}.csv": WRITTEN for i in range(5)},
    }


def test_threads_that_delete_while_others_write_break_nothing(tmp_path: Path) -> None:
    def work(number: int) -> None:
        for turn in range(30):
            folder = tmp_path / f"{number}-{turn}"
            folder.mkdir()
            (folder / "1.csv").write_text("1")
            shutil.rmtree(folder)

    with watching("files"):
        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert set(seen(tmp_path).values()) == {GONE}


def test_nothing_is_seen_before_after_or_while_capture_does_something_of_its_own(tmp_path: Path) -> None:
    open("there.csv").close()
    with watching("files"):
        with OBSERVER.paused():
            open("other.csv").close()
        open("there.csv").close()
    open("late.csv", "w").close()
    assert seen(tmp_path) == {"there.csv": READ}
    with watching():
        open("other.csv").close()
    assert seen(tmp_path) == {}


def test_each_attempt_sees_for_itself(tmp_path: Path) -> None:
    for _ in range(2):
        with watching("files"):
            open("there.csv").close()
        assert seen(tmp_path) == {"there.csv": READ}


def test_a_file_in_the_root_does_not_make_relative_names_absolute(tmp_path: Path) -> None:
    with watching("files"):
        sys.audit("open", "/in-the-root.csv", "r", os.O_RDONLY)
        open("there.csv").close()
    assert seen(tmp_path) == {"there.csv": READ}
    assert "there.csv" not in OBSERVER.traces


def test_names_have_a_limit_and_what_is_beyond_is_counted(tmp_path: Path) -> None:
    with watching("files"):
        for number in range(100_000):
            sys.audit("open", f"/data/{number % 700}/{number}.csv", "r", os.O_RDONLY)
        open("there.csv").close()
    assert len(OBSERVER.traces) == MAX_NAMES
    assert OBSERVER.lost_names == 100_000 - MAX_NAMES + 1


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("a",),
        ("a", "r", 0, 0),
        (None, "r", 0),
        (["x"], "r", 0),
        ("x", "r", "0"),
        (object(), None, 0),
        (3, "r", 0),
        ("", "r", 0),
        ("\0", "r", 0),
        ("\udcff\ud800", "r", 0),
        ("x" * 1_000_000, "r", 0),
    ],
)
@pytest.mark.parametrize("event", ["open", "os.remove", "os.rename", "os.truncate", "os.link", "os.symlink", "os.chdir", "shutil.rmtree"])  # fmt: skip
def test_an_event_of_any_shape_raises_nothing(event: str, args: tuple[object, ...]) -> None:
    with watching("files", errors=True):
        sys.audit(event, *args)
    assert set(OBSERVER.errors) <= {"files TypeError", "files ValueError"}


def test_paths_whose_own_code_fails_raise_nothing_of_ours(tmp_path: Path) -> None:
    class Broken:
        def __fspath__(self) -> str:
            raise RuntimeError("no path")

    class Odd(str):
        def startswith(self, *args: object) -> bool:
            raise RuntimeError("no start")

        def rfind(self, *args: object) -> int:
            raise RuntimeError("no end")

    with watching("files", errors=True):
        with pytest.raises(RuntimeError, match="no path"):
            open(Broken())  # type: ignore[call-overload]
        open(Odd("there.csv")).close()
        with pytest.raises(ValueError, match="null"):
            open("a\0b")
        with pytest.raises(OSError, match="too long"):
            open("x" * 5000)
        with pytest.raises(TypeError):
            open(name for name in ("there.csv",))  # type: ignore[call-overload]
        with pytest.raises(IsADirectoryError):
            open(".")
        sys.audit("shutil.rmtree", Broken(), None)
    assert seen(tmp_path) == {"there.csv": READ}


def test_bytes_that_are_no_text_are_a_name_like_any_other(tmp_path: Path) -> None:
    with watching("files"):
        open(os.fsencode(tmp_path) + b"/\xff.csv", "w").close()
    assert seen(tmp_path) == {"\udcff.csv": WRITTEN}


def test_a_closed_working_directory_is_nobodys_error(tmp_path: Path) -> None:
    (tmp_path / "gone").mkdir()
    os.chdir("gone")
    os.rmdir(tmp_path / "gone")
    with watching("files", errors=True), pytest.raises(FileNotFoundError):
        open("x.csv")
    os.chdir(tmp_path)


def test_a_folder_that_cannot_be_opened_is_no_input(tmp_path: Path) -> None:
    record = LineageRecord(kind=SegmentKind.CORE, outcome=Outcome.SUCCESS, ti_id="x")
    os.mkdir("plain")
    Path("plain/x.csv").touch()
    with watching("files"):
        open("there.csv").close()
        for path in ("plain", str(tmp_path / "plain"), str(tmp_path)):
            with pytest.raises(IsADirectoryError):
                open(path)
    # An open file costs no question what it is: that is asked once, at the end.
    add_runtime_datasets(record, OBSERVER, host=None, limit=10)
    assert [entry.identity.name for entry in record.inputs] == [str(tmp_path / "there.csv")]


def test_a_rename_onto_what_is_in_the_way_has_done_nothing(tmp_path: Path) -> None:
    for folder in ("full", "empty", "moved"):
        os.mkdir(folder)
    Path("full/x.csv").touch()
    Path("moved/y.csv").touch()
    with watching("files"):
        for source, target in (("there.csv", "full"), ("moved", "other.csv"), ("moved", "full")):
            with pytest.raises(OSError, match="Errno"):
                os.rename(source, target)
    assert seen(tmp_path) == {}
    with watching("files"):
        os.replace("there.csv", "other.csv")
        os.rename("moved", "empty")
    assert seen(tmp_path) == {
        "there.csv": READ | DROPPED, "other.csv": WRITTEN, "moved": READ | DROPPED, "empty": WRITTEN,
    }  # fmt: skip


@pytest.mark.parametrize("temporary", [False, True])
def test_a_tree_that_is_deleted_does_not_read_what_has_the_names_of_its_members_here(
    tmp_path: Path, temporary: bool
) -> None:
    tree = tempfile.mkdtemp() if temporary else "tree"
    os.makedirs(f"{tree}/there.csv")
    with watching("files"):
        shutil.rmtree(tree)
        folder = os.open(tmp_path, os.O_RDONLY)
        os.close(os.open("other.csv", os.O_RDWR, dir_fd=folder))
        os.close(folder)
    assert seen(tmp_path) == {}
    with watching("files"):
        os.close(os.open("other.csv", os.O_RDONLY))
    assert seen(tmp_path) == {"other.csv": READ}


def test_files_of_logs_are_no_data(tmp_path: Path) -> None:
    logger = logging.getLogger("of a task")
    logger.propagate = False
    with watching("files"):
        handler = RotatingFileHandler(tmp_path / "app.log", maxBytes=10, backupCount=2)
        logger.addHandler(handler)
        for _ in range(3):
            logger.warning("something of length")
        logger.removeHandler(handler)
        handler.close()
        Path("app.csv").write_text("1")
    names = {name for name in seen() if not name.startswith(OBSERVER.noisy)}
    assert names == {str(tmp_path / "app.csv")}
    assert logging.FileHandler._open.__qualname__ == "FileHandler._open"
    assert not hasattr(logging.FileHandler._open, "__wrapped__")
