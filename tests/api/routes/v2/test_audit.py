from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from airflow_lineage_provider.api.routes.v2.audit import router
from airflow_lineage_provider.governance.audit.sealer import seal_batch
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.audit import AUDIT, append
from tests.api.conftest import MakeClient

START = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def written(db: Any) -> Any:
    """Five sealed entries and one that waits."""
    for number in range(6):
        append(
            "owner" if number % 2 else "waiver",
            {"number": number},
            actor="me",
            subject=f"thing {number}",
            now=START + timedelta(days=number),
            session=db,
        )
        if number == 4:
            assert seal_batch(START, session=db) == 5
    return db


def test_entries_come_newest_first_in_pages(written: Any, client_of: MakeClient) -> None:
    client = client_of(router)
    first = client.get("/api/v2/audit", params={"limit": 4}).json()
    assert [entry["payload"]["number"] for entry in first["entries"]] == [5, 4, 3, 2]
    assert [entry["seq"] for entry in first["entries"]] == [None, 5, 4, 3]
    second = client.get("/api/v2/audit", params={"limit": 4, "cursor": first["next_cursor"]}).json()
    assert [entry["payload"]["number"] for entry in second["entries"]] == [1, 0]
    assert second["next_cursor"] is None


def test_entries_are_found_by_kind_subject_and_time(written: Any, client_of: MakeClient) -> None:
    client = client_of(router)

    def subjects(**asked: str) -> list[str]:
        return [entry["subject"] for entry in client.get("/api/v2/audit", params=asked).json()["entries"]]

    assert subjects(kind="owner") == ["thing 5", "thing 3", "thing 1"]
    assert subjects(subject="thing 2") == ["thing 2"]
    assert subjects(since="2026-06-05") == ["thing 5", "thing 4"]


def test_the_chain_is_verified(written: Any, client_of: MakeClient) -> None:
    client = client_of(router)
    state = client.get("/api/v2/audit/verify").json()
    assert (state["is_intact"], state["entries"], state["unsealed"], state["is_complete"]) == (
        True,
        5,
        1,
        True,
    )
    assert state["note"] == "no file of checkpoints is configured"
    written.execute(AUDIT.update().where(AUDIT.c.seq == 2).values(actor="nobody"))
    state = client.get("/api/v2/audit/verify").json()
    assert (state["is_intact"], state["first_bad"]) == (False, 2)
    assert state["faults"][0]["problem"] == "changed"
    state = client.get("/api/v2/audit/verify", params={"last": 2}).json()
    assert (state["is_intact"], state["entries"], state["is_complete"]) == (True, 2, False)


def test_the_configured_checkpoints_are_compared(
    written: Any, client_of: MakeClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "checkpoints"
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__AUDIT_CHECKPOINTS", str(path))
    client = client_of(router)
    assert "is not there" in client.get("/api/v2/audit/verify").json()["note"]
    path.write_text("nonsense")
    assert "Line 1" in client.get("/api/v2/audit/verify").json()["note"]
    good = {"origin": "other", "size": 2, "root": "0" * 64, "head": "0" * 64, "at": START.isoformat()}
    path.write_text(json.dumps(good))
    state = client.get("/api/v2/audit/verify").json()
    assert (state["first_bad"], state["checkpoints"], state["note"]) == (1, 1, None)


def test_an_export_goes_on_after_the_last_place(written: Any, client_of: MakeClient) -> None:
    client = client_of(router)
    answer = client.get("/api/v2/audit/export", params={"limit": 3})
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line)["seq"] for line in answer.text.splitlines()] == [1, 2, 3]
    answer = client.get("/api/v2/audit/export", params={"after": 3})
    assert [json.loads(line)["seq"] for line in answer.text.splitlines()] == [4, 5]
    assert client.get("/api/v2/audit/export", params={"after": 5}).text == ""
    since = client.get("/api/v2/audit/export", params={"since": "2026-06-04"}).text
    assert [json.loads(line)["seq"] for line in since.splitlines()] == [4, 5]


@pytest.mark.parametrize("path", ["", "/verify", "/export"])
def test_it_is_for_those_who_may_read_every_dag(written: Any, client_of: MakeClient, path: str) -> None:
    client = client_of(router, access=Access(frozenset({"shop"}), True))
    answer = client.get(f"/api/v2/audit{path}")
    assert answer.status_code == 403
    assert "needs the right to read them all" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("", {"cursor": "x"}),
        ("", {"kind": "\0"}),
        ("", {"subject": ""}),
        ("", {"since": "9999-12-31"}),
        ("", {"limit": 0}),
        ("/verify", {"last": 0}),
        ("/verify", {"last": 2**70}),
        ("/export", {"after": -1}),
        ("/export", {"after": 2**64}),
        ("/export", {"limit": 10**6}),
    ],
)
def test_odd_questions_are_refused(
    written: Any, client_of: MakeClient, path: str, params: dict[str, Any]
) -> None:
    assert client_of(router).get(f"/api/v2/audit{path}", params=params).status_code in (400, 422)


def test_a_payload_that_was_damaged_is_shown_as_none(written: Any, client_of: MakeClient) -> None:
    written.execute(AUDIT.update().where(AUDIT.c.seq == 2).values(payload=b"x"))
    client = client_of(router)
    entries = client.get("/api/v2/audit").json()["entries"]
    assert (entries[4]["payload"], entries[4]["is_purged"]) == (None, False)
    assert client.get("/api/v2/audit/export").status_code == 200
