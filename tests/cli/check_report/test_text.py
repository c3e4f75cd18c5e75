from __future__ import annotations

import json
from typing import Any

from hypothesis import given

from airflow_lineage_provider.cli.check_report import write_report
from tests.cli.check_report.reports import NASTY, report, reported


def test_what_fails_comes_first_with_place_fix_and_waiver() -> None:
    text = write_report("text", report(reported(), reported(level="warn", name="shop.stock")))
    lines = text.splitlines()

    assert lines[0] == "Failing (1)"
    assert lines[2] == "contract-missing: postgres://pg:5432 shop.orders (block)"
    assert lines[3:6] == ["  at dags/shop.py:4", "  no contract speaks for this dataset", "  contract: none"]
    assert any(line.startswith("  fix: ") for line in lines)
    assert any(
        line.startswith("  waive: airflow lineage waivers create --rule contract-missing") for line in lines
    )
    assert text.index("Failing (1)") < text.index("Warnings (1)")
    assert lines[-1] == "1 finding fails the check: 2 DAGs in 1 file, 3 contracts, 4 datasets."


def test_a_check_that_passes_says_so_and_what_nobody_could_tell() -> None:
    text = write_report("text", report(reported(waiver=True), reported(result="unknown")))
    assert text == (
        "Passed: 2 DAGs in 1 file, 3 contracts, 4 datasets; 1 let pass by waiver or baseline; "
        "1 question only a running Airflow can answer.\n"
    )


def test_changes_name_whom_they_reach() -> None:
    from airflow_lineage_provider.governance.offline.report import ChangedContract, Hit

    hit = Hit("board", "board", ("eve",), "2", "dag files")
    change = ChangedContract(
        "orders", "changed", "1.0.0", "2.0.0", "major", ("column x was removed",), (), (hit,)
    )
    text = write_report("text", report(changes=(change,)))

    assert (
        "orders: changed (1.0.0 to 2.0.0, major)\n  column x was removed\n  reaches DAG board (step 2), of eve"
        in text
    )


@given(NASTY, NASTY, NASTY)
def test_no_name_begins_a_line_or_colours_it(message: str, name: str, path: str) -> None:
    found = report(reported(message, name=name or "x", path=path, subject=message), notices=(message,))
    for line in write_report("text", found).split("\n"):
        assert line == "" or line.isprintable()
        assert line[:2] in ("", "  ") or line[:1].isalnum()


@given(NASTY, NASTY)
def test_json_holds_everything(message: str, name: str) -> None:
    document: dict[str, Any] = json.loads(write_report("json", report(reported(message, name=name or "x"))))
    (finding,) = document["findings"]

    assert document["result"] == "fail"
    assert (finding["rule"], finding["fails"], finding["dags"]) == ("contract-missing", True, ["shop"])
    assert finding["places"] == [{"path": "dags/shop.py", "line": 4}]
    assert finding["message"] == message.encode("utf-8", "replace").decode()


def test_the_keys_of_json_stay() -> None:
    document = json.loads(write_report("json", report(reported())))
    assert list(document) == ["v", "result", "fail_on", "counts", "findings", "changes", "notices"]
    assert list(document["counts"]) == ["files", "dags", "contracts", "datasets"]
    assert set(document["findings"][0]) == {
        "key", "rule", "level", "result", "dataset", "dag_id", "subject", "message", "fix", "waive", "owner",
        "channel", "contract", "known_by", "degree", "evidence", "waiver", "is_baselined", "enforce_from", "dags",
        "places", "fails",
    }  # fmt: skip
