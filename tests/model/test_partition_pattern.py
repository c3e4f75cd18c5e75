from __future__ import annotations

import json

import pytest

from airflow_lineage_provider.model.partition_pattern import (
    MAX_MATCHED,
    InvalidPattern,
    PartitionPattern,
    read_patterns,
)
from airflow_lineage_provider.model.regex_cost import CostlyPattern, refuse_costly
from tests.cpu_time import cpu_below


@pytest.mark.parametrize(
    ("pattern", "name", "given", "folded", "partitions"),
    [
        (r"run-(?P<run>\d+)", "run-{run}", "a/run-17/x", "a/run-{run}/x", [("run", "17")]),
        (r"-v(?P<v>\d+)", "", "a-v3.csv", "a.csv", [("v", "3")]),
        (r"^(?P<d>.*)/batch_(?P<n>\d+)/[^/]+$", r"\g<d>", "a/b/batch_7/x.csv", "a/b", [("n", "7")]),
        (r"(?P<b>\d)(?P<a>\d)", "{a}{b}", "x12", "x{a}{b}", [("b", "1"), ("a", "2")]),
        (r"(?P<n>\d+)", "{n}", "1/2", "{n}/{n}", [("n", "1"), ("n", "2")]),
        (r"x(?P<n>\d)?", "y{n}", "ax", "ay{n}", []),
        ("absent", "", "a", "a", []),
        # what would go on for ever, or leave nothing
        ("a", "aa", "a", "a", []),
        ("a", "b", "a", "a", []),
        (".+", "", "a", "a", []),
        # a placeholder of another pattern: kept by a group, or the match is none
        (
            r"^(?P<d>.*)/batch_(?P<n>\d+)/[^/]+$",
            r"\g<d>",
            "a/run-{run}/batch_7/x",
            "a/run-{run}",
            [("n", "7")],
        ),
        (r"^(?P<d>.*)/batch_(?P<n>\d+)/[^/]+$", r"\g<d>", "a/batch_7/{date}.csv", "a/batch_7/{date}.csv", []),
        (r"^(?P<d>[^}]*)(?P<n>.*)$", r"\g<d>", "a/{date}.csv", "a/{date}.csv", []),
        # what is folded already
        (r"(?P<x>[a-z]+)", "{x}", "{x}", "{x}", []),
        (r"(?P<x>[a-z]+)", "{x}", "{y}", "{y}", []),
    ],
)
def test_a_pattern_folds(
    pattern: str, name: str, given: str, folded: str, partitions: list[tuple[str, str]]
) -> None:
    assert PartitionPattern(pattern, name).fold(given) == (folded, partitions)


def test_a_long_name_is_left_alone() -> None:
    pattern = PartitionPattern("(?P<n>7)", "{n}")
    assert pattern.fold("7" + "a" * (MAX_MATCHED - 1))[1] == [("n", "7")]
    assert pattern.fold("7" + "a" * MAX_MATCHED)[1] == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[", "no JSON"),
        ("{}", "no list of at most"),
        ("[1]", "is no object of pattern"),
        ('[{"pattern": "a", "name": "", "flags": 1}]', "is no object of pattern"),
        ('[{"pattern": "a"}]', "pattern and name must be text"),
        (json.dumps([{"pattern": "a", "name": "\0"}]), "holds signs that no name has"),
        (json.dumps([{"pattern": "a", "name": "\ud800"}]), "holds signs that no name has"),
        ('[{"pattern": "", "name": ""}]', "at most 1000 characters"),
        (json.dumps([{"pattern": "a" * 1001, "name": ""}]), "at most 1000 characters"),
        ('[{"pattern": "(", "name": ""}]', "missing ), unterminated subpattern"),
        ('[{"pattern": "(?P<a>x)", "name": "{b}"}]', "the pattern has no group 'b'"),
        ('[{"pattern": "(?P<a>x)", "name": "\\\\g<b>"}]', "the pattern has no group 'b'"),
        ('[{"pattern": "a", "name": "", "namespaces": "s3"}]', "namespaces must be a list of text"),
        ('[{"pattern": "(a+)+", "name": ""}]', "a group that repeats may hold no repeats"),
        (json.dumps([{"pattern": "a", "name": ""}] * 101), "no list of at most 100 patterns"),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_a_wrong_pattern_says_why(text: str, reason: str) -> None:
    with pytest.raises(InvalidPattern, match=r".") as caught:
        read_patterns(text)
    assert reason in str(caught.value)


def test_patterns_are_read() -> None:
    assert read_patterns("") == ()
    (pattern,) = read_patterns('[{"pattern": "(?P<n>\\\\d+)", "name": "{n}", "namespaces": ["s3://l*"]}]')
    assert pattern == PartitionPattern(r"(?P<n>\d+)", "{n}", ("s3://l*",))
    assert pattern.is_for("s3://lake", is_file=True)
    assert not pattern.is_for("s3://other", is_file=True)


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+", "(a*)*", "(?:a|b)*", "((a+)b)+", "(a?){20}", "(?:a+){2,}", "(.*)*x", "(?=(a+)+)b", ".*.*.*.*x", "(?x)a", "a{0,99}b+c+d+"],
)  # fmt: skip
def test_what_may_run_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(CostlyPattern):
        refuse_costly(pattern)


@pytest.mark.parametrize(
    "pattern",
    [r"(?P<a>\d+)?-(?P<b>\w*)", r"(?:abc)+", r"[(+*]+", r"\(a+\)+", r"(?P<y>\d{4})-(?P<m>\d{2})(-(?P<d>\d{2}))?", r"a{x}", r"(a|b)c", r"(?P<q>x)(?P=q)"],
)  # fmt: skip
def test_what_is_harmless_is_not(pattern: str) -> None:
    refuse_costly(pattern)


def test_the_worst_that_is_let_through_ends_soon() -> None:
    pattern = PartitionPattern("^.*a.*a.*b", "")
    cpu_below(1, lambda: pattern.fold("a" * MAX_MATCHED))
