from __future__ import annotations

import dataclasses
import json
from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from airflow.utils.session import create_session

from airflow_lineage_provider.api.forwarder import Forwarder
from airflow_lineage_provider.cli.forward_command import retry, status
from airflow_lineage_provider.store.outgoing.queue import PARK_TRIES, claim, failed, put_off
from tests.live.backend import Backend, backend
from tests.store.stories import core, entry


@pytest.fixture
def marquez(monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    with backend() as made:
        monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__TRANSPORT", json.dumps(made.transport))
        yield made


def attempt(office: Any) -> None:
    office.post_record(core(office.attempt(), inputs=[entry("raw")]))
    office.drainer.drain()


def shown(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    capsys.readouterr()
    status(Namespace(output="json"))
    document: dict[str, Any] = json.loads(capsys.readouterr().out)
    return document


def test_status_says_when_nothing_is_forwarded(metadata_db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert shown(capsys) == {"forwarding": False, "targets": []}
    status(Namespace(output="table"))
    assert "transport is not set" in capsys.readouterr().out


def test_status_tells_what_waits_and_the_last_error(
    office: Any, marquez: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    marquez.stop()
    attempt(office)
    [before] = shown(capsys)["targets"]
    assert (before["target"], before["type"], before["waiting"], before["failing"]) == (
        "transport",
        "http",
        2,
        0,
    )
    Forwarder().forward()
    [after] = shown(capsys)["targets"]
    assert (after["waiting"], after["failing"], after["most_tries"]) == (2, 1, 1)
    assert "ConnectionError" in after["last_error"]
    assert after["problem"] is None
    status(Namespace(output="plain"))
    assert "ConnectionError" in capsys.readouterr().out


def test_status_shows_what_is_parked_and_retry_brings_it_back(
    office: Any, marquez: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    attempt(office)
    now = datetime.now(UTC)
    with create_session() as session:
        event = claim("transport", limit=1, lease=timedelta(seconds=1), now=now, session=session)[0]
        tired = dataclasses.replace(event, tries=PARK_TRIES)
        at = failed(tired, "HTTPError: 500", now=now, session=session, others_pass=True)
        put_off([event.id + 1], at, session=session)
    [parked] = shown(capsys)["targets"]
    assert (parked["parked"], parked["parked_error"], parked["waiting"]) == (2, "HTTPError: 500", 0)
    assert Forwarder().forward().sent == 0
    retry(Namespace(once=False))
    assert "1 events that failed are tried again now" in capsys.readouterr().out
    assert Forwarder().forward().sent == 2


def test_status_names_a_transport_that_cannot_work(
    office: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__TRANSPORT", '{"type": "http"}')
    [target] = shown(capsys)["targets"]
    assert "url" in target["problem"]


def test_retry_once_sends_now_what_failed(
    office: Any, marquez: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    marquez.stop()
    attempt(office)
    Forwarder().forward()
    with pytest.raises(SystemExit):
        retry(Namespace(once=True))
    printed = capsys.readouterr()
    assert "0 events sent, 1 not taken" in printed.out
    assert "ConnectionError" in printed.err
    marquez.start()
    retry(Namespace(once=True))
    assert "2 events sent, 0 not taken" in capsys.readouterr().out
    assert [kind for _, kind in marquez.told()] == ["START", "COMPLETE"]


def test_retry_alone_only_makes_events_due(
    office: Any, marquez: Backend, capsys: pytest.CaptureFixture[str]
) -> None:
    marquez.stop()
    attempt(office)
    Forwarder().forward()
    retry(Namespace(once=False))
    assert "1 events that failed are tried again now" in capsys.readouterr().out
    assert marquez.told() == []


def test_retry_without_a_transport_is_a_mistake(
    metadata_db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        retry(Namespace(once=True))
    assert "transport is not set" in capsys.readouterr().err
