from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fnmatch import fnmatchcase

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.contracts.error import Problem
from airflow_lineage_provider.contracts.owners_file import (
    MAX_BYTES,
    MAX_RULES,
    InvalidOwnersFile,
    OwnersFile,
    read_owners,
    write_owners,
)
from airflow_lineage_provider.contracts.owners_line import ANY, OwnersLine

DAY = date(2026, 6, 30)


def read(text: str) -> OwnersFile:
    return read_owners(text, "OWNERS")


def one(text: str) -> OwnersLine:
    (line,) = read(text).lines
    return line


def warned(text: str) -> list[str]:
    return [str(warning) for warning in read(text).warnings]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("shop.public.* ann", OwnersLine("shop.public.*", ("ann",))),
        ("postgres://pg:5432 shop.* ann", OwnersLine("shop.*", ("ann",), "postgres://pg:5432")),
        ("*://* shop.* ann", OwnersLine("shop.*", ("ann",), "*://*")),
        ("proj.ds.* ann namespace=bigquery", OwnersLine("proj.ds.*", ("ann",), "bigquery")),
        ("s3://x ann namespace=*", OwnersLine("s3://x", ("ann",))),
        ("\tdata/[ab]?.csv   ann\tbob # and nobody else's", OwnersLine("data/[ab]?.csv", ("ann", "bob"))),
        ("'my table' \"the team\" bo\\ b", OwnersLine("my table", ("the team", "bo b"))),
        ("'#1' 'cn=ann,ou=data' c#d", OwnersLine("#1", ("cn=ann,ou=data", "c#d"))),
        (
            "x ann channel=#shop contact='Ann <a@b.c>' from=2026-01-01 until=2026-06-30 kind=team",
            OwnersLine("x", ("ann",), ANY, "team", "Ann <a@b.c>", "#shop", date(2026, 1, 1), DAY),
        ),
        ("channel='#shop data' x ann", OwnersLine("x", ("ann",), channel="#shop data")),
        ("\ufeffx ann\r\n\r\n# end", OwnersLine("x", ("ann",))),
    ],
)  # fmt: skip
def test_a_line_is_read(text: str, line: OwnersLine) -> None:
    assert one(text) == line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x", "names no owner of 'x'; add a person or a team"),
        ("s3://lake", "names no owner: 's3://lake' is read as the namespace and no name follows"),
        ("s3://lake/raw/* ann", "'s3://lake/raw/*' is read as the namespace and 'ann' as the name"),
        ("kind=team", "names no dataset"),
        ("x airflow", "'airflow' is what Airflow writes where nobody said anything"),
        ("x ann ''", "the owner is empty"),
        ("'' ann", "the pattern is empty; write * for any name"),
        ("x ann chanel=#x", "unknown option chanel=; did you mean channel=?"),
        ("x ann foo=1", "options are namespace=, channel="),
        ("x ann kind=team kind=user", "kind= stands here twice"),
        ("x ann channel=", "channel= has no value"),
        ("x ann kind=robot", "must be user or team"),
        ("x ann until=30.6.2026", "until= is '30.6.2026'; it must be a day like 2026-06-30"),
        ("x ann until=2026-02-30", "must be a day like"),
        ("x ann from=2026-07-01 until=2026-06-30", "would end on 2026-06-30, before it begins"),
        ("x 'ann", "quote ' without an end, at character 3"),
        ("x ann\\", "backslash at the end of the line"),
        ("x an\x07n", "owner holds a control character"),
        (f"x {'a' * 251}", "at most 250 are possible"),
        (f"x {'a' * 9000}", "at most 8000 are possible"),
        ("x " + "a " * 21, "has 21 owners; at most 20"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(text: str, said: str) -> None:
    with pytest.raises(InvalidOwnersFile) as raised:
        read(f"# owners\n\n{text}\nfine ann\n")
    (problem,) = raised.value.problems
    assert (problem.source, problem.line) == ("OWNERS", 3)
    assert said in problem.message
    assert str(problem).startswith("OWNERS:3: ")


def test_every_problem_of_a_file_is_told() -> None:
    with pytest.raises(InvalidOwnersFile) as raised:
        read("a\nb bob\nc airflow\n'd\n")
    assert [problem.line for problem in raised.value.problems] == [1, 3, 4]
    with pytest.raises(InvalidOwnersFile) as raised:
        read("a\n" * 1_000)
    assert len(raised.value.problems) == 100


@pytest.mark.parametrize(
    "text", ["x" * (MAX_BYTES + 1), "#ü\n" * (MAX_BYTES // 4 + 1), "x ann\n" * (MAX_RULES + 1)]
)
def test_a_file_that_is_too_large_is_refused(text: str) -> None:
    with pytest.raises(InvalidOwnersFile, match="own by patterns and not by dataset"):
        read(text)


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        (
            "a.* ann\n* bob",
            ["OWNERS:1: never counts: line 2 matches all of it and wins; move this line below it"],
        ),
        ("* bob\na.* ann", []),
        ("a.[bc] ann\na.* bob", ["OWNERS:1: never counts: line 2 matches"]),
        ("x[ab]y ann\n*a* bob", []),
        ("a?? ann\na[bc]* bob", []),
        ("s3://lake a* ann\ns3://other a* bob", []),
        ("s3://lake ab* ann\ns3://* a* bob", ["OWNERS:1: never counts: line 2 matches"]),
        ("a* ann\ns3://* a* bob", []),
        ("ab ann until=2026-06-30\na* bob until=2026-12-31", ["OWNERS:1: never counts"]),
        ("ab ann until=2026-12-31\na* bob until=2026-06-30", []),
        ("a ann\na bob", ["OWNERS:1: never counts: line 2 has the same pattern; remove one of the two"]),
        ("a ann until=2026-06-30\na bob from=2026-07-01", []),
        ("a ann\na bob from=2026-07-01", ["OWNERS:1: does not count on the days of line 2"]),
        ("a ann bob ann", ["OWNERS:1: names an owner twice"]),
        (
            "s3://lake/raw/* ann bob",
            ["OWNERS:1: 's3://lake/raw/*' is read as the namespace and 'ann' as the name"],
        ),
        ("s3://lake/ raw/* bob", []),
    ],
)
def test_lines_that_were_hardly_meant_so_are_warned_of(text: str, warnings: list[str]) -> None:
    found = warned(text)
    assert len(found) == len(warnings)
    assert all(told.startswith(said) for told, said in zip(found, warnings, strict=True)), found


def test_there_is_a_row_for_each_owner_with_its_line() -> None:
    rows = read("# x\ns3://lake raw/* ann bob kind=user until=2026-06-30").registrations()
    assert [(row.owner, row.kind, row.valid_from, row.valid_to, row.position) for row in rows] == [
        ("ann", "user", None, DAY, 2),
        ("bob", "user", None, DAY, 2),
    ]
    assert {(row.target.namespace, row.target.name, row.target.is_glob) for row in rows} == {
        ("s3://lake", "raw/*", True)
    }


def test_of_lines_with_one_pattern_the_later_one_holds_while_both_do() -> None:
    rows = read(
        "a ann\na bob from=2026-06-01 until=2026-06-30\na cid from=2026-06-30 until=2026-07-02"
    ).registrations()
    assert [(row.owner, row.valid_from, row.valid_to) for row in rows] == [
        ("ann", None, date(2026, 5, 31)),
        ("ann", date(2026, 7, 3), None),
        ("bob", date(2026, 6, 1), date(2026, 6, 29)),
        ("cid", date(2026, 6, 30), date(2026, 7, 2)),
    ]


@given(
    st.text(
        alphabet=st.one_of(st.characters(exclude_categories=()), st.sampled_from("'\"\\ #=\n\t*?[")),
        max_size=200,
    )
)
def test_any_text_is_read_or_refused_with_a_line(text: str) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        found = read(text)
    except InvalidOwnersFile as error:
        problems = error.problems
    else:
        for each in found.registrations():
            each.checked()
    assert all(problem.line is not None and problem.message.encode() for problem in problems)


WORD = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=("Cc", "Cs")), st.sampled_from("'\"\\ #=*?[:/.@")
    ),
    min_size=1,
    max_size=20,
).filter(str.strip)  # fmt: skip
OWNER = WORD.map(str.strip).filter(lambda text: text.casefold() != "airflow")
DAYS = st.none() | st.dates(date(2000, 1, 1), date(2040, 1, 1))
LINE = st.builds(
    OwnersLine,
    name=WORD,
    owners=st.lists(OWNER, min_size=1, max_size=3, unique=True).map(tuple),
    namespace=st.one_of(st.just(ANY), WORD, WORD.map(lambda text: f"s3://{text}")),
    kind=st.sampled_from([None, "user", "team"]),
    contact=st.none() | OWNER,
    channel=st.none() | OWNER,
    valid_from=DAYS,
).flatmap(
    lambda line: DAYS.map(
        lambda day: replace(line, valid_to=max(day, line.valid_from) if day and line.valid_from else day)
    )
)


@given(st.lists(LINE, max_size=5))
def test_what_is_written_is_read_again(lines: list[OwnersLine]) -> None:
    again = read(write_owners(lines))
    assert list(again.lines) == lines
    assert [line.number for line in again.lines] == list(range(1, len(lines) + 1))


PATTERN = st.text("ab*?[]!", min_size=1, max_size=4)
WINDOW = st.sampled_from([(None, None), (None, DAY), (DAY, None), (DAY, DAY)])


@given(st.lists(st.tuples(PATTERN, WINDOW), min_size=1, max_size=5), st.text("ab[]", max_size=4))
def test_a_line_that_never_counts_is_the_last_to_match_nothing(
    rules: list[tuple[str, tuple[date | None, date | None]]], name: str
) -> None:
    written = [
        OwnersLine(pattern, (f"owner{number}",), valid_from=window[0], valid_to=window[1], number=number)
        for number, (pattern, window) in enumerate(rules, 1)
    ]
    found = read(write_owners(written))
    silent = {warning.line for warning in found.warnings if "never counts" in warning.message}
    for day in (DAY - timedelta(days=1), DAY, DAY + timedelta(days=1)):
        holding = [
            line.number
            for line in written
            if fnmatchcase(name, line.name)
            and (line.valid_from or date.min) <= day <= (line.valid_to or date.max)
        ]
        winner = {
            row.position
            for row in found.registrations()
            if fnmatchcase(name, row.target.name)
            and (row.valid_from or date.min) <= day <= (row.valid_to or date.max)
        }
        assert max(winner, default=None) == max(holding, default=None)
        assert not set(holding[-1:]) & silent
