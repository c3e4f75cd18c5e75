from __future__ import annotations

import sys
import types
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from airflow_lineage_provider.api import forward_kafka
from airflow_lineage_provider.api.forward_target import Problem, Target
from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.store.outgoing.queue import Claimed
from airflow_lineage_provider.store.outgoing.targets import targets_of

KAFKA = {"type": "kafka", "topic": "lineage", "config": {"bootstrap.servers": "broker"}}


class KafkaError:
    def name(self) -> str:
        return "_MSG_TIMED_OUT"

    def str(self) -> str:
        return "Local: Message timed out"


class Broker:
    """What a producer has to do with: it answers every message, refuses it, or says nothing."""

    def __init__(self) -> None:
        self.delivered: list[bytes] = []
        self.flushes: list[float] = []
        self.config: dict[str, Any] = {}
        self.answer: Callable[[], Any] | None = lambda: None
        """The error of each message, or ``None``; no function: no answer."""


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    """``confluent_kafka`` as far as the client uses it: reports come while it is flushed, and only then."""
    broker = Broker()

    class Producer:
        def __init__(self, config: dict[str, Any]) -> None:
            broker.config = config
            self.queue: list[tuple[bytes, Any]] = []

        def produce(self, topic: str, key: Any = None, value: bytes = b"", on_delivery: Any = None) -> None:
            self.queue.append((value, on_delivery))

        def flush(self, timeout: float = -1) -> int:
            broker.flushes.append(timeout)
            if broker.answer is not None:
                for value, on_delivery in self.queue:
                    error = broker.answer()
                    if error is None:
                        broker.delivered.append(value)
                    on_delivery(error, None)
                self.queue = []
            return len(self.queue)

        def purge(self) -> None:
            self.queue = []

    module = types.ModuleType("confluent_kafka")
    vars(module).update(Producer=Producer)
    monkeypatch.setitem(sys.modules, "confluent_kafka", module)
    return broker


EVENT = {
    "eventType": "START",
    "eventTime": "2026-06-15T12:00:00+00:00",
    "producer": "https://p",
    "run": {"runId": "a0000000-0000-4000-8000-000000000000"},
    "job": {"namespace": "n", "name": "j"},
}


def claimed() -> Claimed:
    return Claimed(1, "d", zlib.compress(canonical_json(EVENT)), 0)


def send(transport: dict[str, Any]) -> Problem | None:
    [(name, adapted)] = targets_of(transport).items()
    target = Target(name, adapted)
    assert target.connect(), target.problem
    problem = target.send(claimed())
    target.close()
    return problem


def alternatives(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": "composite", "continue_on_success": False, "transports": list(parts)}


@pytest.mark.parametrize("flush", [True, False])
@pytest.mark.parametrize("inside", [False, True])
def test_an_event_that_the_broker_took_is_sent(flush: bool, inside: bool, broker: Broker) -> None:
    transport = {**KAFKA, "flush": flush}
    assert send(alternatives(transport) if inside else transport) is None
    assert len(broker.delivered) == 1
    assert broker.config["message.timeout.ms"] == 30_000


@pytest.mark.parametrize("flush", [True, False])
def test_an_event_that_the_broker_did_not_take_is_not_sent(flush: bool, broker: Broker) -> None:
    broker.answer = KafkaError
    problem = send({**KAFKA, "flush": flush})
    assert problem == Problem("NotDelivered: _MSG_TIMED_OUT: Local: Message timed out", is_of_event=False)


def test_the_alternative_gets_what_the_broker_did_not_take(broker: Broker, tmp_path: Any) -> None:
    broker.answer = KafkaError
    file = tmp_path / "events"
    copy = {"type": "file", "log_file_path": str(file), "append": True}
    assert send(alternatives(KAFKA, copy)) is None
    assert len(file.read_text().splitlines()) == 1


def test_nobody_waits_without_end_for_a_broker_that_says_nothing(broker: Broker) -> None:
    broker.answer = None
    problem = send(KAFKA)
    assert problem is not None
    assert "no answer" in problem.words
    assert all(0 <= timeout <= forward_kafka.LONGEST_FLUSH for timeout in broker.flushes)


def test_an_event_without_an_answer_is_not_left_in_the_producer(broker: Broker) -> None:
    target = Target("transport", targets_of(KAFKA)["transport"])
    assert target.connect()
    broker.answer = None
    assert target.send(claimed()) is not None
    broker.answer = lambda: None
    assert target.send(claimed()) is None
    target.close()
    assert len(broker.delivered) == 1


def test_a_client_whose_producer_cannot_be_seen_is_refused_with_the_reason(
    broker: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openlineage.client.transport import KafkaTransport

    monkeypatch.setattr(KafkaTransport, "_setup_producer", lambda self, config: None)
    target = Target("transport", targets_of(KAFKA)["transport"])
    assert not target.connect()
    assert "nobody could tell whether events are delivered" in str(target.problem)
    assert "http to a proxy" in str(target.problem)
