"""Every entry of the table of transfers: what its operator is said to read, to write and to ask a database."""

from __future__ import annotations

import pytest

from airflow_lineage_provider.capture.extractors.extractor import Extraction
from airflow_lineage_provider.capture.extractors.registry import extractor_of
from airflow_lineage_provider.capture.extractors.transfers import TRANSFERS
from airflow_lineage_provider.model.identity import IdentityRules
from airflow_lineage_provider.model.naming import namespace_of
from tests.capture.extractors.transfer_stand_ins import CONNECTIONS, stand_in

EXPECTED: dict[str, tuple[list[str], list[str], list[str]]] = {
    "amazon.aws.transfers.http_to_s3.HttpToS3Operator": (
        ["https://api.example.com v1/orders"],
        ["s3://lake in/a.csv"],
        [],
    ),
    "amazon.aws.transfers.sql_to_s3.SqlToS3Operator": (
        [],
        [],
        ["postgres://pg.example.com:5432"],
    ),
    "amazon.aws.transfers.mongo_to_s3.MongoToS3Operator": (
        ["mongodb://mongo.example.com:27017 shop.orders"],
        ["s3://lake in/a.csv"],
        [],
    ),
    "amazon.aws.transfers.ftp_to_s3.FTPToS3Operator": (
        ["ftp://ftp.example.com drop/a.csv"],
        ["s3://lake in/a.csv"],
        [],
    ),
    "amazon.aws.transfers.s3_to_ftp.S3ToFTPOperator": (
        ["s3://lake in/a.csv"],
        ["ftp://ftp.example.com drop/a.csv"],
        [],
    ),
    "amazon.aws.transfers.sftp_to_s3.SFTPToS3Operator": (
        ["file://nas.example.com /drop/a.csv"],
        ["s3://lake in/a.csv"],
        [],
    ),
    "amazon.aws.transfers.s3_to_sftp.S3ToSFTPOperator": (
        ["s3://lake in/a.csv"],
        ["file://nas.example.com /drop/a.csv"],
        [],
    ),
    "amazon.aws.transfers.s3_to_sql.S3ToSqlOperator": (
        ["s3://lake in/a.csv"],
        ["postgres://pg.example.com:5432 shop.raw.orders"],
        [],
    ),
    "amazon.aws.transfers.glacier_to_gcs.GlacierToGCSOperator": (
        [],
        ["gs://lake out/a.csv"],
        [],
    ),
    "amazon.aws.transfers.local_to_s3.LocalFilesystemToS3Operator": (
        ["file /srv/a.csv"],
        ["s3://lake in/a.csv"],
        [],
    ),
    "amazon.aws.transfers.azure_blob_to_s3.AzureBlobStorageToS3Operator": (
        ["wasbs://raw@acme.blob.core.windows.net in/a"],
        ["s3://lake out"],
        [],
    ),
    "amazon.aws.transfers.google_api_to_s3.GoogleApiToS3Operator": (
        [],
        ["s3://lake out/a.json"],
        [],
    ),
    "amazon.aws.transfers.salesforce_to_s3.SalesforceToS3Operator": (
        [],
        ["s3://lake in/a.csv"],
        [],
    ),
    "amazon.aws.transfers.imap_attachment_to_s3.ImapAttachmentToS3Operator": (
        [],
        ["s3://lake in/a.csv"],
        [],
    ),
    "amazon.aws.transfers.hive_to_dynamodb.HiveToDynamoDBOperator": (
        [],
        ["dynamodb://dynamodb.eu-west-1.amazonaws.com orders"],
        ["hive://hive.example.com:10000"],
    ),
    "amazon.aws.transfers.dynamodb_to_s3.DynamoDBToS3Operator": (
        ["dynamodb://dynamodb.eu-west-1.amazonaws.com orders"],
        ["s3://lake out"],
        [],
    ),
    "amazon.aws.transfers.s3_to_dynamodb.S3ToDynamoDBOperator": (
        ["s3://lake in"],
        ["dynamodb://dynamodb.eu-west-1.amazonaws.com orders"],
        [],
    ),
    "amazon.aws.transfers.exasol_to_s3.ExasolToS3Operator": (
        [],
        ["s3://lake out/a.csv"],
        [],
    ),
    "google.cloud.transfers.adls_to_gcs.ADLSToGCSOperator": (
        ["adl://acme.azuredatalakestore.net in"],
        ["gs://lake out"],
        [],
    ),
    "google.cloud.transfers.azure_fileshare_to_gcs.AzureFileShareToGCSOperator": (
        [],
        ["gs://lake out"],
        [],
    ),
    "google.cloud.transfers.calendar_to_gcs.GoogleCalendarToGCSOperator": (
        [],
        ["gs://lake out/a"],
        [],
    ),
    "google.cloud.transfers.cassandra_to_gcs.CassandraToGCSOperator": (
        [],
        ["gs://lake out"],
        [],
    ),
    "google.cloud.transfers.facebook_ads_to_gcs.FacebookAdsReportToGcsOperator": (
        [],
        ["gs://lake out/a.csv"],
        [],
    ),
    "google.cloud.transfers.gdrive_to_gcs.GoogleDriveToGCSOperator": (
        [],
        ["gs://lake out/a.csv"],
        [],
    ),
    "google.cloud.transfers.gdrive_to_local.GoogleDriveToLocalOperator": (
        [],
        ["file /srv/a.csv"],
        [],
    ),
    "google.cloud.transfers.http_to_gcs.HttpToGCSOperator": (
        ["https://api.example.com v1/orders"],
        ["gs://lake out/a.csv"],
        [],
    ),
    "google.cloud.transfers.salesforce_to_gcs.SalesforceToGcsOperator": (
        [],
        ["gs://lake out/a.csv"],
        [],
    ),
    "google.cloud.transfers.sheets_to_gcs.GoogleSheetsToGCSOperator": (
        ["https://docs.google.com spreadsheets/d/1AbC"],
        ["gs://lake out/a"],
        [],
    ),
    "google.cloud.transfers.sql_to_gcs.BaseSQLToGCSOperator": (
        [],
        ["gs://lake out"],
        [],
    ),
    "google.cloud.transfers.mongo_to_gcs.MongoToGCSOperator": (
        ["mongodb://mongo.example.com:27017 shop.orders"],
        ["gs://lake out"],
        [],
    ),
    "google.cloud.transfers.presto_to_gcs.PrestoToGCSOperator": (
        [],
        ["gs://lake out"],
        ["presto://presto.example.com:8080"],
    ),
    "google.ads.transfers.ads_to_gcs.GoogleAdsToGcsOperator": (
        [],
        ["gs://lake out/ads.csv"],
        [],
    ),
    "google.suite.transfers.gcs_to_gdrive.GCSToGoogleDriveOperator": (
        ["gs://lake in"],
        [],
        [],
    ),
    "google.suite.transfers.gcs_to_sheets.GCSToGoogleSheetsOperator": (
        ["gs://lake out/a.csv"],
        ["https://docs.google.com spreadsheets/d/1AbC"],
        [],
    ),
    "google.suite.transfers.local_to_drive.LocalFilesystemToGoogleDriveOperator": (
        ["file /srv/a.csv", "file /srv/b.csv"],
        [],
        [],
    ),
    "google.suite.transfers.sql_to_sheets.SQLToGoogleSheetsOperator": (
        [],
        ["https://docs.google.com spreadsheets/d/1AbC"],
        [],
    ),
    "microsoft.azure.transfers.local_to_adls.LocalFilesystemToADLSOperator": (
        ["file /srv/in"],
        ["adl://acme.azuredatalakestore.net out/in"],
        [],
    ),
    "microsoft.azure.transfers.local_to_wasb.LocalFilesystemToWasbOperator": (
        ["file /srv/a.csv"],
        ["wasbs://raw@acme.blob.core.windows.net out/a.csv"],
        [],
    ),
    "microsoft.azure.transfers.oracle_to_azure_data_lake.OracleToAzureDataLakeOperator": (
        [],
        ["adl://acme.azuredatalakestore.net out/a.csv"],
        ["oracle://ora.example.com:1521"],
    ),
    "microsoft.azure.transfers.s3_to_wasb.S3ToAzureBlobStorageOperator": (
        ["s3://lake in/a.csv"],
        ["wasbs://raw@acme.blob.core.windows.net out"],
        [],
    ),
    "microsoft.azure.transfers.sftp_to_wasb.SFTPToWasbOperator": (
        ["file://nas.example.com /drop"],
        ["wasbs://raw@acme.blob.core.windows.net out"],
        [],
    ),
    "apache.hive.transfers.hive_to_mysql.HiveToMySqlOperator": (
        [],
        ["mysql://my.example.com:3306 mart.copy"],
        ["hive://hive.example.com:10000"],
    ),
    "apache.hive.transfers.hive_to_samba.HiveToSambaOperator": (
        [],
        [],
        ["hive://hive.example.com:10000"],
    ),
    "apache.hive.transfers.mssql_to_hive.MsSqlToHiveOperator": (
        [],
        ["hive://hive.example.com:10000 sales.copy"],
        ["mssql://ms.example.com:1433"],
    ),
    "apache.hive.transfers.mysql_to_hive.MySqlToHiveOperator": (
        [],
        ["hive://hive.example.com:10000 sales.copy"],
        ["mysql://my.example.com:3306"],
    ),
    "apache.hive.transfers.s3_to_hive.S3ToHiveOperator": (
        ["s3://lake in"],
        ["hive://hive.example.com:10000 sales.copy"],
        [],
    ),
    "apache.hive.transfers.vertica_to_hive.VerticaToHiveOperator": (
        [],
        ["hive://hive.example.com:10000 sales.copy"],
        ["vertica://v.example.com:5433"],
    ),
    "amazon.aws.operators.ses.SesEmailOperator": (
        ["file /srv/a.csv"],
        [],
        [],
    ),
    "apache.druid.transfers.hive_to_druid.HiveToDruidOperator": (
        [],
        [],
        ["hive://hive.example.com:10000"],
    ),
    "common.sql.operators.generic_transfer.GenericTransfer": (
        [],
        ["mysql://my.example.com:3306 mart.copy"],
        ["postgres://pg.example.com:5432"],
    ),
    "mysql.transfers.presto_to_mysql.PrestoToMySqlOperator": (
        [],
        ["mysql://my.example.com:3306 mart.copy"],
        ["presto://presto.example.com:8080"],
    ),
    "mysql.transfers.s3_to_mysql.S3ToMySqlOperator": (
        ["s3://lake in/a.csv"],
        ["mysql://my.example.com:3306 mart.copy"],
        [],
    ),
    "mysql.transfers.trino_to_mysql.TrinoToMySqlOperator": (
        [],
        ["mysql://my.example.com:3306 mart.copy"],
        ["trino://trino.example.com:8080"],
    ),
    "mysql.transfers.vertica_to_mysql.VerticaToMySqlOperator": (
        [],
        ["mysql://my.example.com:3306 mart.copy"],
        ["vertica://v.example.com:5433"],
    ),
    "oracle.transfers.oracle_to_oracle.OracleToOracleOperator": (
        [],
        ["oracle://ora.example.com:1521 SHOP.COPY"],
        ["oracle://ora.example.com:1521"],
    ),
    "presto.transfers.gcs_to_presto.GCSToPrestoOperator": (
        ["gs://lake in/a.csv"],
        ["presto://presto.example.com:8080 hive.raw.copy"],
        [],
    ),
    "smtp.operators.smtp.EmailOperator": (
        ["file /srv/a.csv"],
        [],
        [],
    ),
    "teradata.transfers.azure_blob_to_teradata.AzureBlobStorageToTeradataOperator": (
        [],
        ["teradata://td.example.com:1025 shop.copy"],
        [],
    ),
    "teradata.transfers.s3_to_teradata.S3ToTeradataOperator": (
        [],
        ["teradata://td.example.com:1025 shop.copy"],
        [],
    ),
    "teradata.transfers.teradata_to_teradata.TeradataToTeradataOperator": (
        [],
        ["teradata://td2.example.com:1025 mart.copy"],
        ["teradata://td.example.com:1025"],
    ),
    "trino.transfers.gcs_to_trino.GCSToTrinoOperator": (
        ["gs://lake in/a.csv"],
        ["trino://trino.example.com:8080 hive.raw.copy"],
        [],
    ),
}
"""Below ``airflow.providers``: inputs, outputs and the systems that the query went to."""


@pytest.fixture(autouse=True)
def connections(monkeypatch: pytest.MonkeyPatch) -> None:
    for conn_id, given in CONNECTIONS.items():
        monkeypatch.setenv(f"AIRFLOW_CONN_{conn_id.upper()}", given)


@pytest.mark.parametrize("name", EXPECTED)
def test_an_entry_names_both_sides(name: str, extraction: Extraction) -> None:
    task = stand_in(f"airflow.providers.{name}")
    extractor = extractor_of(type(task))
    assert extractor is not None
    extractor.extract(task, {}, extraction, failed=False)
    rules = IdentityRules()
    inputs, outputs = (
        [str(rules.canonical(one.identity)) for one in side]
        for side in (extraction.inputs, extraction.outputs)
    )
    assert (inputs, outputs, [namespace_of(one) for one, _ in extraction.statements]) == EXPECTED[name]
    assert extraction.truncated == []
    assert "hunter2" not in str(extraction)


def test_no_entry_is_left_out() -> None:
    assert {f"airflow.providers.{name}" for name in EXPECTED} == set(TRANSFERS)
