from __future__ import annotations

import shlex
from datetime import UTC, datetime, timedelta, timezone

import pytest

from airflow_lineage_provider.governance.rules.wording import at, few, node_of, set_owner, span, why
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.node_id import NodeId

HOSTILE = DatasetId("file", "/tmp/o'brien; rm -rf $HOME `x`")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7_199, "120 minutes"),
        (86_400, "24 hours"),
        (172_800, "2 days"),
        (-200_000, "-2 days"),
    ],
)
def test_a_span_is_in_the_largest_unit_that_fits_twice(seconds: float, text: str) -> None:
    assert span(seconds) == text


def test_few_says_how_many_it_leaves_out() -> None:
    assert (few("abc"), few("abcdefg"), few(())) == ("a, b, c", "a, b, c, d, e and 2 more", "")


def test_a_time_is_in_utc() -> None:
    berlin = timezone(timedelta(hours=2))

    assert at(datetime(2026, 6, 15, 1, tzinfo=berlin)) == "2026-06-14 23:00 UTC"
    assert at(datetime(2026, 6, 15, 1, tzinfo=UTC)) == "2026-06-15 01:00 UTC"


def test_names_are_quoted_for_a_shell() -> None:
    assert shlex.split(node_of(HOSTILE)) == [
        "--node",
        str(NodeId("dataset", HOSTILE.namespace, HOSTILE.name)),
    ]
    assert HOSTILE.name in shlex.split(set_owner(HOSTILE).strip("`"))
    assert why(HOSTILE).startswith("`airflow lineage why --node ")
