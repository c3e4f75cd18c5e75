from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.openlineage_spec import assert_valid

SPEC = "https://openlineage.io/spec"
CORE = f"{SPEC}/2-0-2/OpenLineage.json"
PRODUCER = "https://example.com/test"


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands in for the official folder: the event has a few rules, the nominal time facet one."""
    (tmp_path / "facets").mkdir()
    event = {
        "properties": {
            "eventTime": {"format": "date-time"},
            "producer": {"format": "uri"},
            "run": {"properties": {"runId": {"format": "uuid"}}},
        }
    }
    (tmp_path / "OpenLineage.json").write_text(json.dumps({"$id": CORE, "$defs": {"RunEvent": event}}))
    put_nominal_time(tmp_path, "1-0-1")
    monkeypatch.setenv("OPENLINEAGE_SPEC", str(tmp_path))
    return tmp_path


def put_nominal_time(spec: Path, version: str) -> None:
    facet = {"properties": {"nominalStartTime": {"format": "date-time"}}}
    document = {
        "$id": f"{SPEC}/facets/{version}/NominalTimeRunFacet.json",
        "$defs": {"NominalTimeRunFacet": facet},
    }
    (spec / "facets" / "NominalTimeRunFacet.json").write_text(json.dumps(document))


def run_event(**changes: Any) -> dict[str, Any]:
    event = {
        "eventType": "START",
        "eventTime": "2026-06-15T12:00:00.5+00:00",
        "producer": PRODUCER,
        "schemaURL": f"{CORE}#/$defs/RunEvent",
        "run": {
            "runId": "0197736a-5d00-7000-8000-000000000001",
            "facets": nominal_time("2026-06-14T12:00:00Z"),
        },
        "job": {"namespace": "n", "name": "j"},
    }
    return {**event, **changes}


def nominal_time(start: str) -> dict[str, Any]:
    url = f"{SPEC}/facets/1-0-1/NominalTimeRunFacet.json#/$defs/NominalTimeRunFacet"
    return {"nominalTime": {"_producer": PRODUCER, "_schemaURL": url, "nominalStartTime": start}}


def test_an_event_that_keeps_every_schema_is_valid(spec: Path) -> None:
    assert_valid(run_event())


@pytest.mark.parametrize(
    "change",
    [
        {"eventTime": "2026-06-15"},
        {"eventTime": "2026-06-15T12:00:00"},
        {"eventTime": "2026-13-15T12:00:00Z"},
        {"producer": "no address"},
        {"run": {"runId": "7"}},
        {"run": {"runId": "0197736a-5d00-7000-8000-000000000001", "facets": nominal_time("yesterday")}},
    ],
)
def test_what_only_the_official_schemas_forbid_fails(spec: Path, change: dict[str, Any]) -> None:
    with pytest.raises(AssertionError, match="is not a"):
        assert_valid(run_event(**change))


def test_a_facet_whose_schema_is_there_in_another_version_fails(spec: Path) -> None:
    put_nominal_time(spec, "1-0-0")
    with pytest.raises(AssertionError, match=r"1-0-1/NominalTimeRunFacet\.json is not among the schemas"):
        assert_valid(run_event())


def test_a_folder_without_the_schemas_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENLINEAGE_SPEC", str(tmp_path / "absent"))
    with pytest.raises(AssertionError, match="is not among the schemas"):
        assert_valid(run_event(run={"runId": "7"}))
