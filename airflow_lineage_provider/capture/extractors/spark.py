"""Spark jobs: told who their parent is, so that what Spark's own integration reports hangs below the task."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterator
from typing import Any

from airflow_lineage_provider import config
from airflow_lineage_provider.capture.extractors.extractor import Extraction, Extractor, RunIdentity
from airflow_lineage_provider.capture.extractors.parent import (
    official_injects,
    spark_properties,
    with_spark_parent,
)
from airflow_lineage_provider.model.connection import ConnectionIdentity, identity_of_connection
from airflow_lineage_provider.model.naming import local_file_id

MAX_SQL_FILE = 1_000_000
"""Bytes of an SQL file that are still read."""

_METASTORES = ("spark.hadoop.hive.metastore.uris", "spark.hive.metastore.uris", "hive.metastore.uris")
_THRIFT = re.compile(r"thrift://([^/,\s]+)")


class SparkSubmitExtractor(Extractor):
    """``spark-submit``: an operator with its properties in ``conf`` and the files that it sends along."""

    conf = "conf"
    shipped: tuple[str, ...] = ("files", "py_files", "_archives")

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        given = getattr(task, self.conf)
        if not official_injects(task) and (not given or isinstance(given, dict)):
            setattr(task, self.conf, with_spark_parent(given, run))

    def extract(self, task: Any, context: Any, extraction: Extraction, *, failed: bool) -> None:
        for attribute in self.shipped:
            for path in paths_in(getattr(task, attribute, None)):
                read_file(extraction, path)


class SparkJdbcExtractor(SparkSubmitExtractor):
    """Copies between a database and a table of Spark, by an application that comes with the provider."""

    conf = "_spark_conf"
    shipped = ("_spark_files", "_spark_py_files")


class SparkPipelinesExtractor(SparkSubmitExtractor):
    """Declarative pipelines: what they read and write stands in files of theirs."""

    shipped = ("pipeline_spec",)


class SparkSqlExtractor(SparkSubmitExtractor):
    """``spark-sql``: its SQL names tables of the metastore that its session uses."""

    conf = "_conf"

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        if not isinstance(task._conf, str) or not task._conf:
            super().prepare(task, context, run)
            return
        # "a=1,b=2": the hook cuts it at each comma.
        added = [f"{key}={value}" for key, value in spark_properties(run).items()]
        if "spark.openlineage." not in task._conf and not any("," in one for one in added):
            task._conf = ",".join([task._conf, *added])

    def extract(self, task: Any, context: Any, extraction: Extraction, *, failed: bool) -> None:
        sql = str(task.sql or "").strip()
        if sql.endswith((".sql", ".hql")):
            read_file(extraction, sql)
            path = sql
            if not os.path.isfile(path) or os.path.getsize(path) > MAX_SQL_FILE:
                extraction.left_out(f"operator: what the SQL in {os.path.basename(path)} reads and writes")
                return
            with open(path, encoding="utf-8", errors="replace") as file:
                sql = file.read()
        if sql:
            extraction.ran(_metastore(task), sql, executed=not failed)


class LivyExtractor(Extractor):
    """A batch of Livy: its properties are one of the parameters of the batch."""

    def prepare(self, task: Any, context: Any, run: RunIdentity) -> None:
        given = task.spark_params.get("conf")
        if not official_injects(task) and (not given or isinstance(given, dict)):
            task.spark_params = {**task.spark_params, "conf": with_spark_parent(given, run)}

    def extract(self, task: Any, context: Any, extraction: Extraction, *, failed: bool) -> None:
        for parameter in ("files", "py_files", "archives"):
            for path in paths_in(task.spark_params.get(parameter)):
                if "://" in path:  # else it is a path of the server's
                    read_file(extraction, path)


def paths_in(value: Any) -> Iterator[str]:
    """Paths in a list, or in a text that separates them by commas, without the name they get over there."""
    given = value.split(",") if isinstance(value, str) else value if isinstance(value, list | tuple) else []
    for path in given:
        if isinstance(path, str | os.PathLike) and (text := os.fspath(path).strip().partition("#")[0]):
            yield text


def read_file(extraction: Extraction, path: str) -> None:
    """Add a file that is sent along: an address, or a file of this machine."""
    if path.startswith("local:"):  # those lie on the executors
        return
    if "://" in path:
        extraction.read(path)
    else:
        extraction.read(local_file_id(path, platform.node() if config.file_host() else None))


def _metastore(task: Any) -> ConnectionIdentity:
    """Where ``spark-sql`` finds its tables: the metastore where the task names one, else its master."""
    conf = task._conf if isinstance(task._conf, dict) else {}
    for key in _METASTORES:
        if match := _THRIFT.match(str(conf.get(key) or "")):
            return ConnectionIdentity(task._conn_id, "spark_sql", namespace=f"hive://{match[1]}")
    from airflow.sdk import BaseHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        return identity_of_connection(BaseHook.get_connection(task._conn_id), conn_id=task._conn_id)
    except AirflowNotFoundException:
        return ConnectionIdentity(task._conn_id, "spark_sql", host=task._master or "yarn")
