from __future__ import annotations

import shlex

import pytest
from hypothesis import HealthCheck, assume, given, settings, strategies as st

from airflow_lineage_provider.capture.extractors.shell.words import Misread
from tests.capture.extractors.shell.shells import arguments_of, bash_arguments

ENVIRONMENT = {"A": "v.x.csv", "S": " s  t ", "E": "", "P": "p/q/r"}
TEXT = st.text(st.characters(blacklist_characters="\0\r", blacklist_categories=("Cs",)), max_size=12)
PIECES = st.sampled_from(
    [
        "a", "b.csv", "/x/", "-", "_", "1", "é", "=", "+", ":", "%", "@", ".", ",", "^", "'a b'", "'$A'", '"$A"', '"${A}"',
        "$A", "${A}", "${N:-d}", "${N-d e}", '"${N:-d e}"', "${A:+z}", "${A%.*}", "${A##*/}", "${A#x}", "${P%%/*}",
        "${P#*/}", "${A:1:2}", "${A: -2}", "${A^^}", "${#A}", "\\ ", "\\$", "\\'", '\\"', "\\a", '"a\\"b"', '"a\\b"',
        "$'a\\tb'", "$'\\x41\\101\\u00e9'", '"\'"', "'\"'", "{a,b}", "{a,b c}", "{1..3}", "{03..1}", "{1..9..4}", "{a..c}",
        "{x}", "{", "}", "{a,{b,c}}", '""', "''", "$S", '"$S"', "$E", '"$E"', '"a $S b"', '"$N"', "$N", "\\\n",
    ]
)  # fmt: skip
WORDS = st.lists(st.lists(PIECES, min_size=1, max_size=4).map("".join), min_size=1, max_size=3)


@settings(max_examples=200, deadline=None)
@given(st.lists(TEXT, min_size=1, max_size=5))
def test_quoted_words_come_back_as_they_were(words: list[str]) -> None:
    found = arguments_of("x " + " ".join(map(shlex.quote, words)))[1:]
    assert [field.text for field in found] == words


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(WORDS)
def test_words_become_what_bash_makes_of_them(words: list[str]) -> None:
    written = " ".join(words)
    try:
        found = arguments_of(f"x {written}", ENVIRONMENT)[1:]
    except (AssertionError, Misread):
        # What the grammar does not understand is left out by name.
        assume(False)
    assume(not any(field.unknown for field in found))
    assert ([field.text for field in found] or [""]) == bash_arguments(written, ENVIRONMENT)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"$@"', [""]),
        ("~/x", ["/home/me/x"]),
        ("a~", ["a~"]),
        ('"~/x"', ["~/x"]),
        ("$UNSET", [""]),
        ("x${UNSET}y", ["xy"]),
        ("${UNSET:=v}$UNSET", ["vv"]),
        ('"${A/x/y}"', [None]),
        ("$(date)", [None]),
        ('a"`date`"b', [None]),
        ("$((1 + 2))", [None]),
        ("$RANDOM", [None]),
        ("~other/x", [None]),
        ("$(basename /a/b.csv .csv)", ["b"]),
        ('"$(dirname /a/b.csv)/c"', ["/a/c"]),
    ],
)
def test_what_is_not_certain_is_not_known(written: str, expected: list[str | None]) -> None:
    fields = arguments_of(f"x {written}", {**ENVIRONMENT, "HOME": "/home/me"})[1:]
    assert ([field.text for field in fields] or [""]) == expected or (
        # Substitutions are followed by the walker, which this does not start.
        "$(" in written and [field.text for field in fields] == [None]
    )


def test_why_a_word_is_not_known_tells_names_and_no_values() -> None:
    [_, field] = arguments_of('x "secret$HOSTNAME"')
    assert field.unknown is not None
    assert field.unknown.reason == "$HOSTNAME is not known"
    assert field.prefix == "secret"
