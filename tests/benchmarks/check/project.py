"""Many DAG files with contracts, each DAG reading what the one before wrote."""

from __future__ import annotations

import json
from pathlib import Path

_DAG = """\
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.sdk import DAG, Asset, BaseOperator

with DAG("dag_{number}", schedule=[Asset("postgres://pg:5432/shop/public/t_{before}_0")], default_args={{"owner": "ann"}}):
{tasks}
"""
_PLAIN = """\
    BaseOperator(
        task_id="plain_{at}",
        inlets=[Asset("postgres://pg:5432/shop/public/t_{before}_{at}")],
        outlets=[Asset("postgres://pg:5432/shop/public/t_{number}_{at}")],
    )
"""
_SQL = """\
    SQLExecuteQueryOperator(
        task_id="sql_{at}",
        conn_id="shop",
        sql='''
        INSERT INTO t_{number}_{at} (id, amount, day)
        SELECT o.id, sum(o.amount * i.quantity), date_trunc('day', o.at)
        FROM t_{before}_{at} AS o JOIN t_{before}_0 AS i ON i.order_id = o.id
        GROUP BY o.id, date_trunc('day', o.at)
        ''',
    )
"""


def write_project(root: Path, files: int, tasks: int) -> None:
    """``dags`` and ``contracts`` with a file for each DAG, and ``empty`` with one DAG that does nothing."""
    for name in ("dags", "contracts", "empty"):
        (root / name).mkdir()
    (root / "empty" / "nothing.py").write_text(
        'from airflow.sdk import DAG\n\nDAG("nothing", schedule=None)\n'
    )
    for number in range(files):
        values = {"number": number, "before": max(number - 1, 0)}
        written = "".join((_SQL if at % 2 else _PLAIN).format(at=at, **values) for at in range(tasks))
        (root / "dags" / f"dag_{number:04}.py").write_text(_DAG.format(tasks=written, **values))
        (root / "contracts" / f"t_{number:04}.odcs.yaml").write_text(json.dumps(_contract(number), indent=1))


def _contract(number: int) -> dict[str, object]:
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": f"t-{number}",
        "version": "1.0.0",
        "status": "active",
        "servers": [
            {
                "server": "shop", "type": "postgres", "host": "pg", "port": 5432, "database": "shop",
                "schema": "public",
            }
        ],
        "schema": [
            {
                "name": f"t_{number}_0",
                "properties": [{"name": name, "logicalType": "string"} for name in ("id", "amount", "day")],
            }
        ],
        "team": {"members": [{"username": "ann", "role": "owner"}]},
    }  # fmt: skip
