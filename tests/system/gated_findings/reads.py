"""DAGs that read one dataset each; what is wrong with it is told by its name."""

from __future__ import annotations

from airflow.sdk import DAG, Asset, task

for defect in ("no_owner", "no_contract", "lost_column", "late", "bad_quality"):
    with DAG(f"reads_{defect}", schedule=None, tags=["gated"]):

        @task(inlets=[Asset(defect, uri=f"postgres://db.example.com:5432/shop/public/{defect}")])
        def read() -> None:
            print("read")

        read()
