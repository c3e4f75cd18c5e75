"""SARIF 2.1.0, which code scanning of GitHub, GitLab, Azure and editors read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from airflow_lineage_provider import __version__
from airflow_lineage_provider.cli.check_report.text import details
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.printable import line_of

if TYPE_CHECKING:
    from airflow_lineage_provider.governance.offline.places import Place
    from airflow_lineage_provider.governance.offline.report import CheckReport, Reported

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_DOCS = "https://airflow-lineage-provider.readthedocs.io/"
FINGERPRINT = "lineageFinding/v1"
_MOST_PLACES = 10
_LEVELS = {Level.BLOCK: "error", Level.WARN: "warning"}


def to_sarif(report: CheckReport) -> str:
    """One run; a finding is a result, and what is waived or in the baseline is suppressed."""
    told = [one for one in report.reported if one.counts or one.is_let_pass]
    rules = sorted({one.finding.rule for one in told})
    index = {rule: at for at, rule in enumerate(rules)}
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "airflow lineage check",
                        "version": __version__,
                        "informationUri": _DOCS,
                        "rules": [_rule(rule, report.rules.get(rule, rule)) for rule in rules],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {"SRCROOT": {"description": {"text": "Where the check was run."}}},
                "results": [_result(one, index[one.finding.rule], report) for one in told],
                "invocations": [
                    {
                        "executionSuccessful": True,
                        "toolExecutionNotifications": [
                            {"level": "note", "message": {"text": line_of(notice)}}
                            for notice in report.notices
                        ],
                    }
                ],
            }
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _rule(rule: str, title: str) -> dict[str, Any]:
    return {
        "id": rule,
        "shortDescription": {"text": title},
        "helpUri": f"{_DOCS}rules/#{rule}",
    }


def _result(reported: Reported, index: int, report: CheckReport) -> dict[str, Any]:
    finding = reported.finding
    # A finding that fails the check is an error wherever it is shown.
    level = "error" if report.fails(reported) else _LEVELS.get(finding.level, "note")
    text = "\n".join(map(line_of, (reported.title, *details(reported))))
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": level,
        "message": {"text": text},
        "partialFingerprints": {FINGERPRINT: finding.key},
    }
    if reported.places:
        result["locations"] = [_location(place) for place in reported.places[:_MOST_PLACES]]
    if finding.waiver is not None:
        reason = f"waived until {finding.waiver.expires}: {finding.waiver.reason}"
        result["suppressions"] = [{"kind": "external", "justification": line_of(reason)}]
    elif finding.is_baselined:
        result["suppressions"] = [{"kind": "external", "justification": "in the baseline"}]
    return result


def _location(place: Place) -> dict[str, Any]:
    is_absolute = place.path.startswith("/")
    uri = quote(place.path.encode("utf-8", "replace"), safe="/")
    artifact = {"uri": f"file://{uri}"} if is_absolute else {"uri": uri, "uriBaseId": "SRCROOT"}
    location: dict[str, Any] = {"artifactLocation": artifact}
    if place.line is not None:
        location["region"] = {"startLine": place.line}
    return {"physicalLocation": location}
