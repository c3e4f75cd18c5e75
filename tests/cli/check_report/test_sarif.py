from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from hypothesis import given
from jsonschema import Draft202012Validator

from airflow_lineage_provider.cli.check_report import write_report
from tests.cli.check_report.reports import NASTY, report, reported

MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": {"$ref": "#/$defs/run"}},
    },
    "$defs": {
        "run": {
            "required": ["tool"],
            "additionalProperties": False,
            "properties": {
                "tool": {
                    "required": ["driver"],
                    "properties": {
                        "driver": {
                            "required": ["name"],
                            "properties": {
                                "rules": {
                                    "uniqueItems": True,
                                    "items": {
                                        "required": ["id"],
                                        "properties": {
                                            "shortDescription": MESSAGE,
                                            "helpUri": {"type": "string"},
                                        },
                                    },
                                }
                            },
                        }
                    },
                },
                "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                "originalUriBaseIds": {"type": "object"},
                "results": {"items": {"$ref": "#/$defs/result"}},
                "invocations": {
                    "items": {
                        "required": ["executionSuccessful"],
                        "properties": {
                            "toolExecutionNotifications": {
                                "items": {"required": ["message"], "properties": {"message": MESSAGE}}
                            }
                        },
                    }
                },
            },
        },
        "result": {
            "required": ["message"],
            "additionalProperties": False,
            "properties": {
                "ruleId": {"type": "string"},
                "ruleIndex": {"type": "integer", "minimum": -1},
                "level": {"enum": ["none", "note", "warning", "error"]},
                "message": MESSAGE,
                "partialFingerprints": {"additionalProperties": {"type": "string"}},
                "locations": {"items": {"$ref": "#/$defs/location"}},
                "suppressions": {
                    "items": {
                        "required": ["kind"],
                        "properties": {"kind": {"enum": ["inSource", "external"]}},
                    }
                },
            },
        },
        "location": {
            "required": ["physicalLocation"],
            "properties": {
                "physicalLocation": {
                    "required": ["artifactLocation"],
                    "properties": {
                        "artifactLocation": {
                            "properties": {
                                "uri": {"type": "string", "pattern": "^[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*$"}
                            }
                        },
                        "region": {"properties": {"startLine": {"type": "integer", "minimum": 1}}},
                    },
                }
            },
        },
    },
}
"""What the schema of SARIF 2.1.0 demands of the parts that are written."""


def run(found: Any) -> dict[str, Any]:
    document = json.loads(write_report("sarif", found))
    Draft202012Validator(SCHEMA).validate(document)
    only: dict[str, Any] = document["runs"][0]
    return only


def test_a_finding_is_a_result_of_its_rule() -> None:
    found = run(report(reported(), reported(level="warn", rule="contract-draft"), notices=("look",)))
    results, rules = found["results"], found["tool"]["driver"]["rules"]

    assert [(each["ruleId"], each["level"]) for each in results] == [
        ("contract-missing", "error"),
        ("contract-draft", "warning"),
    ]
    assert [rules[each["ruleIndex"]]["id"] for each in results] == ["contract-missing", "contract-draft"]
    place = results[0]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("dags/shop.py", 4)
    assert found["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"] == "look"


def test_a_finding_keeps_its_fingerprint_when_its_text_changes() -> None:
    one, two = (run(report(reported(text)))["results"][0] for text in ("a", "b"))
    assert one["partialFingerprints"] == two["partialFingerprints"]
    other = run(report(reported(name="x")))["results"][0]
    assert other["partialFingerprints"] != one["partialFingerprints"]


def test_what_is_let_pass_is_suppressed_and_what_is_unknown_is_left_out() -> None:
    results = run(report(reported(waiver=True), reported(is_baselined=True), reported(result="unknown")))[
        "results"
    ]
    assert [each["suppressions"][0]["kind"] for each in results] == ["external", "external"]


def test_a_place_outside_is_an_address_of_its_own() -> None:
    result = run(report(reported(path="/tmp/my dags/a.py", line=None)))["results"][0]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "file:///tmp/my%20dags/a.py"}
    }


@given(NASTY, NASTY, NASTY)
def test_any_text_makes_a_valid_document(message: str, name: str, path: str) -> None:
    result = run(report(reported(message, name=name or "x", path=path), notices=(message,)))["results"][0]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]

    if not path.startswith("/"):
        assert unquote(uri) == path.encode("utf-8", "replace").decode()
