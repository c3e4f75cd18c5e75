"""JUnit XML, which every CI system shows as tests: each rule and dataset is one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from airflow_lineage_provider.cli.check_report.text import details
from airflow_lineage_provider.model.printable import line_of

if TYPE_CHECKING:
    from airflow_lineage_provider.governance.offline.report import CheckReport, Reported

_ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document can hold, not even escaped."""


def to_junit(report: CheckReport) -> str:
    """``failure``: it fails the check; ``skipped``: it is told, let pass or unknown. Without findings one case passes."""
    cases = [_case(one, is_failing=report.fails(one)) for one in report.reported]
    if not cases:
        cases = [ET.Element("testcase", classname="lineage.check", name="all is well")]
    failures = sum(1 for one in report.reported if report.fails(one))
    counts = {
        "name": "airflow lineage check",
        "tests": str(len(cases)),
        "failures": str(failures),
        "errors": "0",
        "skipped": str(len(report.reported) - failures),
    }
    suites = ET.Element("testsuites", counts)
    suite = ET.SubElement(suites, "testsuite", counts)
    suite.extend(cases)
    ET.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(suites, encoding="unicode")}\n'


def _case(reported: Reported, *, is_failing: bool) -> ET.Element:
    finding = reported.finding
    about = [
        str(finding.dataset) if finding.dataset is not None else "",
        finding.dag_id or "",
        finding.subject,
    ]
    case = ET.Element(
        "testcase",
        classname=_text(f"lineage.{finding.rule}"),
        name=_text(line_of(", ".join(part for part in about if part) or finding.rule)),
    )
    if reported.places:
        case.set("file", _text(reported.places[0].path))
        if reported.places[0].line is not None:
            case.set("line", str(reported.places[0].line))
    message = _text(line_of(finding.message))
    if is_failing:
        failure = ET.SubElement(case, "failure", message=message, type=_text(finding.rule))
        failure.text = _text(_body(reported))
    else:
        ET.SubElement(case, "skipped", message=_text(f"{_standing(reported)}: {message}"))
    return case


def _body(reported: Reported) -> str:
    lines: Iterable[str] = (*(f"at {place}" for place in reported.places), *details(reported))
    return "\n".join(map(line_of, lines))


def _standing(reported: Reported) -> str:
    finding = reported.finding
    if finding.waiver is not None:
        return f"waived until {finding.waiver.expires}"
    if finding.is_baselined:
        return "in the baseline"
    return finding.level.value if reported.counts else "unknown here"


def _text(text: str) -> str:
    return _ILLEGAL.sub("\N{REPLACEMENT CHARACTER}", text)
