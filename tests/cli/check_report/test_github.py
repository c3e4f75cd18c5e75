from __future__ import annotations

import re

from hypothesis import given, strategies as st

from airflow_lineage_provider.cli.check_report import write_report
from airflow_lineage_provider.cli.check_report.github import command
from tests.cli.check_report.reports import NASTY, place, report, reported

COMMAND = re.compile(r"::(?P<kind>error|warning|notice) (?P<properties>[^\n]*?)::(?P<data>[^\r\n]*)\Z")


def decode(text: str) -> str:
    """As the runner does, in its order."""
    for code, sign in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def parse(line: str) -> tuple[str, dict[str, str], str]:
    match = COMMAND.match(line)
    assert match is not None, line
    pairs = (pair.split("=", 1) for pair in match["properties"].split(","))
    data = match["data"].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    return match["kind"], {key: decode(value) for key, value in pairs}, data


def test_a_finding_is_an_annotation_at_its_line() -> None:
    first, summary = write_report("github", report(reported())).splitlines()
    kind, properties, data = parse(first)

    assert (kind, properties["file"], properties["line"]) == ("error", "dags/shop.py", "4")
    assert properties["title"] == "contract-missing: postgres://pg:5432 shop.orders"
    assert data.splitlines()[0] == "no contract speaks for this dataset"
    assert "DAGs: shop" in data.splitlines()
    assert summary.startswith("1 finding fails the check")


def test_milder_ones_are_warnings_and_notices() -> None:
    found = report(reported(level="warn"), reported(level="observe"), notices=("look here",))
    kinds = [parse(line)[0] for line in write_report("github", found).splitlines()[:-1]]
    assert kinds == ["warning", "notice", "notice"]
    assert (
        parse(write_report("github", report(reported(level="warn"), fail_on="warn")).splitlines()[0])[0]
        == "error"
    )


def test_what_is_let_pass_or_unknown_is_not_told() -> None:
    found = report(reported(waiver=True), reported(is_baselined=True), reported(result="unknown"))
    assert write_report("github", found).count("::") == 0


@given(NASTY, NASTY, NASTY, st.none() | st.integers(1, 9))
def test_any_text_arrives_as_it_is(message: str, title: str, path: str, line: int | None) -> None:
    text = command("error", message, title, place(path, line))
    assert "\n" not in text
    assert "\r" not in text
    kind, properties, data = parse(text)

    assert kind == "error"
    assert data == message
    assert properties["title"] == title
    assert properties["file"] == path


@given(NASTY, NASTY, NASTY)
def test_no_name_adds_a_command(message: str, name: str, path: str) -> None:
    lines = write_report(
        "github", report(reported(message, name=name or "x", path=path), notices=(message,))
    ).split("\n")
    assert [line[:2] for line in lines] == ["::", "::", lines[2][:2], ""]
    assert not lines[2].startswith("::")
    for line in lines[:2]:
        parse(line)
