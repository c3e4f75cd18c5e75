"""Two DAGs for each dataset that something is wrong with: one leaves it to the gate, one asks by itself."""

from __future__ import annotations

from airflow.sdk import DAG, Asset, task

from airflow_lineage_provider.operators.validation import LineageValidationOperator

for defect in ("no_owner", "no_contract", "lost_column", "late", "bad_quality"):
    upstream = Asset(defect, uri=f"postgres://db.example.com:5432/shop/public/{defect}")

    with DAG(f"reads_{defect}", schedule=None, tags=["gated"]):

        @task(inlets=[upstream])
        def read() -> None:
            print("read")

        read()

    with DAG(f"validates_{defect}", schedule=None, tags=["gated"]):

        @task(inlets=[upstream])
        def read_after() -> None:
            print("read")

        LineageValidationOperator(task_id="validate") >> read_after()
