from __future__ import annotations

import json
from argparse import Namespace
from datetime import date
from pathlib import Path

import pytest

from airflow_lineage_provider.cli.contract_files_command import github_line, lint
from airflow_lineage_provider.contracts.error import Problem, path_text
from airflow_lineage_provider.contracts.lint import lint_paths, lint_text
from tests.contracts.corpus import COLUMNS, HEAD, head
from tests.contracts.test_apply import SERVER, write

TODAY = date(2026, 6, 15)
OWNED = "team:\n  members:\n    - {username: ann, role: owner}\ndescription: {purpose: Orders of the shop.}\n"
GOOD = HEAD + OWNED + SERVER + COLUMNS


def warnings(text: str) -> list[tuple[int | None, str, str]]:
    report = lint_text(text, "c", today=TODAY)
    assert report.problems == ()
    return [(each.line, path_text(each.path), each.message) for each in report.warnings]


def test_a_good_contract_has_no_warning():
    assert warnings(GOOD) == []


def test_what_is_missing_is_named_with_its_place():
    found = warnings(HEAD + COLUMNS)
    assert [path for _, path, _ in found] == ["team", "description", "schema[0]"]
    assert found[2][0] == 7
    assert "the contract has no servers" in found[2][2]


def test_an_owner_who_has_left_is_none():
    (warning,) = warnings(GOOD.replace("role: owner", "role: owner, dateOut: 2026-01-01"))
    assert warning[1:] == (
        "team",
        "names no owner today; add a name to the team, or a member with role owner",
    )


def test_a_connection_counts_as_a_binding_without_asking_airflow():
    connection = "customProperties:\n  - {property: airflowConnId, value: shop}\n"
    assert warnings(HEAD + OWNED + connection + COLUMNS) == []


@pytest.mark.parametrize(
    ("sla", "path"),
    [
        ("{property: freshness, value: 4, unit: fortnights}", "slaProperties[0].unit"),
        ("{property: latency, value: soon}", "slaProperties[0].value"),
        ("{property: Frequency, value: 1}", "slaProperties[0].value"),
        ("{property: endOfSupport, value: next year}", "slaProperties[0].value"),
    ],
)
def test_an_sla_that_cannot_be_read_is_named(sla: str, path: str):
    (warning,) = warnings(f"{GOOD}slaProperties:\n  - {sla}\n")
    assert (warning[0], warning[1]) == (len(GOOD.splitlines()) + 2, path)


@pytest.mark.parametrize(
    "sla",
    [
        "{property: freshness, value: 4, unit: h}",
        "{property: latency, value: PT4H}",
        "{property: endOfLife, value: 2027-01-01}",
        "{property: retention, value: long}",
    ],
)
def test_an_sla_that_can_be_read_or_is_nobodys_is_not(sla: str):
    assert warnings(f"{GOOD}slaProperties:\n  - {sla}\n") == []


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("openLineageNamespace", "openlineageNamespace"),
        ("openlineage_name", "openlineageName"),
        ("airflow_conn_id", "airflowConnId"),
        ("openlineageDataset", "openlineageName"),
        ("airflowConnectionId", "airflowConnId"),
    ],
)
def test_a_custom_property_that_is_nearly_ours_is_named(name: str, meant: str):
    text = GOOD + f"customProperties:\n  - {{property: {name}, value: x}}\n"
    (warning,) = warnings(text)
    assert warning[1] == "customProperties[0].property"
    assert "did you mean" in warning[2]


@pytest.mark.parametrize("name", ["closed", "Closed", "costCenter", "airflowDag", "name"])
def test_other_peoples_custom_properties_are_left_alone(name: str):
    assert warnings(GOOD + f"customProperties:\n  - {{property: {name}, value: x}}\n") == []


def test_all_problems_of_all_files_are_told(tmp_path: Path):
    folder = write(
        tmp_path,
        a=GOOD.replace("required", "requird"),
        b=head(id="b", version=None, status=None) + COLUMNS,
        c=GOOD.replace("id: orders", "id: c"),
        d=GOOD.replace("id: orders", "id: c").replace("1.0.0", "2.0.0"),
    )
    report = lint_paths([folder, folder / "a.odcs.yaml"], today=TODAY)
    assert report.files == 4
    assert [(Path(each.source).name, path_text(each.path)) for each in report.problems] == [
        ("a.odcs.yaml", "schema[0].properties[0].requird"),
        ("b.odcs.yaml", "status"),
        ("b.odcs.yaml", "version"),
        ("d.odcs.yaml", "id"),
    ]


@pytest.mark.parametrize(("text", "code"), [(GOOD, 0), (GOOD.replace("required", "requird"), 1)])
@pytest.mark.parametrize("output", ["text", "json", "github"])
def test_the_exit_code_says_whether_it_is_valid(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, code: int, output: str
):
    ended = 0
    try:
        lint(Namespace(paths=[str(write(tmp_path, orders=text))], output=output))
    except SystemExit as error:
        ended = int(error.code or 0)
    printed = capsys.readouterr().out
    assert ended == code
    assert ("requird" in printed) == bool(code)
    if output == "json":
        document = json.loads(printed)
        assert len(document["problems"]) == code
        assert all(set(each) == {"file", "line", "path", "message"} for each in document["problems"])
    if output == "github" and code:
        assert printed.startswith(f"::error file={tmp_path}/orders.odcs.yaml,line=")


def test_a_workflow_command_is_one_line_whatever_is_in_it():
    line = github_line("error", Problem("a,b:c.yaml", "100% wrong\nreally", ("x",), 3))
    assert line == "::error file=a%2Cb%3Ac.yaml,line=3,title=Data contract::x: 100%25 wrong%0Areally"
