from __future__ import annotations

from xml.etree import ElementTree as ET

from hypothesis import given

from airflow_lineage_provider.cli.check_report import write_report
from tests.cli.check_report.reports import NASTY, report, reported


def test_a_finding_is_a_test_that_fails() -> None:
    suites = ET.fromstring(write_report("junit", report(reported(), reported(level="warn"))).encode())
    cases = suites.findall("testsuite/testcase")

    assert (suites.get("tests"), suites.get("failures"), suites.get("skipped")) == ("2", "1", "1")
    assert cases[0].get("classname") == "lineage.contract-missing"
    assert (cases[0].get("name"), cases[0].get("file"), cases[0].get("line")) == (
        "postgres://pg:5432 shop.orders",
        "dags/shop.py",
        "4",
    )
    failure = cases[0].find("failure")
    assert failure is not None
    assert failure.get("message") == "no contract speaks for this dataset"
    assert "at dags/shop.py:4" in (failure.text or "")
    skipped = cases[1].find("skipped")
    assert skipped is not None
    assert (skipped.get("message") or "").startswith("warn: ")


def test_without_findings_one_test_passes() -> None:
    suites = ET.fromstring(write_report("junit", report()).encode())
    (case,) = suites.findall("testsuite/testcase")

    assert (suites.get("tests"), suites.get("failures"), list(case)) == ("1", "0", [])


def test_why_something_is_let_pass_is_said() -> None:
    text = write_report(
        "junit", report(reported(waiver=True), reported(is_baselined=True), reported(result="unknown"))
    )
    messages = [node.get("message") or "" for node in ET.fromstring(text.encode()).iter("skipped")]
    assert [message.partition(":")[0] for message in messages] == [
        "waived until 2026-07-01",
        "in the baseline",
        "unknown here",
    ]


@given(NASTY, NASTY, NASTY)
def test_any_text_makes_a_document(message: str, name: str, path: str) -> None:
    text = write_report("junit", report(reported(message, name=name or "x", subject=message, path=path)))
    suites = ET.fromstring(text.encode("utf-8"))

    assert len(suites.findall("testsuite/testcase")) == 1
