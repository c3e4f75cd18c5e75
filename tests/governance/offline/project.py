"""A folder with DAG files and contracts, as a team keeps it in git."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow_lineage_provider.model.dataset_id import DatasetId

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
NAMESPACE = "postgres://pg:5432"
ORDERS = "shop.public.orders"
DATASET = DatasetId(NAMESPACE, ORDERS)
CONNECTION = "postgresql://pg:5432/shop"


class Project:
    """Writes files under one folder and checks them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.dags = root / "dags"
        self.contracts = root / "contracts"
        self.dags.mkdir()
        self.contracts.mkdir()

    def dag(self, dag_id: str, body: str, *, extra: str = "", header: str = "") -> Path:
        """A file with one DAG; ``body``: statements within it."""
        file = self.dags / f"{dag_id}.py"
        lines = "\n".join(f"    {line}" for line in body.splitlines())
        file.write_text(
            "from airflow.sdk import DAG, Asset, BaseOperator\n"
            f"{header}\n"
            f"with DAG({dag_id!r}, schedule=None{extra}):\n{lines}\n"
        )
        return file

    def reader(self, dag_id: str, name: str = ORDERS, **more: str) -> Path:
        uri = f"postgres://pg:5432/{name.replace('.', '/')}"
        return self.dag(dag_id, f"BaseOperator(task_id='report', inlets=[Asset({uri!r})])", **more)

    def contract(
        self,
        contract_id: str = "orders",
        *,
        version: str = "1.0.0",
        status: str = "active",
        owner: str | None = "ann",
        columns: tuple[str, ...] = ("id", "amount"),
        table: str = "orders",
        **more: Any,
    ) -> Path:
        document: dict[str, Any] = {
            "apiVersion": "v3.1.0",
            "kind": "DataContract",
            "id": contract_id,
            "version": version,
            "status": status,
            "servers": [
                {
                    "server": "s", "type": "postgres", "host": "pg", "port": 5432, "database": "shop",
                    "schema": "public",
                }
            ],
            "schema": [
                {"name": table, "properties": [{"name": each, "logicalType": "string"} for each in columns]}
            ],
            **more,
        }  # fmt: skip
        if owner:
            document["team"] = {"members": [{"username": owner, "role": "owner"}]}
        file = self.contracts / f"{contract_id}.odcs.yaml"
        file.write_text(json.dumps(document, indent=1))  # JSON is YAML
        return file

    def check(self, **more: Any) -> Any:
        from airflow_lineage_provider.cli.check_evidence import text_reader
        from airflow_lineage_provider.governance.offline.check import CheckRequest, check

        contracts = (self.contracts,) if any(self.contracts.iterdir()) else ()
        return check(
            CheckRequest(**{"dags": (self.dags,), "contracts": contracts, "now": NOW, **more}), text_reader
        )

    def git(self, *arguments: str) -> str:
        named = ("-c", "user.name=ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false")
        done = subprocess.run(
            ["git", *named, *arguments], cwd=self.root, capture_output=True, text=True, check=True
        )
        return done.stdout

    def commit(self, message: str = "work") -> None:
        if not (self.root / ".git").exists():
            self.git("init", "-q", "-b", "main")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def base(self, ref: str = "main") -> Any:
        from airflow_lineage_provider.governance.offline.git_base import git_base

        return git_base(ref, self.contracts)


def told(report: Any) -> set[tuple[str, str]]:
    """(rule, what it is about) of findings that count, at whatever level."""
    return {
        (one.finding.rule, one.finding.dataset.name.rpartition(".")[2] if one.finding.dataset else "")
        for one in report.reported
        if one.counts
    }


def failing(report: Any) -> set[tuple[str, str]]:
    return {
        (one.finding.rule, one.finding.dataset.name.rpartition(".")[2] if one.finding.dataset else "")
        for one in report.failing
    }
