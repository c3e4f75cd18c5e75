"""``bq``: queries, loads and extracts of BigQuery."""

from __future__ import annotations

import re

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain
from airflow_lineage_provider.capture.extractors.shell.options import Options
from airflow_lineage_provider.capture.extractors.shell.sql_text import sql_of_field, sql_of_input
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId

_VALUED = (
    "-n --project_id --dataset_id --location --format --max_rows --destination_table --source_format --schema "
    "--field_delimiter -F --skip_leading_rows --destination_format --compression --parameter --label --job_id "
    "--maximum_bytes_billed --time_partitioning_field --time_partitioning_type --clustering_fields --quote -E "
    "--encoding --null_marker --max_bad_records --credential_file --bigqueryrc --service_account --api"
)
_TABLE = re.compile(r"(?:(?P<project>[\w.-]+?)[:.])?(?P<dataset>\w+)\.(?P<table>[\w-]+)(?:\$\w+)?\Z")


def bq(call: Call) -> None:
    options = call.options(_VALUED)
    words = options.operands
    match words[0].text if words else None:
        case "query":
            _query(call, options, words[1:])
        case "load" if len(words) > 2:
            for source in words[2].sure().split(","):
                _file(call, Field.of(source), writes=False)
            call.write_to(_table(call, options, words[1].sure()))
        case "extract" if len(words) > 2:
            call.read_from(_table(call, options, words[1].sure()))
            for target in words[2].sure().split(","):
                _file(call, Field.of(target), writes=True)
        case "cp" if len(words) > 2:
            call.read_from(_table(call, options, words[1].sure()))
            call.write_to(_table(call, options, words[2].sure()))


def _query(call: Call, options: Options, words: list[Field]) -> None:
    dataset = options.get("--dataset_id")
    project = _project(call, options)
    schema = dataset.sure().rpartition(":")[2].rpartition(".")[2] if dataset is not None else None
    identity = ConnectionIdentity(conn_id=call.program, conn_type="bigquery", database=project, schema=schema)
    sql = " ".join(sql_of_field(call, word) for word in words) if words else sql_of_input(call)
    if not options.has("--dry_run"):
        call.ran(identity, sql)
        if (target := options.get("--destination_table")) is not None:
            call.write_to(_table(call, options, target.sure()))


def _project(call: Call, options: Options) -> str | None:
    return call.setting(options, "--project_id", "CLOUDSDK_CORE_PROJECT", "GOOGLE_CLOUD_PROJECT")


def _table(call: Call, options: Options, name: str) -> DatasetId:
    found = _TABLE.match(name) if len(name) < 1_000 else None
    if found is None:
        raise NotCertain("a table's name is not understood")
    project = found["project"] or _project(call, options)
    if not project:
        raise NotCertain("the project is not known")
    return DatasetId("bigquery", f"{project}.{found['dataset']}.{found['table']}")


def _file(call: Call, name: Field, *, writes: bool) -> None:
    text = name.sure()
    if text.startswith("gs://"):
        uri = text.partition("*")[0].rpartition("/")[0] if "*" in text else text
        (call.write_to if writes else call.read_from)(uri)
    else:
        (call.write if writes else call.read)(name)
