"""What people read about findings of rules that are no question about facts; the others: ``rules/test_rules.py``."""

from __future__ import annotations

from airflow_lineage_provider.cli.check_report.text import details
from airflow_lineage_provider.governance.arrival import Arrival
from airflow_lineage_provider.governance.offline.report import (
    CONTRACT_REMOVED,
    IMPORT_ERROR,
    OWN_RULES,
    Reported,
)
from airflow_lineage_provider.governance.record_absent import absent_findings
from airflow_lineage_provider.governance.rules import RULES, UNRULED
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_id import RULE_IDS
from tests.governance.offline.project import NAMESPACE, ORDERS, Project
from tests.governance.rules.well import ASKER

READ_HERE = (UNRULED, CONTRACT_REMOVED, IMPORT_ERROR)


def test_no_rule_is_left_out() -> None:
    assert {*(rule.id for rule in RULES), *READ_HERE} == {*RULE_IDS, *OWN_RULES}


def test_records_that_are_not_there() -> None:
    for finding in absent_findings(Arrival(("load try 1",), ("copy try 2",)), ASKER, Level.WARN):
        lines = [line.strip() for line in finding.describe().splitlines()]

        assert lines[0] == "upstream-record-absent (warn)"
        assert ("load try 1" if finding.subject == "late" else "copy try 2") in lines[1]
        assert lines[2:4] == ["owner: finance; channel: mailto:finance@example.com", "DAG: daily_report"]
        assert lines[4].startswith("fix: ")
        assert "airflow lineage status" in lines[4]
        assert lines[5] == (
            "waive: airflow lineage waivers create --rule upstream-record-absent --dag-id daily_report "
            f"--subject {finding.subject} --days 14 --reason '...'"
        )


def test_a_contract_that_was_removed(project: Project) -> None:
    project.reader("shop")
    removed = project.contract(support=[{"channel": "#sales"}])
    project.commit()
    removed.unlink()
    project.contract("other", table="other")

    reported = found(project, CONTRACT_REMOVED, base=project.base("HEAD"))
    lines = list(details(reported))

    assert reported.title == f"contract-removed: {NAMESPACE} {ORDERS}"
    assert "contract orders 1.0.0 (active), which spoke for this dataset, was removed" in lines
    assert "owner: ann; channel: #sales" in lines
    assert "DAGs: shop" in lines
    assert any(line.startswith("fix: set status: retired in it") for line in lines)
    assert reported.waive is None, "no waiver knows it"


def test_a_file_that_cannot_be_loaded(project: Project) -> None:
    project.reader("shop")
    (project.dags / "broken.py").write_text("from airflow.sdk import DAG\n\nimport nowhere_to_be_found\n")

    reported = found(project, IMPORT_ERROR)
    lines = list(details(reported))

    # Nobody can tell which DAG it would be, nor whose.
    assert reported.title == "dag-import-error"
    assert "broken.py: ModuleNotFoundError: No module named 'nowhere_to_be_found'" in lines[0]
    assert lines[1].startswith("fix: see the whole error with `python ")
    assert len(lines) == 2


def test_a_dag_that_switches_capture_off_has_an_owner_in_ci_too(project: Project) -> None:
    project.dag(
        "shop",
        "BaseOperator(task_id='report', owner='finance')",
        extra=", params={'lineage': {'capture': False}}, owner_links={'finance': 'mailto:finance@example.com'}",
    )

    assert "owner: finance; channel: mailto:finance@example.com" in list(
        details(found(project, "capture-off"))
    )


def found(project: Project, rule: str, **more: object) -> Reported:
    (one,) = [each for each in project.check(**more).reported if each.finding.rule == rule]
    assert isinstance(one, Reported)
    return one
