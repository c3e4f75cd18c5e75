from __future__ import annotations

import json

import pytest

from docs.scripts.capture_matrix import OFFICIAL, PAGE, page, verdict
from tests.system.capture_matrix import TECHNIQUES
from tests.system.technique import Technique, file

ROW = Technique(
    task_id="t", title="t", how="t", inputs={file("a"): "runtime"}, outputs={file("b"): "runtime"}
)
A, B = (["file", f"{{data}}/{name}"] for name in "ab")


def test_page_is_what_the_table_and_the_measurement_yield() -> None:
    assert PAGE.read_text() == page(), "run python -m docs.scripts.capture_matrix --write"


def test_every_technique_was_measured_under_the_official_provider() -> None:
    assert set(json.loads(OFFICIAL.read_text())["tasks"]) == {row.key for row in TECHNIQUES}


def test_keys_of_techniques_differ() -> None:
    assert len({row.key for row in TECHNIQUES}) == len(TECHNIQUES) >= 45


@pytest.mark.parametrize(
    ("reported", "expected"),
    [
        ({}, "no"),
        ({"child": {"sql": []}}, "no"),
        ({"task": {"inputs": [A]}}, "partly"),
        ({"child": {"outputs": [B]}}, "partly"),
        ({"task": {"inputs": [B], "outputs": [A]}}, "no"),
        ({"task": {"inputs": [A]}, "child": {"outputs": [B]}}, "on a child job"),
        ({"task": {"inputs": [A], "outputs": [B]}}, "yes"),
        ({"task": {"inputs": [["file", "{data without slash}/a"]], "outputs": [B]}}, "yes"),
    ],
)
def test_verdict_compares_what_was_reported_with_what_there_is(
    reported: dict[str, dict[str, list[list[str]]]], expected: str
) -> None:
    assert verdict(ROW, reported) == expected


def test_nothing_to_record_is_no_failure() -> None:
    assert verdict(Technique(task_id="t", title="t", how="t"), {}) == "-"
