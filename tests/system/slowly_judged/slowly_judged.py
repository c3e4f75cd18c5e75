"""DAGs whose gates are judged in advance: some read what nobody owns, some read nothing."""

from __future__ import annotations

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Asset

for number in range(5):
    with DAG(f"blocked_{number}", schedule=None):
        orders = Asset(f"orders_{number}", uri=f"file:///slowly_judged/orders_{number}.csv")
        EmptyOperator(task_id="read", inlets=[orders]) >> EmptyOperator(task_id="report")
    with DAG(f"passed_{number}", schedule=None):
        EmptyOperator(task_id="begin") >> EmptyOperator(task_id="end")
