from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from airflow_lineage_provider.contracts.readers import read_any
from airflow_lineage_provider.governance.offline.downstream import Job
from airflow_lineage_provider.governance.offline.git_base import UnknownBase, git_base
from airflow_lineage_provider.model.level import Level
from tests.contracts.readers.manifest import manifest, model
from tests.governance.offline.project import DATASET, Project, failing


@pytest.fixture
def merged(project: Project) -> Project:
    """On a branch of a main that holds one DAG and its contract."""
    project.reader("shop")
    project.contract()
    project.commit()
    project.git("checkout", "-q", "-b", "work")
    return project


def change(report: Any) -> Any:
    (found,) = report.changes
    return found


def test_a_column_that_is_taken_away_needs_a_major_version(merged: Project) -> None:
    merged.contract(version="1.1.0", columns=("id",))
    report = merged.check(base=merged.base())

    assert failing(report) == {("contract-breaking-change", "orders")}
    (found,) = report.failing
    assert [place.path for place in found.places] == ["contracts/orders.odcs.yaml"]
    assert (change(report).impact, change(report).old_version, change(report).new_version) == (
        "major",
        "1.0.0",
        "1.1.0",
    )

    merged.contract(version="2.0.0", columns=("id",))
    assert failing(merged.check(base=merged.base())) == set()


def test_without_a_base_nothing_is_compared(merged: Project) -> None:
    merged.contract(version="1.1.0", columns=("id",))
    report = merged.check()

    assert (failing(report), report.changes) == (set(), ())


def test_a_breaking_change_is_found_whether_a_dag_reads_it_or_not(merged: Project) -> None:
    (merged.dags / "shop.py").write_text("")
    merged.contract(columns=("id",))

    assert failing(merged.check(base=merged.base())) == {("contract-breaking-change", "orders")}


def test_a_contract_that_is_removed_is_told_with_whom_it_hits(merged: Project) -> None:
    (merged.contracts / "orders.odcs.yaml").unlink()
    merged.contract("other", table="other")
    report = merged.check(base=merged.base())

    assert ("contract-removed", "orders") in failing(report)
    removed = next(one for one in report.changes if one.what == "removed")
    assert (removed.datasets, [hit.dag_id for hit in removed.hits]) == ((DATASET,), ["shop"])
    (found,) = [one.finding for one in report.failing if one.finding.rule == "contract-removed"]
    assert found.contract is not None
    assert (found.contract.label, found.owner) == ("orders 1.0.0", "ann")


def test_a_contract_that_speaks_for_nothing_any_more_is_as_good_as_removed(merged: Project) -> None:
    merged.contract(version="1.0.1", columns=("id",), servers=[])
    report = merged.check(base=merged.base())

    assert ("contract-removed", "orders") in failing(report)
    (found,) = [one for one in report.failing if one.finding.rule == "contract-removed"]
    assert [place.path for place in found.places] == ["contracts/orders.odcs.yaml"]
    assert "1.0.1 speaks for none" in found.finding.message
    assert [hit.dag_id for hit in change(report).hits] == ["shop"]

    merged.contract(version="1.0.1", status="retired", servers=[])
    assert ("contract-removed", "orders") not in failing(merged.check(base=merged.base()))


def test_a_retired_contract_may_be_removed(merged: Project) -> None:
    merged.git("checkout", "-q", "main")
    merged.contract(status="retired")
    merged.commit()
    merged.git("checkout", "-q", "work")
    merged.git("merge", "-q", "main")
    (merged.contracts / "orders.odcs.yaml").unlink()
    merged.contract("other", table="other")

    assert ("contract-removed", "orders") not in failing(merged.check(base=merged.base()))


def test_an_owner_and_a_status_that_are_lost_are_told(merged: Project) -> None:
    merged.contract(version="1.0.1", owner=None, status="draft")
    report = merged.check(base=merged.base(), fail_on=Level.WARN)

    assert failing(report) >= {("owner-regressed", "orders"), ("status-regressed", "orders")}


def test_what_main_did_since_the_branch_began_is_not_the_branchs_change(merged: Project) -> None:
    merged.git("checkout", "-q", "main")
    merged.contract("later", table="later")
    merged.commit()
    merged.git("checkout", "-q", "work")

    assert merged.check(base=merged.base()).changes == ()


def test_a_contract_that_became_invalid_leaves_the_last_valid_one_in_force(merged: Project) -> None:
    (merged.contracts / "orders.odcs.yaml").write_text("id: orders\nversion: 1.10\n")
    report = merged.check(base=merged.base())

    assert failing(report) == {("contract-invalid", "")}
    assert report.changes == ()


def test_a_file_that_is_renamed_is_the_same_contract(merged: Project) -> None:
    merged.git("mv", "contracts/orders.odcs.yaml", "contracts/ordered.odcs.yaml")

    assert merged.check(base=merged.base()).changes == ()


def test_dags_downstream_are_named_over_several_steps(merged: Project) -> None:
    mart = "Asset('postgres://pg:5432/shop/public/mart')"
    orders = "Asset('postgres://pg:5432/shop/public/orders')"
    merged.dag("marts", f"BaseOperator(task_id='t', owner='bob', inlets=[{orders}], outlets=[{mart}])")
    merged.dag("board", f"BaseOperator(task_id='t', owner='eve', inlets=[{mart}])")
    merged.contract(version="2.0.0", columns=("id",))
    report = merged.check(base=merged.base())

    hits = {hit.name: (hit.degree, hit.owners, hit.source) for hit in change(report).hits}
    assert hits == {
        "shop": ("1", (), "dag files"),
        "marts": ("1", ("bob",), "dag files"),
        "board": ("2", ("eve",), "dag files"),
    }


def test_jobs_of_a_graph_are_named_too(merged: Project) -> None:
    merged.contract(version="2.0.0", columns=("id",))
    job = Job("spark.orders", None, frozenset({DATASET}), frozenset())
    report = merged.check(base=merged.base(), jobs=(job,))

    assert {(hit.name, hit.source) for hit in change(report).hits} == {
        ("shop", "dag files"),
        ("spark.orders", "lineage"),
    }


@pytest.mark.parametrize(
    "name", ["o r d.odcs.yaml", "ä'\"$.odcs.yaml", "-x.odcs.yaml", "sub/dir/x.odcs.yaml"]
)
def test_files_of_any_name_are_read_from_git(merged: Project, name: str) -> None:
    file = merged.contracts / name
    file.parent.mkdir(parents=True, exist_ok=True)
    (merged.contracts / "orders.odcs.yaml").rename(file)
    merged.commit("renamed")

    assert set(merged.base("work").contracts([merged.contracts])) == {str(file)}
    assert merged.base("work").text(file) == file.read_text()
    assert merged.base("main").text(file) is None


def avro(*fields: str) -> str:
    named = [{"name": name, "type": "string"} for name in fields]
    return json.dumps({"type": "record", "name": "orders", "fields": named})


def dbt(*columns: str) -> str:
    given = {name: {"name": name, "data_type": "text"} for name in columns}
    return json.dumps(manifest(nodes={"model.shop.orders": model(schema="public", columns=given)}))


@pytest.mark.parametrize(("name", "written"), [("orders.avsc", avro), ("manifest.json", dbt)])
def test_a_file_that_is_given_is_compared_whatever_its_format(
    project: Project, name: str, written: Callable[..., str]
) -> None:
    file = project.contracts / name
    file.write_text(written("id", "amount"))
    (contract,) = read_any(file)
    project.dag(
        "shop",
        "BaseOperator(task_id='t', inlets=[Asset('postgres://pg:5432/shop/public/orders', "
        f"extra={{'contract': {contract.contract_id!r}}})])",
    )
    project.commit()
    project.git("checkout", "-q", "-b", "work")
    assert project.check(contracts=(file,), base=project.base()).changes == ()

    file.write_text(written("id"))
    report = project.check(contracts=(file,), base=project.base())
    assert (change(report).what, change(report).impact) == ("changed", "major")
    assert ("contract-breaking-change", "orders") in failing(report)

    file.write_text("{")
    left = failing(project.check(contracts=(file,), base=project.base()))
    assert ("contract-invalid", "") in left
    assert ("contract-missing", "orders") not in left


def test_hidden_folders_and_links_are_passed_over(merged: Project) -> None:
    hidden = merged.contracts / ".hidden"
    hidden.mkdir()
    (hidden / "x.odcs.yaml").write_text((merged.contracts / "orders.odcs.yaml").read_text())
    (merged.contracts / "link.odcs.yaml").symlink_to("orders.odcs.yaml")
    merged.commit("more")

    assert [Path(path).name for path in merged.base("work").contracts([merged.contracts])] == [
        "orders.odcs.yaml"
    ]


@pytest.mark.parametrize("ref", ["nowhere", "--output=x", "", "main:contracts"])
def test_what_is_no_commit_is_said(merged: Project, ref: str) -> None:
    with pytest.raises(UnknownBase, match="commit"):
        merged.base(ref)


def test_without_a_repository_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    with pytest.raises(UnknownBase, match="git repository"):
        git_base("main", tmp_path)


def test_a_path_outside_of_the_repository_is_refused(
    merged: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.raises(UnknownBase, match="not in the git repository"):
        merged.base().contracts([tmp_path_factory.mktemp("elsewhere")])


def test_a_branch_without_a_common_commit_is_compared_as_it_is(merged: Project) -> None:
    merged.git("checkout", "-q", "--orphan", "alone")
    merged.contract(version="1.1.0", columns=("id",))
    merged.commit("alone")

    report = merged.check(base=merged.base("main"))
    assert failing(report) == {("contract-breaking-change", "orders")}
    assert [notice for notice in report.notices if "have in common" in notice]


def test_a_base_that_both_sides_have_needs_no_word(merged: Project) -> None:
    assert not [notice for notice in merged.check(base=merged.base()).notices if "git" in notice]


def test_what_git_tells_a_hook_of_another_repository_does_not_mislead(
    merged: Project, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = Project(tmp_path_factory.mktemp("other"))
    other.commit()
    merged.contract(version="1.1.0", columns=("id",))
    for name, value in (("GIT_DIR", ".git"), ("GIT_WORK_TREE", "."), ("GIT_INDEX_FILE", ".git/index")):
        monkeypatch.setenv(name, str(other.root / value))

    assert failing(merged.check(base=merged.base())) == {("contract-breaking-change", "orders")}
