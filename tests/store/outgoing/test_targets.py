from __future__ import annotations

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
        ([A, B], ["1", "2"]),
        ([{**A, "name": "a"}, {**B, "name": "a"}], ["a", "a 2"]),
        ({"main": A, "copy": B, "none": None}, ["main", "copy"]),
    ],
)
def test_each_part_of_a_composite_is_a_target(parts: Any, names: list[str]) -> None:
    assert list(targets_of({"type": "composite", "transports": parts})) == names


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
