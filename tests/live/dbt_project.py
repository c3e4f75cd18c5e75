"""A dbt project of one model on PostgreSQL, and a program that leaves what ``dbt run`` leaves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL

PROJECT = """\
name: shop
version: "1.0"
profile: shop
model-paths: ["models"]
"""
PROFILE = """\
shop:
  target: dev
  outputs:
    dev:
      type: postgres
      host: {host}
      port: {port}
      user: {user}
      password: none
      dbname: {database}
      schema: public
"""
DBT = """\
#!/bin/sh
mkdir -p target
sed "s/@now@/$(date -u +%Y-%m-%dT%H:%M:%S.000000Z)/" recorded/manifest.json > target/manifest.json
sed "s/@now@/$(date -u +%Y-%m-%dT%H:%M:%S.000000Z)/" recorded/run_results.json > target/run_results.json
"""
"""``@now@`` in the recorded files becomes the time of the run, as dbt itself writes it."""
MODEL, SOURCE = "model.shop.{name}", "source.shop.raw.orders"


def write_dbt_project(folder: Path, server: URL, model: str) -> None:
    """Write a project whose one model reads table ``orders``.

    :param folder: of the project; it is made.
    :param model: name of the table that the model makes in schema ``public``.
    """
    (folder / "models").mkdir(parents=True)
    (folder / "recorded").mkdir()
    sql = "select id, amount from {{ source('raw', 'orders') }}"
    (folder / "models" / f"{model}.sql").write_text(sql)
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text(
        PROFILE.format(
            host=server.host or "localhost",
            port=server.port or 5432,
            user=server.username,
            database=server.database,
        )
    )
    for name, content in (
        ("manifest", _manifest(server, model, sql)),
        ("run_results", _results(server, model)),
    ):
        (folder / "recorded" / f"{name}.json").write_text(json.dumps(content))


def _metadata(kind: str) -> dict[str, Any]:
    return {
        "dbt_schema_version": f"https://schemas.getdbt.com/dbt/{kind}.json",
        "dbt_version": "1.10.4",
        "generated_at": "@now@",
        "invocation_id": "5f1c6f4e-1f6f-4a37-9d3e-3f3f7f0b7a11",
        "env": {},
        "adapter_type": "postgres",
        "project_name": "shop",
    }


def _manifest(server: URL, model: str, sql: str) -> dict[str, Any]:
    compiled = f'select id, amount from "{server.database}"."public"."orders"'
    key = MODEL.format(name=model)
    return {
        "metadata": _metadata("manifest/v12"),
        "nodes": {
            key: {
                "database": server.database,
                "schema": "public",
                "name": model,
                "alias": model,
                "resource_type": "model",
                "package_name": "shop",
                "unique_id": key,
                "fqn": ["shop", model],
                "path": f"{model}.sql",
                "original_file_path": f"models/{model}.sql",
                "config": {"enabled": True, "materialized": "table"},
                "columns": {},
                "relation_name": f'"{server.database}"."public"."{model}"',
                "raw_code": sql,
                "language": "sql",
                "depends_on": {"macros": [], "nodes": [SOURCE]},
                "compiled": True,
                "compiled_code": compiled,
            }
        },
        "sources": {
            SOURCE: {
                "database": server.database,
                "schema": "public",
                "name": "orders",
                "identifier": "orders",
                "resource_type": "source",
                "package_name": "shop",
                "unique_id": SOURCE,
                "source_name": "raw",
                "fqn": ["shop", "raw", "orders"],
                "path": "models/sources.yml",
                "original_file_path": "models/sources.yml",
                "columns": {},
                "relation_name": f'"{server.database}"."public"."orders"',
            }
        },
        "macros": {},
        "docs": {},
        "exposures": {},
        "metrics": {},
        "groups": {},
        "disabled": {},
        "parent_map": {key: [SOURCE], SOURCE: []},
        "child_map": {key: [], SOURCE: [key]},
    }


def _results(server: URL, model: str) -> dict[str, Any]:
    return {
        "metadata": _metadata("run-results/v6"),
        "results": [
            {
                "status": "success",
                "timing": [
                    {"name": name, "started_at": "@now@", "completed_at": "@now@"}
                    for name in ("compile", "execute")
                ],
                "thread_id": "Thread-1 (worker)",
                "execution_time": 0.1,
                "adapter_response": {"_message": "SELECT 2", "code": "SELECT", "rows_affected": 2},
                "message": "SELECT 2",
                "failures": None,
                "unique_id": MODEL.format(name=model),
                "compiled": True,
                "relation_name": f'"{server.database}"."public"."{model}"',
            }
        ],
        "elapsed_time": 0.2,
        "args": {"which": "run", "target": None},
    }
