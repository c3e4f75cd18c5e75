from __future__ import annotations

import json
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.standard.operators.bash import BashOperator

from airflow_lineage_provider.capture.extractors.bash import BashExtractor
from airflow_lineage_provider.capture.extractors.extractor import Extraction

PROFILES = """
shop:
  target: dev
  outputs:
    dev:
      type: postgres
      host: "{{ env_var('DBT_HOST', 'localhost') }}"
      port: 6543
      user: me
      password: "{{ env_var('DBT_PASSWORD') }}"
      dbname: shop
      schema: s
    snow: {type: snowflake, account: acc, password: hunter2}
    lake: {type: duckdb, path: lake.duckdb}
"""


def node(kind: str, name: str, parents: list[str] | None = None, **more: Any) -> dict[str, Any]:
    return {
        "resource_type": kind,
        "database": "shop",
        "schema": "s",
        "alias": name,
        "relation_name": f'"shop"."s"."{name}"',
        "depends_on": {"nodes": parents or []},
        "config": {"materialized": more.pop("materialized", "table")},
        **more,
    }


MANIFEST = {
    "metadata": {"adapter_type": "postgres"},
    "nodes": {
        "seed.shop.days": node("seed", "days", materialized="seed", original_file_path="seeds/days.csv"),
        "model.shop.staged": node("model", "staged", ["source.shop.raw.orders", "seed.shop.days"]),
        "model.shop.hidden": node(
            "model", "hidden", ["source.shop.raw.users"], materialized="ephemeral", relation_name=None
        ),
        "model.shop.mart": node("model", "mart", ["model.shop.staged", "model.shop.hidden"]),
        "model.shop.broken": node("model", "broken", ["source.shop.raw.secrets"]),
        "test.shop.unique": node("test", "unique", ["model.shop.mart"], relation_name=None),
    },
    "sources": {
        f"source.shop.raw.{name}": {"resource_type": "source", "relation_name": f'"shop"."raw"."{name}"'}
        for name in ("orders", "users", "secrets")
    },
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "dbt_project.yml").write_text("name: shop\nprofile: shop\n")
    (tmp_path / "profiles.yml").write_text(PROFILES)
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "days.csv").touch()
    return tmp_path


def ran(folder: Path, manifest: dict[str, Any] = MANIFEST, **status: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    results = [{"unique_id": name.replace("__", ".shop."), "status": state} for name, state in status.items()]
    (folder / "run_results.json").write_text(json.dumps({"results": results}))


def extracted(command: str, cwd: Path, context: Any = None, **environment: str) -> Extraction:
    task = BashOperator(task_id="t", bash_command=command, cwd=str(cwd), env=environment)
    extraction = Extraction()
    BashExtractor().extract(task, context or {}, extraction, failed=False)
    return extraction


def names(extraction: Extraction) -> tuple[list[str], list[str]]:
    inputs, outputs = extraction.inputs, extraction.outputs
    return sorted(str(entry.identity) for entry in inputs), sorted(str(entry.identity) for entry in outputs)


def test_nodes_that_succeeded_are_outputs_and_what_they_depend_on_inputs(project: Path) -> None:
    ran(
        project / "target",
        seed__days="success",
        model__staged="success",
        model__mart="success",
        model__broken="error",
        test__unique="fail",
    )
    extraction = extracted("cd . && dbt --quiet build --select mart+ --target dev", project, DBT_HOST="pg")
    assert names(extraction) == (
        [
            f"file {project}/seeds/days.csv",
            "postgres://pg:6543 shop.raw.orders",
            "postgres://pg:6543 shop.raw.users",
        ],
        [
            "postgres://pg:6543 shop.s.days",
            "postgres://pg:6543 shop.s.mart",
            "postgres://pg:6543 shop.s.staged",
        ],
    )
    assert extraction.truncated == []


def test_tests_alone_read_what_they_test(project: Path) -> None:
    ran(project / "target", test__unique="pass")
    assert names(extracted("dbt test", project)) == (["postgres://localhost:6543 shop.s.mart"], [])


@pytest.mark.parametrize(
    ("command", "environment"),
    [
        ("dbt run --project-dir {project} --target-path out", {}),
        ("cd {project}; DBT_TARGET_PATH=out dbt run", {}),
        (
            "dbt run --profiles-dir {project}",
            {"DBT_PROJECT_DIR": "{project}", "DBT_TARGET_PATH": "{project}/out"},
        ),
    ],
)
def test_folders_are_found_as_dbt_finds_them(
    project: Path, tmp_path_factory: pytest.TempPathFactory, command: str, environment: dict[str, str]
) -> None:
    ran(project / "out", model__mart="success")
    filled = {name: value.format(project=project) for name, value in environment.items()}
    extraction = extracted(command.format(project=project), tmp_path_factory.mktemp("elsewhere"), **filled)
    assert names(extraction)[1] == ["postgres://localhost:6543 shop.s.mart"]


def test_the_profile_names_the_account_and_no_secret(project: Path) -> None:
    manifest = {**MANIFEST, "metadata": {"adapter_type": "snowflake"}}
    manifest["nodes"] = {"model.shop.mart": node("model", "mart", relation_name="shop.s.mart")}
    ran(project / "target", manifest, model__mart="success")
    extraction = extracted("dbt run -t snow", project)
    assert names(extraction)[1] == ["snowflake://acc SHOP.S.MART"]
    assert "hunter2" not in repr(extraction)


def test_a_duckdb_file_is_the_database(project: Path) -> None:
    ran(project / "target", {**MANIFEST, "metadata": {"adapter_type": "duckdb"}}, model__mart="success")
    assert names(extracted("dbt run -t lake", project))[1] == [f"duckdb://{project}/lake.duckdb s.mart"]


def test_bigquery_needs_no_profile(project: Path) -> None:
    (project / "profiles.yml").unlink()
    manifest = {**MANIFEST, "metadata": {"adapter_type": "bigquery"}}
    manifest["nodes"] = {"model.shop.mart": node("model", "mart", relation_name="`my-project`.`s`.`mart`")}
    ran(project / "target", manifest, model__mart="success")
    assert names(extracted("dbt run", project))[1] == ["bigquery my-project.s.mart"]


def test_results_of_an_earlier_run_are_not_taken(project: Path) -> None:
    ran(project / "target", model__mart="success")
    os.utime(project / "target" / "run_results.json", (1000, 1000))
    context = {"ti": SimpleNamespace(start_date=SimpleNamespace(timestamp=lambda: 5000.0))}
    extraction = extracted("dbt run", project, context)
    assert names(extraction) == ([], [])
    assert extraction.truncated == ["shell: dbt, line 1: run_results.json of dbt is older than the task"]


@pytest.mark.parametrize(
    ("file", "text", "note"),
    [
        ("target/manifest.json", "{", "manifest.json of dbt is no JSON"),
        ("target/manifest.json", "[" * 100_000, "manifest.json of dbt is no JSON"),
        ("target/run_results.json", " " * 34_000_000, "run_results.json of dbt has more than 33554432 bytes"),
        ("profiles.yml", "{", "a file of the dbt project is no YAML"),
        ("profiles.yml", "shop: {target: \"{{ x }}\"}", "a setting of the dbt profile is a template"),
        ("profiles.yml", "other: {}", "the dbt profile is not in profiles.yml"),
        ("profiles.yml", "shop: {outputs: {default: {type: x}}}", "where the adapter postgres keeps its tables is not known"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_named(project: Path, file: str, text: str, note: str) -> None:
    ran(project / "target", model__mart="success")
    (project / file).write_text(text)
    assert extracted("dbt run", project).truncated == [f"shell: dbt, line 1: {note}"]


@pytest.mark.parametrize(
    "junk", [None, [], 1, {"nodes": []}, {"nodes": {"model.shop.mart": 1}}, {"metadata": 1}]
)
def test_a_manifest_of_another_shape_breaks_nothing(project: Path, junk: Any) -> None:
    ran(project / "target", junk, model__mart="success")
    extraction = extracted("dbt run", project)
    assert names(extraction) == ([], [])
    assert not any("while it was looked at" in note for note in extraction.truncated)


def test_commands_that_run_no_node_are_passed_over(project: Path) -> None:
    ran(project / "target", model__mart="success")
    extraction = extracted("dbt deps && dbt compile && dbt ls", project)
    assert (names(extraction), extraction.truncated) == (([], []), [])
