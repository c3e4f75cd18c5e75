from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.governance.offline.project import Project

NOWHERE = "postgresql+psycopg2://lineage:lineage-password@127.0.0.1:9/nowhere"
"""Nobody listens there."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))  # Airflow adds the folder for good
    return Project(tmp_path)


def airflow(project: Project, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """``airflow lineage check`` as CI runs it: an empty home, and no database anywhere."""
    home = project.root / "home"
    home.mkdir(exist_ok=True)
    variables = {key: value for key, value in os.environ.items() if not key.startswith("AIRFLOW")}
    variables |= {"AIRFLOW_HOME": str(home), "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": NOWHERE, **environment}
    return subprocess.run(
        [sys.executable, "-m", "airflow", "lineage", "check", *arguments],
        cwd=project.root,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


def test_it_needs_no_database_and_prints_nothing_but_the_report(project: Project) -> None:
    project.reader("shop")
    done = airflow(project, "dags", "--format", "json")

    assert done.returncode == 1, done.stderr
    document = json.loads(done.stdout)
    assert {finding["rule"] for finding in document["findings"] if finding["fails"]} == {
        "owner-missing",
        "contract-missing",
    }
    assert "Traceback" not in done.stderr


def test_a_branch_is_checked_against_main(project: Project) -> None:
    project.reader("shop")
    project.contract()
    project.commit()
    project.contract(version="1.1.0", columns=("id",))
    done = airflow(project, "dags", "--contracts", "contracts", "--diff-base", "main", "--format", "github")

    assert done.returncode == 1, done.stderr
    first = done.stdout.splitlines()[0]
    assert first.startswith("::error file=contracts/orders.odcs.yaml,line=")
    assert "title=contract-breaking-change" in first


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """(exit code, stdout, stderr) of the command in this process."""
    from airflow.cli import cli_parser

    capsys.readouterr()
    code = 0
    try:
        parsed = cli_parser.get_parser().parse_args(["lineage", "check", *arguments])
        parsed.func(parsed)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_all_is_well(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.reader("shop")
    project.contract()
    code, out, _ = run(capsys, "dags", "--contracts", "contracts")

    assert (code, out.splitlines()[-1].partition(":")[0]) == (0, "Passed")


def test_findings_fail_the_check_although_nobody_reads_on(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.cli import cli_parser

    project.reader("shop")
    parsed = cli_parser.get_parser().parse_args(["lineage", "check", "dags"])
    read, write = os.pipe()
    os.close(read)
    with open(write, "w") as nobody, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", nobody)
        with pytest.raises(SystemExit) as ended:
            parsed.func(parsed)

    assert ended.value.code == 1


def test_owners_and_rules_come_from_files_or_the_command_line(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.reader("shop")
    (project.root / "OWNERS").write_text("shop.* ann\n")
    (project.root / "rules.json").write_text('{"contract-missing": "warn"}')

    assert run(capsys, "dags", "--owners", "OWNERS", "--rules", "rules.json")[0] == 0
    assert run(capsys, "dags", "--owners", "OWNERS", "--rules", '{"contract-missing": "warn"}')[0] == 0
    assert run(capsys, "dags", "--owners", "OWNERS", "--rules", "rules.json", "--fail-on", "warn")[0] == 1
    assert run(capsys, "dags", "--owners", "OWNERS")[0] == 1


def test_a_baseline_is_written_and_holds(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.reader("shop")
    code, out, err = run(capsys, "dags", "--baseline", "b.json", "--write-baseline")
    assert (code, out, err) == (0, "", "2 findings written to b.json.\n")
    assert run(capsys, "dags", "--baseline", "b.json")[0] == 0

    project.reader("other", "shop.public.stock")
    code, out, _ = run(capsys, "dags", "--baseline", "b.json")
    assert (code, "Failing (2)" in out) == (1, True)


def test_what_no_baseline_takes_still_fails(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    (project.dags / "broken.py").write_text("from airflow.sdk import DAG\nimport nowhere_to_be_seen\n")
    code, _, err = run(capsys, "dags", "--baseline", "b.json", "--write-baseline")

    assert (code, "No baseline takes this: dag-import-error" in err) == (1, True)


def test_the_report_goes_to_a_file(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.reader("shop")
    code, out, err = run(capsys, "dags", "--format", "junit", "--output", "report.xml")

    assert (code, out) == (1, "")
    assert err.startswith("2 findings fail the check; see report.xml")
    assert ET.parse("report.xml").getroot().get("failures") == "2"


def test_waivers_of_the_server_count(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.reader("shop")
    project.contract(owner=None)
    waiver: dict[str, Any] = {
        "id": 1, "rule": "owner-missing", "reason": "moving", "name": "shop.*",
        "approved_at": "2026-01-01T00:00:00+00:00", "expires_at": "2999-01-01T00:00:00+00:00",
    }  # fmt: skip
    (project.root / "waivers.json").write_text(json.dumps([waiver]))

    assert run(capsys, "dags", "--contracts", "contracts")[0] == 1
    assert run(capsys, "dags", "--contracts", "contracts", "--waivers", "waivers.json")[0] == 0


def test_a_graph_names_who_is_downstream(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.reader("shop")
    project.contract()
    project.commit()
    project.contract(version="2.0.0", columns=("id",))
    job = {
        "job": {"namespace": "spark", "name": "scores"},
        "inputs": [{"namespace": "postgres://pg:5432", "name": "shop.public.orders"}],
    }
    (project.root / "lineage.ndjson").write_text(json.dumps(job))
    code, out, _ = run(
        capsys, "dags", "--contracts", "contracts", "--diff-base", "main", "--lineage", "lineage.ndjson"
    )

    assert code == 0
    assert "reaches DAG shop (step 1)" in out
    assert "reaches job scores (step 1)" in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("empty",), "there is no DAG file in empty"),
        (("nowhere",), "nowhere: there is no such file or folder."),
        (("dags", "--contracts", "nowhere"), "nowhere: there is no such file or folder"),
        (("dags", "--contracts", "empty"), "the folder holds no contract"),
        (("dags", "--owners", "nowhere"), "nowhere cannot be read: No such file or directory."),
        (("dags", "--owners", "bad"), "bad:1: "),
        (("dags", "--baseline", "nowhere"), "nowhere cannot be read"),
        (("dags", "--baseline", "bad"), "bad is no baseline: "),
        (("dags", "--write-baseline"), "--write-baseline needs --baseline FILE."),
        (("dags", "--waivers", "bad"), "bad holds no waivers: "),
        (("dags", "--rules", "{"), "--rules: it is not valid JSON"),
        (("dags", "--rules", '{"owner-mising": "warn"}'), "did you mean 'owner-missing'"),
        (
            ("dags", "--rules", '{"schema-stale": {"options": {"dayz": 1}}}'),
            "schema-stale: there is no option dayz",
        ),
        (("dags", "--rules", "binary"), "binary is not UTF-8 text."),
        (("dags", "--lineage", "bad"), "bad is no lineage: "),
        (("dags", "--diff-base", "main"), "not a git repository"),
        (("dags", "--output", "nowhere/report"), "nowhere/report cannot be written"),
        (("dags", "--format", "pdf"), "invalid choice"),
        ((), "the following arguments are required"),
    ],
)
def test_what_cannot_be_checked_is_said_in_a_line(
    project: Project, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], words: str
) -> None:
    project.reader("shop")
    (project.root / "empty").mkdir()
    (project.root / "bad").write_text("one\n")
    (project.root / "binary").write_bytes(b"\xff\xfe\xff")
    code, out, err = run(capsys, *arguments)

    assert code == 2
    assert words in err
    assert out == "" or out.startswith("Usage: ")
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("{", "[lineage_provider] rules: it is not valid JSON"),
        ('{"owner-mising": "block"}', "[lineage_provider] rules: there is no rule 'owner-mising'"),
        ('{"contract-missing": "blok"}', "[lineage_provider] rules: contract-missing.level is 'blok'"),
        (
            '{"schema-stale": {"options": {"dayz": 1}}}',
            "[lineage_provider] rules: schema-stale: there is no option",
        ),
    ],
)
def test_an_option_that_is_no_policy_passes_nothing(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    words: str,
) -> None:
    project.reader("shop")
    project.contract()
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__RULES", option)
    code, out, err = run(capsys, "dags", "--contracts", "contracts")

    assert (code, out) == (2, "")
    assert words in err
    assert run(capsys, "dags", "--contracts", "contracts", "--rules", "{}")[0] == 0
