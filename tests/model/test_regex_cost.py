from __future__ import annotations

import re

import pytest

from airflow_lineage_provider.model.partition_pattern import MAX_MATCHED, InvalidPattern, PartitionPattern
from airflow_lineage_provider.model.regex_cost import MOST_STEPS, CostlyPattern, refuse_costly, steps_at_most
from tests.cpu_time import cpu_below

EXPLODING = (
    "".join(rf"(?P<{group}>\d{{1,8}})?" for group in "abcdefgh") + r"\.csv$",
    r"\w{0,16}" * 8 + "!",
    "(a|a)" * 24 + "!",
    "a?" * 24 + "a" * 24 + "!",
    "(?:a|aa)" * 26 + "!",
    r"\d+\d+\d+x",
    ".*a.*a.*b",
    r"(?i)[a-z]+B?[a-z]+[a-z]+c",
    r"[\x2f]+/[\x2f]+/[\x2f]+/a",
    "(?:(a)?){9}" * 9,
)


@pytest.mark.parametrize("pattern", EXPLODING)
def test_what_explodes_is_refused_whatever_it_explodes_with(pattern: str) -> None:
    with pytest.raises(CostlyPattern):
        refuse_costly(pattern)
    with pytest.raises(InvalidPattern):
        PartitionPattern(pattern, "")


ORDINARY = (
    r"run-(?P<run>\d+)",
    r"^(?P<root>.*)/batch_(?P<batch>\d+)/[^/]+$",
    r"events_(?P<shard>\d{8})$",
    r"v\d+(\.\d+)?(\.\d+)?",
    r"(prod|dev|test)_(eu|us)_(\d+)\.csv",
    r"^(.*)/(.*)_\d+$",
    r"(?P<env>prod|dev|stage)-(?P<v>v\d+)-(?P<id>[0-9a-f]{8,16})",
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    r"\d+\d+x",
    r"^.*a.*b.*c",
    r"(?:.*)?x.*y",
)
TEXTS = (
    *(
        (text * MAX_MATCHED)[:MAX_MATCHED]
        for text in ("a", "1", "/", "ab", "/_", "1.", "x1", "prod_eu_1", "/batch_1/")
    ),
    "a" * 150 + "b" * 150,
    "x" * 150 + "1" * 150,
    "v" + "1" * 299,
)


@pytest.mark.parametrize("pattern", ORDINARY)
def test_ordinary_patterns_are_let_through_and_end_at_once(pattern: str) -> None:
    refuse_costly(pattern)
    regex = re.compile(pattern)
    cpu_below(2, lambda: [regex.sub("", text) for text in TEXTS])


def test_a_repeat_that_ends_by_itself_is_one_choice() -> None:
    assert steps_at_most(r"^(\d+)/(\d+)/(\d+)/$", 300) < 1_000
    assert steps_at_most(r"^(\d+)(\d+)(\d+)5$", 300) > 1_000_000
    # not where a flag or an escape hides what a sign stands for
    assert steps_at_most(r"(?i)^([a-z]+)B([a-z]+)B$", 300) > 10_000
    assert steps_at_most(r"^(.\x2f+)/(\x2f+)/$", 300) > 10_000
    # nor where the sign need not come
    assert steps_at_most(r"^(\d+)/?(\d+)/?(\d+)x", 300) > 1_000_000
    assert steps_at_most(r"^(\d+)(/|5)(\d+)x$", 300) > steps_at_most(r"^(\d+)/(\d+)x$", 300)


def test_the_bound_holds_for_names_of_any_length() -> None:
    assert steps_at_most("a" * 500, 300) < MOST_STEPS
    assert steps_at_most("a{1,99999999999999999999}b", 300) < MOST_STEPS
