from __future__ import annotations

import json
from datetime import timedelta

import pytest

from airflow_lineage_provider.governance.offline.baseline_file import (
    InvalidBaseline,
    read_baseline,
    write_baseline,
)
from tests.governance.offline.project import NOW, Project, failing


def test_what_was_there_is_told_and_fails_no_more(project: Project) -> None:
    project.reader("shop")
    text = write_baseline(project.check().reported, None, NOW.date())
    baseline = read_baseline(text)
    assert failing(project.check(baseline=baseline)) == set()

    project.reader("other", "shop.public.stock")
    report = project.check(baseline=baseline)
    assert failing(report) == {("owner-missing", "stock"), ("contract-missing", "stock")}


def test_one_finding_a_line_with_its_day(project: Project) -> None:
    project.reader("shop")
    text = write_baseline(project.check().reported, None, NOW.date())
    lines = [line.strip().rstrip(",") for line in text.splitlines() if '"key"' in line]

    assert [json.loads(line)["rule"] for line in lines] == ["contract-missing", "owner-missing"]
    assert json.loads(lines[0])["subject"] == "postgres://pg:5432 shop.public.orders"
    assert json.loads(lines[0])["since"] == "2026-06-15"


def test_an_entry_keeps_its_day_and_mended_ones_leave(project: Project) -> None:
    project.reader("shop")
    first = read_baseline(write_baseline(project.check().reported, None, NOW.date()))
    project.contract(owner=None)
    later = NOW + timedelta(days=9)
    report = project.check(baseline=first, now=later)
    assert any("1 finding of the baseline is mended: contract-missing" in notice for notice in report.notices)

    second = read_baseline(write_baseline(report.reported, first, later.date()))
    assert [rule for rule, _ in second.entries.values()] == ["owner-missing"]
    assert set(second.since.values()) == {"2026-06-15"}


def test_a_baseline_that_grows_is_told(project: Project) -> None:
    project.reader("shop")
    baseline = read_baseline(write_baseline(project.check().reported, None, NOW.date()))
    report = project.check(baseline=baseline, base_baseline=read_baseline('{"version": 1, "findings": []}'))

    assert any("this change adds 2 findings to the baseline" in notice for notice in report.notices)


def test_a_file_that_cannot_be_loaded_is_no_old_debt(project: Project) -> None:
    (project.dags / "broken.py").write_text("from airflow.sdk import DAG\nimport nowhere_at_all\n")

    assert read_baseline(write_baseline(project.check().reported, None, NOW.date())).entries == {}


def test_the_server_reads_it_too(project: Project) -> None:
    from airflow_lineage_provider.store.decisions.baseline_entries import read_file

    project.reader("shop")
    text = write_baseline(project.check().reported, None, NOW.date())
    assert read_file(text).keys() == read_baseline(text).entries.keys()


@pytest.mark.parametrize(
    "text", ["", "[]", '{"version": 2, "findings": []}', '{"version": 1, "findings": [1]}']
)
def test_what_is_no_baseline_is_refused(text: str) -> None:
    with pytest.raises(InvalidBaseline):
        read_baseline(text)
