from __future__ import annotations

import logging

import pytest
from sqlalchemy.exc import OperationalError

from airflow_lineage_provider.api.failures import BUSY_SECONDS, Failures

LOG = logging.getLogger("airflow_lineage_provider.test_failures")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, LOG.name)
    return caplog


def test_what_fails_is_said_once_then_what_else_is_wrong_then_that_it_works(
    said: pytest.LogCaptureFixture,
) -> None:
    failures = Failures(LOG)
    for words in ("no disk\nat all", "no disk\nstill", "no light"):
        failures.failed("Working", ValueError(words))
    assert failures.first == "Working: ValueError: no light"
    failures.works("Working")
    failures.works("Working")
    assert failures.first is None
    assert said.messages == [
        "Working failed: ValueError: no disk; trying again",
        "Working failed: ValueError: no light; trying again",
        "Working works again",
    ]


def test_a_database_that_is_busy_for_a_moment_is_not_said(said: pytest.LogCaptureFixture) -> None:
    failures = Failures(LOG, Clock())
    failures.failed("Working", busy())
    assert failures.first is not None
    failures.works("Working")
    assert said.messages == []


def test_a_database_that_is_away_for_longer_is_said_once(said: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    failures = Failures(LOG, clock)
    for clock.now in (0.0, BUSY_SECONDS - 1, BUSY_SECONDS, BUSY_SECONDS + 1):
        failures.failed("Working", busy())
    assert [record.levelname for record in said.records] == ["WARNING"]
    failures.works("Working")
    assert said.messages[-1] == "Working works again"


def test_each_kind_of_work_fails_for_itself() -> None:
    failures = Failures(LOG)

    def fail() -> None:
        raise KeyError("this")

    assert not failures.attempt("One", fail)
    assert failures.attempt("Two", lambda: None)
    assert failures.first == "One: KeyError: 'this'"
    assert failures.attempt("One", lambda: None)
    assert failures.first is None


def busy() -> OperationalError:
    return OperationalError("select", {}, Exception("database is locked"))
