from __future__ import annotations

import json
from typing import Any

import pytest

from airflow_lineage_provider.store.outgoing.targets import WHOLE, target_key, targets_of

A = {"type": "file", "log_file_path": "/a"}
B = {"type": "file", "log_file_path": "/b"}


def test_a_transport_is_one_target_and_is_left_as_it_is() -> None:
    transport = {"type": "http", "url": "http://x", "auth": {"type": "api_key", "apiKey": "k"}}
    made = targets_of(transport)[WHOLE]
    assert made["auth"] == transport["auth"]
    assert "retry" not in transport


@pytest.mark.parametrize(
    ("parts", "names"),
    [
        ([{**A, "name": "a"}, {**B, "name": "a"}], ["a", "a 2"]),
        ({"main": A, "copy": B, "none": None}, ["main", "copy"]),
    ],
)
def test_each_part_of_a_composite_is_a_target(parts: Any, names: list[str]) -> None:
    assert list(targets_of({"type": "composite", "transports": parts})) == names


def names(*parts: dict[str, Any]) -> list[str]:
    return list(targets_of({"type": "composite", "transports": list(parts)}))


def test_a_part_without_a_name_keeps_the_one_it_is_given_when_another_is_taken_out() -> None:
    first, second = names(A, B)
    assert names(B) == [second]
    assert names(B, A) == [second, first]
    assert first != second


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"type": "http", "url": "http://x"}, {"type": "http", "url": "http://y"}),
        ({"type": "http", "url": "http://x"}, {"type": "http", "url": "http://x", "endpoint": "e"}),
        (
            {"type": "kafka", "topic": "t", "config": {"bootstrap.servers": "a"}},
            {"type": "kafka", "topic": "t", "config": {"bootstrap.servers": "b"}},
        ),
        ({"type": "transform", "transport": A}, {"type": "transform", "transport": B}),
        ({"type": "x.Own"}, {"type": "x.Own"}),
    ],
)
def test_parts_without_a_name_are_told_apart(one: Any, other: Any) -> None:
    assert len(set(names(one, other))) == 2


def test_a_new_password_makes_no_new_target() -> None:
    part = {"type": "http", "url": "https://u:old@x/?token=old", "auth": {"type": "api_key", "apiKey": "old"}}
    assert names(part) == names(json.loads(json.dumps(part).replace("old", "new")))


def test_three_parts_that_are_alike_are_three_targets() -> None:
    assert len(names(A, A, A)) == 3


def test_a_kafka_producer_gives_up_within_a_lease_unless_it_is_told_otherwise() -> None:
    def producer(**config: Any) -> dict[str, Any]:
        made = targets_of({"type": "kafka", "topic": "t", "config": config})[WHOLE]["config"]
        return dict(made)

    assert producer() == {"message.timeout.ms": 30_000}
    assert producer(**{"message.timeout.ms": 5}) == {"message.timeout.ms": 5}
    assert producer(**{"delivery.timeout.ms": 5}) == {"delivery.timeout.ms": 5}
    assert "delivery.report.only.error" not in producer(**{"delivery.report.only.error": True})


def test_datadog_sends_before_it_answers() -> None:
    made = targets_of({"type": "datadog", "async_transport_rules": {"*": {"*": True}}})[WHOLE]
    assert made["async_transport_rules"] == {}


def test_a_composite_that_stops_after_a_success_is_one_target() -> None:
    transport = {"type": "composite", "continue_on_success": False, "transports": [A, B]}
    assert list(targets_of(transport)) == [WHOLE]


@pytest.mark.parametrize("parts", [None, [], "x", [A, "x"], 7])
def test_a_composite_that_nobody_can_read_is_left_to_the_client_to_refuse(parts: Any) -> None:
    assert list(targets_of({"type": "composite", "transports": parts})) == [WHOLE]


def test_what_answers_before_it_has_sent_is_made_to_send() -> None:
    transport = {"type": "transform", "transport": {"type": "async_http", "url": "http://x"}}
    assert targets_of(transport)[WHOLE]["transport"]["type"] == "http"


@pytest.mark.parametrize(("given", "taken"), [(None, 5.0), (3, 3.0), (9000, 30.0), (-1, 5.0), ("x", 5.0)])
def test_nobody_waits_for_an_answer_without_end(given: Any, taken: float) -> None:
    assert targets_of({"type": "http", "timeout": given})[WHOLE]["timeout"] == taken


def test_keys_of_targets_differ() -> None:
    assert len(target_key("a")) == 8
    assert target_key("a") != target_key("b")
