"""Hive's command line: HQL that no database hook runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from airflow_lineage_provider.capture.extractors.extractor import Extraction, Extractor
from airflow_lineage_provider.capture.extractors.reported import reported_sql
from airflow_lineage_provider.model.connection import identity_of_connection


class HiveExtractor(Extractor):
    """``hive`` or ``beeline`` with a script."""

    def extract(self, task: Any, context: Any, extraction: Extraction, *, failed: bool) -> None:
        from airflow.sdk import BaseHook

        hql = str(task.hql or "")
        if hql.strip() in reported_sql():
            return
        conn_id = task.hive_cli_conn_id
        identity = identity_of_connection(BaseHook.get_connection(conn_id), conn_id=conn_id)
        if task.schema:
            identity = replace(identity, schema=task.schema)
        extraction.ran(identity, hql, executed=not failed)
