from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from airflow.providers.amazon.aws.transfers.dynamodb_to_s3 import DynamoDBToS3Operator
from airflow.providers.amazon.aws.transfers.ftp_to_s3 import FTPToS3Operator
from airflow.providers.amazon.aws.transfers.http_to_s3 import HttpToS3Operator
from airflow.providers.amazon.aws.transfers.local_to_s3 import LocalFilesystemToS3Operator
from airflow.providers.amazon.aws.transfers.s3_to_sftp import S3ToSFTPOperator
from airflow.providers.amazon.aws.transfers.s3_to_sql import S3ToSqlOperator
from airflow.providers.common.sql.operators.generic_transfer import GenericTransfer
from airflow.providers.smtp.operators.smtp import EmailOperator
from airflow.providers.sqlite.hooks.sqlite import SqliteHook

from airflow_lineage_provider.capture.extractors.extractor import Extraction
from airflow_lineage_provider.capture.extractors.registry import extractor_of
from airflow_lineage_provider.capture.extractors.transfer import TransferExtractor
from airflow_lineage_provider.capture.extractors.written_table import written_table
from airflow_lineage_provider.model.connection import ConnectionIdentity


@pytest.fixture(autouse=True)
def connections(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_SFTP", "sftp://me:hunter2@files.example.com")
    monkeypatch.setenv("AIRFLOW_CONN_FTP", "ftp://me:hunter2@ftp.example.com:2121")
    monkeypatch.setenv("AIRFLOW_CONN_API", '{"conn_type": "http", "host": "https://api.example.com"}')
    monkeypatch.setenv("AIRFLOW_CONN_BLOBS", "wasb://shop:hunter2@")
    monkeypatch.setenv("AIRFLOW_CONN_AWS", '{"conn_type": "aws", "extra": {"region_name": "eu-west-1"}}')
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", "postgres://me:hunter2@db.example.com/shop")
    monkeypatch.setenv("AIRFLOW_CONN_COPY", "mysql://me:hunter2@copy.example.com/mart")


def extract(task: Any, extraction: Extraction, *, failed: bool = False) -> tuple[list[str], list[str]]:
    extractor = extractor_of(type(task))
    assert isinstance(extractor, TransferExtractor)
    extractor.extract(task, {}, extraction, failed=failed)
    assert "hunter2" not in str(extraction)
    return [str(one.dataset) for one in extraction.inputs], [str(one.dataset) for one in extraction.outputs]


def test_a_file_that_is_uploaded(extraction: Extraction, tmp_path: Path) -> None:
    task = LocalFilesystemToS3Operator(
        task_id="t", filename=tmp_path / "a.csv", dest_key="s3://lake/in/a.csv"
    )
    assert extract(task, extraction) == ([f"file {tmp_path}/a.csv"], ["s3://lake in/a.csv"])


def test_an_operator_class_of_the_user_is_known_by_its_base(extraction: Extraction) -> None:
    class Upload(LocalFilesystemToS3Operator):
        pass

    task = Upload(task_id="t", filename="/in/a.csv", dest_bucket="lake", dest_key="a.csv")
    assert extract(task, extraction) == (["file /in/a.csv"], ["s3://lake a.csv"])


def test_files_of_a_server_have_the_name_that_its_own_operators_give(extraction: Extraction) -> None:
    task = S3ToSFTPOperator(
        task_id="t", s3_bucket="lake", s3_key="in/", sftp_path="/drop/", sftp_conn_id="sftp",
        s3_filenames=["a.csv", "b.csv"],
    )  # fmt: skip
    assert extract(task, extraction) == (
        ["s3://lake in/a.csv", "s3://lake in/b.csv"],
        ["file://files.example.com:22 /drop/a.csv", "file://files.example.com:22 /drop/b.csv"],
    )


def test_a_folder_of_a_server(extraction: Extraction) -> None:
    task = FTPToS3Operator(
        task_id="t", ftp_path="/drop", s3_bucket="lake", s3_key="in/", ftp_filenames="*", ftp_conn_id="ftp"
    )
    assert extract(task, extraction) == (["ftp://ftp.example.com:2121 drop"], ["s3://lake in"])


def test_an_answer_of_a_service(extraction: Extraction) -> None:
    task = HttpToS3Operator(
        task_id="t",
        endpoint="v1/orders?key=hunter2",
        http_conn_id="api",
        s3_bucket="lake",
        s3_key="orders.json",
    )
    assert extract(task, extraction) == (["https://api.example.com v1/orders"], ["s3://lake orders.json"])


def test_blobs_of_azure(extraction: Extraction) -> None:
    module = pytest.importorskip("airflow.providers.microsoft.azure.transfers.local_to_wasb")
    task = module.LocalFilesystemToWasbOperator(
        task_id="t", file_path="/in/a.csv", container_name="raw", blob_name="a.csv", wasb_conn_id="blobs"
    )
    assert extract(task, extraction) == (["file /in/a.csv"], ["wasbs://raw@shop a.csv"])


def test_a_table_of_dynamodb(extraction: Extraction) -> None:
    task = DynamoDBToS3Operator(
        task_id="t", dynamodb_table_name="orders", s3_bucket_name="lake", file_size=1, s3_key_prefix="orders/",
        source_aws_conn_id="aws",
    )  # fmt: skip
    assert extract(task, extraction) == (
        ["dynamodb://dynamodb.eu-west-1.amazonaws.com orders"],
        ["s3://lake orders"],
    )


def test_one_side_without_a_name_leaves_the_other(extraction: Extraction) -> None:
    task = HttpToS3Operator(task_id="t", endpoint="v1", http_conn_id="api", s3_bucket="lake", s3_key="a")
    task.s3_bucket = None
    assert extract(task, extraction) == (["https://api.example.com v1"], [])
    assert extraction.truncated == ["s3://{s3_bucket}/{s3_key}: s3_bucket is empty"]


def test_a_connection_that_is_gone_is_told_and_leaves_the_other_side(extraction: Extraction) -> None:
    task = HttpToS3Operator(task_id="t", endpoint="v1", http_conn_id="nowhere", s3_bucket="lake", s3_key="a")
    with pytest.raises(Exception, match="nowhere"):
        extract(task, extraction)
    assert [str(one.dataset) for one in extraction.outputs] == ["s3://lake a"]


def test_rows_from_one_database_to_another(extraction: Extraction) -> None:
    task = GenericTransfer(
        task_id="t", sql="SELECT id FROM orders", destination_table="orders", source_conn_id="shop",
        destination_conn_id="copy",
    )  # fmt: skip
    assert extract(task, extraction) == ([], ["mysql://copy.example.com:3306 mart.orders"])
    [(connection, statement)] = extraction.statements
    assert (connection.conn_id, statement.sql, statement.executed) == ("shop", "SELECT id FROM orders", True)


def test_a_query_that_failed_is_not_known_to_have_run(extraction: Extraction) -> None:
    task = GenericTransfer(
        task_id="t", sql=["SELECT 1", " "], destination_table="orders", source_conn_id="shop",
        destination_conn_id="copy",
    )  # fmt: skip
    extract(task, extraction, failed=True)
    assert [(entry.sql, entry.executed) for _, entry in extraction.statements] == [("SELECT 1", False)]


def test_a_query_that_the_hook_told_of_is_not_told_twice(
    extraction: Extraction, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(
        "AIRFLOW_CONN_SHOP", f"sqlite://{tmp_path}/shop.db".replace("/", "%2F").replace("%2F%2F", "//", 1)
    )
    SqliteHook("shop").get_records("SELECT 1")
    task = GenericTransfer(
        task_id="t",
        sql="SELECT 1",
        destination_table="orders",
        source_conn_id="shop",
        destination_conn_id="copy",
    )
    extract(task, extraction)
    assert extraction.statements == []


def test_a_schema_given_apart(extraction: Extraction) -> None:
    task = S3ToSqlOperator(
        task_id="t",
        s3_bucket="lake",
        s3_key="a.csv",
        table="orders",
        schema="raw",
        sql_conn_id="shop",
        parser=list,
    )
    assert extract(task, extraction) == (
        ["s3://lake a.csv"],
        ["postgres://db.example.com:5432 shop.raw.orders"],
    )


@pytest.mark.parametrize(
    ("files", "expected"), [(["/in/a.pdf", "/in/b.pdf"], ["file /in/a.pdf", "file /in/b.pdf"]), (None, [])]
)
def test_what_is_attached_to_a_mail_is_read(files: Any, expected: list[str], extraction: Extraction) -> None:
    task = EmailOperator(task_id="t", to="a@example.com", subject="s", html_content="c", files=files)
    assert extract(task, extraction) == (expected, [])
    assert extraction.truncated == []


KINDS = {
    "postgres": ConnectionIdentity("c", "postgres", host="h", database="shop"),
    "postgres with a schema": ConnectionIdentity("c", "postgres", host="h", database="shop", schema="sales"),
    "mysql": ConnectionIdentity("c", "mysql", host="h", schema="shop"),
    "mssql": ConnectionIdentity("c", "mssql", host="h", database="shop"),
    "oracle": ConnectionIdentity("c", "oracle", host="h", database="shop", schema="me"),
    "trino": ConnectionIdentity("c", "trino", host="h", database="lake", schema="raw"),
    "hive_cli": ConnectionIdentity("c", "hive_cli", host="h", database="shop"),
    "teradata": ConnectionIdentity("c", "teradata", host="h", schema="shop"),
    "snowflake": ConnectionIdentity("c", "snowflake", host="h", database="shop", extra={"account": "a"}),
    "sqlite": ConnectionIdentity("c", "sqlite", host="/shop.db"),
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["orders", "Orders", "sales.orders", '"Orders"'])
def test_a_table_has_the_name_that_it_has_in_sql(kind: str, text: str) -> None:
    from airflow_lineage_provider.model.record import LineageRecord, Outcome, SegmentKind, Statement
    from airflow_lineage_provider.store.statements import read_statements
    from airflow_lineage_provider.store.touched import Touched

    if '"' in text and kind in ("mysql", "hive_cli"):
        text = text.replace('"', "`")
    record = LineageRecord(SegmentKind.CORE, Outcome.SUCCESS, "ti")
    record.statements.append(Statement(f"INSERT INTO {text} VALUES (1)", record.place_of(KINDS[kind])))
    touched = Touched()
    read_statements(record, touched, lambda dataset: None)
    [(said, _)] = touched.io
    table = written_table(KINDS[kind], text)
    assert table is not None
    assert touched.name(table) == said


@pytest.mark.parametrize("text", ["", ".", "a.b.c.d", "a..b"])
def test_a_text_that_is_no_table_has_no_name(text: str) -> None:
    found = written_table(KINDS["postgres"], text)
    assert found is None or found.name.count("..") == 0
