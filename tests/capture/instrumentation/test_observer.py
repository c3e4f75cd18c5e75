from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.capture.instrumentation import observer as module
from airflow_lineage_provider.capture.instrumentation.observer import Observer
from airflow_lineage_provider.capture.instrumentation.sighting import Act, Detail, Trace
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.io_entry import Column

SHOP = ConnectionIdentity("shop", "postgres", "db", 5432, "shop")


@pytest.fixture
def observer() -> Iterator[Observer]:
    observer = Observer()
    observer.start()
    yield observer
    observer.stop()


@pytest.mark.parametrize(
    ("acts", "trace"),
    [
        ("R", Trace.INPUT),
        ("W", Trace.OUTPUT),
        ("U", Trace.INPUT | Trace.OUTPUT),
        ("D", Trace.DROPPED),
        ("RW", Trace.INPUT | Trace.OUTPUT),
        ("WR", Trace.OUTPUT),
        ("WU", Trace.OUTPUT),
        ("WD", Trace.GONE),
        ("WDW", Trace.OUTPUT),
        ("WDR", Trace.GONE | Trace.INPUT),
        ("RD", Trace.INPUT | Trace.DROPPED),
        ("RWD", Trace.INPUT | Trace.GONE),
        ("DW", Trace.OUTPUT),
        ("DD", Trace.DROPPED),
        ("WDD", Trace.GONE),
    ],
)
def test_acts_on_one_name_add_up_in_their_order(observer: Observer, acts: str, trace: int) -> None:
    for act in acts:
        observer.saw({"R": Act.READ, "W": Act.WRITE, "U": Act.UPDATE, "D": Act.DELETE}[act], "/data/x.csv")
    assert observer.traces == {"/data/x.csv": trace}


@given(st.lists(st.sampled_from(list(Act)), max_size=12))
def test_whatever_happens_a_name_is_there_or_not_and_never_both(acts: list[Act]) -> None:
    observer = Observer()
    for act in acts:
        observer.saw(act, "/x")
    trace = observer.traces.get("/x", 0)
    assert not (trace & Trace.OUTPUT and trace & (Trace.GONE | Trace.DROPPED))
    last = [act for act in acts if act is not Act.READ]
    if last:
        assert bool(trace & Trace.OUTPUT) == (last[-1] is not Act.DELETE)
    if acts and acts[0] in (Act.READ, Act.UPDATE):
        assert trace & Trace.INPUT


def test_repeating_an_act_changes_nothing(observer: Observer) -> None:
    for act in Act:
        observer.saw(act, "/x")
        before = dict(observer.traces)
        observer.saw(act, "/x")
        assert observer.traces == before


def test_details_of_one_name_are_put_together(observer: Observer) -> None:
    columns = (Column("a", "int"),)
    observer.saw(Act.WRITE, "/x", Detail("csv", rows=3))
    observer.saw(Act.WRITE, "/x", Detail(None, rows=2, bytes=10, columns=columns))
    observer.saw(Act.READ, "/x")
    assert observer.details == {"/x": Detail("csv", rows=3, bytes=10, columns=columns)}


def test_a_renamed_folder_takes_along_what_is_in_it_and_nothing_else(observer: Observer) -> None:
    for name in ("/data/a/1", "/data/a/deep/2", "/data/ab/3"):
        observer.saw(Act.WRITE, name, Detail("csv"))
    observer.saw(Act.WRITE, "/data/a/gone")
    observer.saw(Act.DELETE, "/data/a/gone")
    observer.renamed("/data/a", "/data/b")
    assert observer.traces == {
        "/data/a/1": Trace.GONE,
        "/data/a/deep/2": Trace.GONE,
        "/data/ab/3": Trace.OUTPUT,
        "/data/a/gone": Trace.GONE,
        "/data/b/1": Trace.OUTPUT,
        "/data/b/deep/2": Trace.OUTPUT,
    }
    assert observer.details["/data/b/1"].format == "csv"


def test_a_removed_folder_takes_what_was_seen_in_it(observer: Observer) -> None:
    dataset = DatasetId("s3://lake", "/data/a/x")
    observer.saw(Act.WRITE, "/data/a/1")
    observer.saw(Act.READ, "/data/a/2")
    observer.saw(Act.READ, "/data/ab")
    observer.saw(Act.READ, dataset)
    observer.removed_tree("/data/a/")
    assert observer.traces == {
        "/data/a/1": Trace.GONE,
        "/data/a/2": Trace.INPUT | Trace.DROPPED,
        "/data/ab": Trace.INPUT,
        dataset: Trace.INPUT,
    }


def test_statements_are_one_per_text_and_connection(observer: Observer) -> None:
    index = observer.connection(SHOP)
    assert observer.connection(SHOP) == index
    observer.ran(index, "SELECT 1", failed=True)
    observer.ran(index, "SELECT 2", rows=2)
    observer.ran(index, "SELECT 2", rows=3)
    observer.ran(index, "SELECT 2", rows=-1)
    assert {sql: (one.executed, one.rows) for (_, sql), one in observer.statements.items()} == {
        "SELECT 1": (False, None),
        "SELECT 2": (True, 5),
    }


def test_names_and_statements_have_limits_and_what_is_beyond_is_counted(
    observer: Observer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_NAMES", 3)
    monkeypatch.setattr(module, "MAX_STATEMENTS", 2)
    monkeypatch.setattr(module, "MAX_STATEMENT_CHARACTERS", 20)
    for number in range(5):
        observer.saw(Act.READ, f"/{number}")
    observer.saw(Act.WRITE, "/0")
    assert list(observer.traces) == ["/0", "/1", "/2"]
    assert observer.lost_names == 2
    observer.ran(0, "x" * 21)
    for number in range(3):
        observer.ran(0, f"SELECT {number}")
    assert [sql for _, sql in observer.statements] == ["SELECT 0", "SELECT 1"]
    assert observer.lost_statements == 2


def test_one_error_of_a_kind_is_kept_without_what_its_frames_hold(observer: Observer) -> None:
    for number in range(3):
        try:
            raise ValueError(number)
        except ValueError as error:
            observer.failed("files", error)
    assert [str(error) for error in observer.errors.values()] == ["0"]
    assert observer.errors["files ValueError"].__traceback__ is None
    for number in range(100):
        observer.failed(f"source{number}", ValueError())
    assert len(observer.errors) == module.MAX_ERRORS


def test_threads_may_report_rename_and_remove_at_once(observer: Observer) -> None:
    errors: list[BaseException] = []

    def work(number: int) -> None:
        try:
            for turn in range(300):
                observer.saw(Act.WRITE, f"/{number}/{turn}/x")
                observer.renamed(f"/{number}/{turn}", f"/{number}/{turn}-renamed")
                observer.removed_tree(f"/{number}/{turn}-renamed")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert set(observer.traces.values()) == {Trace.GONE}


def test_pausing_ends_with_the_state_there_was(observer: Observer) -> None:
    with observer.paused(), observer.paused():
        assert not observer.active
    assert observer.active
    observer.stop()
    with observer.paused():
        assert not observer.active
    assert not observer.active


def test_each_start_forgets_what_was(observer: Observer) -> None:
    observer.saw(Act.READ, "/x", Detail("csv"))
    observer.ran(observer.connection(SHOP), "SELECT 1")
    observer.failed("files", ValueError())
    observer.start(("/noise/",))
    assert (
        observer.traces,
        observer.details,
        observer.statements,
        observer.connections,
        observer.errors,
    ) == (
        {},
        {},
        {},
        [],
        {},
    )
    assert observer.noisy == ("/noise/",)
