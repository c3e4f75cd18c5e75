from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from airflow_lineage_provider.api import kept as kept_module
from airflow_lineage_provider.api.kept import Kept


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(kept_module.time, "monotonic", clock)
    return clock


def counting() -> Callable[[], int]:
    numbers = iter(range(1, 100))
    return lambda: next(numbers)


def test_an_answer_is_given_again_for_some_seconds(clock: Clock) -> None:
    kept: Kept[int] = Kept(5.0, most=3)
    read = counting()
    assert [kept.get("a", read), kept.get("a", read), kept.get("b", read)] == [1, 1, 2]
    clock.now += 4.9
    assert kept.get("a", read) == 1
    clock.now += 0.1
    assert kept.get("a", read) == 3


def test_what_is_false_is_an_answer_too() -> None:
    kept: Kept[dict[str, int]] = Kept(5.0, most=1)
    first = kept.get("a", dict)
    assert kept.get("a", dict) is first


def test_it_holds_no_more_than_it_may(clock: Clock) -> None:
    kept: Kept[int] = Kept(5.0, most=2)
    read = counting()
    for key in "abc":
        kept.get(key, read)
    assert len(kept._answers) == 1
    assert kept.get("a", read) == 4


def test_what_fails_is_not_kept() -> None:
    kept: Kept[int] = Kept(5.0, most=2)
    with pytest.raises(ZeroDivisionError):
        kept.get("a", lambda: 1 // 0)
    assert kept.get("a", lambda: 7) == 7


def test_who_asks_while_somebody_reads_the_same_waits_and_others_do_not() -> None:
    kept: Kept[str] = Kept(5.0, most=9)
    began, go_on = threading.Event(), threading.Event()
    read: list[str] = []
    said: list[str] = []

    def slow() -> str:
        read.append("slow")
        began.set()
        assert go_on.wait(10)
        return "slow"

    threads = [threading.Thread(target=lambda: said.append(kept.get("a", slow))) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert began.wait(10)
    assert kept.get("b", lambda: "other") == "other"
    assert said == []
    go_on.set()
    for thread in threads:
        thread.join(10)
    assert (said, read) == (["slow"] * 4, ["slow"])


def test_what_is_read_while_all_is_forgotten_is_not_kept() -> None:
    kept: Kept[int] = Kept(5.0, most=9)

    def read() -> int:
        kept.clear()
        return 1

    assert kept.get("a", read) == 1
    assert kept.get("a", lambda: 2) == 2
