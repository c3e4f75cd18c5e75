"""What each transfer operator reads and writes, by its dotted class name.

Operators that say it with OpenLineage methods of their own have no entry here. Templates are those of ``location``.
Sides without an entry have no name that others would use: a mailbox, a report of an API.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Transfer:
    """Where an operator's attributes say what it reads and writes."""

    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    query: tuple[str, str] | None = None
    """Attributes with the id of a connection and with the SQL that is read from it."""
    table: tuple[str, str] | None = None
    """Attributes with the id of a connection and with the name of the table that is written there."""
    schema: str | None = None
    """Attribute with the schema of that table."""


_AMAZON = "airflow.providers.amazon.aws.transfers"
_GOOGLE = "airflow.providers.google.cloud.transfers"
_SUITE = "airflow.providers.google.suite.transfers"
_AZURE = "airflow.providers.microsoft.azure.transfers"
_HIVE = "airflow.providers.apache.hive.transfers"

_S3 = "s3://{s3_bucket}/{s3_key}"
_S3_FILES = "s3://{s3_bucket}/{s3_key}{s3_filenames|ftp_filenames+}"
_S3_SFTP_FILES = "s3://{s3_bucket}/{s3_key}{s3_filenames|sftp_filenames+}"
_FTP_FILES = "ftp://{ftp_conn_id@server}/{ftp_path}{ftp_filenames|s3_filenames+}"
_SFTP_FILES = "file://{sftp_conn_id@server~sftp_remote_host}/{sftp_path}{sftp_filenames|s3_filenames+}"
_HTTP = "{http_conn_id@url}/{endpoint?}"
_MONGO = "mongodb://{mongo_conn_id@server}/{mongo_db|mongo_conn_id@database}.{mongo_collection}"
_BLOBS = "wasbs://{container_name}@{wasb_conn_id@account}/"
_LAKE = "adl://{azure_data_lake_conn_id@lake}.azuredatalakestore.net/"
_GCS = "gs://{bucket_name}/{object_name}"
_SHEET = "https://docs.google.com/spreadsheets/d/{spreadsheet_id}"
_DYNAMODB = "dynamodb://dynamodb.{%s}.amazonaws.com/{%s}"

_OF_AMAZON = {
    "http_to_s3.HttpToS3Operator": Transfer(reads=(_HTTP,), writes=(_S3,)),
    # Its hooks report the key, which gets another ending, and the table that is queried.
    "sql_to_s3.SqlToS3Operator": Transfer(query=("sql_conn_id", "query")),
    "mongo_to_s3.MongoToS3Operator": Transfer(reads=(_MONGO,), writes=(_S3,)),
    "ftp_to_s3.FTPToS3Operator": Transfer(reads=(_FTP_FILES,), writes=(_S3_FILES,)),
    "s3_to_ftp.S3ToFTPOperator": Transfer(reads=(_S3_FILES,), writes=(_FTP_FILES,)),
    "sftp_to_s3.SFTPToS3Operator": Transfer(reads=(_SFTP_FILES,), writes=(_S3_SFTP_FILES,)),
    "s3_to_sftp.S3ToSFTPOperator": Transfer(reads=(_S3_SFTP_FILES,), writes=(_SFTP_FILES,)),
    "s3_to_sql.S3ToSqlOperator": Transfer(reads=(_S3,), table=("sql_conn_id", "table"), schema="schema"),
    "glacier_to_gcs.GlacierToGCSOperator": Transfer(writes=(_GCS,)),
    "local_to_s3.LocalFilesystemToS3Operator": Transfer(
        reads=("local:{filename}",), writes=("s3://{dest_bucket}/{dest_key}",)
    ),
    "azure_blob_to_s3.AzureBlobStorageToS3Operator": Transfer(
        reads=(_BLOBS + "{prefix*}",), writes=("{dest_s3_key}",)
    ),
    "google_api_to_s3.GoogleApiToS3Operator": Transfer(writes=("{s3_destination_key}",)),
    "salesforce_to_s3.SalesforceToS3Operator": Transfer(writes=("s3://{s3_bucket_name}/{s3_key}",)),
    "imap_attachment_to_s3.ImapAttachmentToS3Operator": Transfer(writes=(_S3,)),
    "hive_to_dynamodb.HiveToDynamoDBOperator": Transfer(
        query=("hiveserver2_conn_id", "sql"),
        writes=(_DYNAMODB % ("region_name|aws_conn_id@region", "table_name"),),
    ),
    "dynamodb_to_s3.DynamoDBToS3Operator": Transfer(
        reads=(_DYNAMODB % ("source_aws_conn_id@region", "dynamodb_table_name"),),
        writes=("s3://{s3_bucket_name}/{s3_key_prefix*}",),
    ),
    "s3_to_dynamodb.S3ToDynamoDBOperator": Transfer(
        reads=("s3://{s3_bucket}/{s3_key*}",),
        writes=(_DYNAMODB % ("aws_conn_id@region", "dynamodb_table_name"),),
    ),
    "exasol_to_s3.ExasolToS3Operator": Transfer(writes=("s3://{bucket_name}/{key}",)),
}

_OF_GOOGLE = {
    "adls_to_gcs.ADLSToGCSOperator": Transfer(reads=(_LAKE + "{src_adls*}",), writes=("{dest_gcs}",)),
    "azure_fileshare_to_gcs.AzureFileShareToGCSOperator": Transfer(writes=("{dest_gcs}",)),
    "calendar_to_gcs.GoogleCalendarToGCSOperator": Transfer(
        writes=("gs://{destination_bucket}/{destination_path*}",)
    ),
    "cassandra_to_gcs.CassandraToGCSOperator": Transfer(writes=("gs://{bucket}/{filename*}",)),
    "facebook_ads_to_gcs.FacebookAdsReportToGcsOperator": Transfer(writes=(_GCS,)),
    "gdrive_to_gcs.GoogleDriveToGCSOperator": Transfer(writes=(_GCS,)),
    "gdrive_to_local.GoogleDriveToLocalOperator": Transfer(writes=("local:{output_file}",)),
    "http_to_gcs.HttpToGCSOperator": Transfer(reads=(_HTTP,), writes=(_GCS,)),
    "salesforce_to_gcs.SalesforceToGcsOperator": Transfer(writes=(_GCS,)),
    "sheets_to_gcs.GoogleSheetsToGCSOperator": Transfer(
        reads=(_SHEET,), writes=("gs://{destination_bucket}/{destination_path*}",)
    ),
    "sql_to_gcs.BaseSQLToGCSOperator": Transfer(writes=("gs://{bucket}/{filename*}",)),
    "mongo_to_gcs.MongoToGCSOperator": Transfer(reads=(_MONGO,), writes=("gs://{bucket}/{filename*}",)),
    "presto_to_gcs.PrestoToGCSOperator": Transfer(
        query=("presto_conn_id", "sql"), writes=("gs://{bucket}/{filename*}",)
    ),
}

_OF_SUITE = {
    "gcs_to_gdrive.GCSToGoogleDriveOperator": Transfer(reads=("gs://{source_bucket}/{source_object*}",)),
    "gcs_to_sheets.GCSToGoogleSheetsOperator": Transfer(reads=(_GCS,), writes=(_SHEET,)),
    "local_to_drive.LocalFilesystemToGoogleDriveOperator": Transfer(reads=("local:{local_paths}",)),
    # What it queries is seen by its hook.
    "sql_to_sheets.SQLToGoogleSheetsOperator": Transfer(writes=(_SHEET,)),
}

_OF_AZURE = {
    "local_to_adls.LocalFilesystemToADLSOperator": Transfer(
        reads=("local:{local_path*}",), writes=(_LAKE + "{remote_path}",)
    ),
    "local_to_wasb.LocalFilesystemToWasbOperator": Transfer(
        reads=("local:{file_path}",), writes=(_BLOBS + "{blob_name}",)
    ),
    "oracle_to_azure_data_lake.OracleToAzureDataLakeOperator": Transfer(
        query=("oracle_conn_id", "sql"), writes=(_LAKE + "{azure_data_lake_path}/{filename}",)
    ),
    "s3_to_wasb.S3ToAzureBlobStorageOperator": Transfer(
        reads=("s3://{s3_bucket}/{s3_key|s3_prefix*}",), writes=(_BLOBS + "{blob_name|blob_prefix*}",)
    ),
    "sftp_to_wasb.SFTPToWasbOperator": Transfer(
        reads=("file://{sftp_conn_id@server}/{sftp_source_path*}",), writes=(_BLOBS + "{blob_prefix*}",)
    ),
}

_OF_HIVE = {
    "hive_to_mysql.HiveToMySqlOperator": Transfer(
        query=("hiveserver2_conn_id", "sql"), table=("mysql_conn_id", "mysql_table")
    ),
    "hive_to_samba.HiveToSambaOperator": Transfer(query=("hiveserver2_conn_id", "hql")),
    "mssql_to_hive.MsSqlToHiveOperator": Transfer(
        query=("mssql_conn_id", "sql"), table=("hive_cli_conn_id", "hive_table")
    ),
    "mysql_to_hive.MySqlToHiveOperator": Transfer(
        query=("mysql_conn_id", "sql"), table=("hive_cli_conn_id", "hive_table")
    ),
    "s3_to_hive.S3ToHiveOperator": Transfer(reads=("{s3_key*}",), table=("hive_cli_conn_id", "hive_table")),
    "vertica_to_hive.VerticaToHiveOperator": Transfer(
        query=("vertica_conn_id", "sql"), table=("hive_cli_conn_id", "hive_table")
    ),
}

_ATTACHED = "local:{files?}"
_TO_MYSQL = "airflow.providers.mysql.transfers"

_OTHERS = {
    "airflow.providers.amazon.aws.operators.ses.SesEmailOperator": Transfer(reads=(_ATTACHED,)),
    "airflow.providers.apache.druid.transfers.hive_to_druid.HiveToDruidOperator": Transfer(
        query=("hive_cli_conn_id", "sql")
    ),
    "airflow.providers.common.sql.operators.generic_transfer.GenericTransfer": Transfer(
        query=("source_conn_id", "sql"), table=("destination_conn_id", "destination_table")
    ),
    f"{_TO_MYSQL}.presto_to_mysql.PrestoToMySqlOperator": Transfer(
        query=("presto_conn_id", "sql"), table=("mysql_conn_id", "mysql_table")
    ),
    f"{_TO_MYSQL}.s3_to_mysql.S3ToMySqlOperator": Transfer(
        reads=("{s3_source_key}",), table=("mysql_conn_id", "mysql_table")
    ),
    f"{_TO_MYSQL}.trino_to_mysql.TrinoToMySqlOperator": Transfer(
        query=("trino_conn_id", "sql"), table=("mysql_conn_id", "mysql_table")
    ),
    f"{_TO_MYSQL}.vertica_to_mysql.VerticaToMySqlOperator": Transfer(
        query=("vertica_conn_id", "sql"), table=("mysql_conn_id", "mysql_table")
    ),
    "airflow.providers.oracle.transfers.oracle_to_oracle.OracleToOracleOperator": Transfer(
        query=("oracle_source_conn_id", "source_sql"),
        table=("oracle_destination_conn_id", "destination_table"),
    ),
    "airflow.providers.presto.transfers.gcs_to_presto.GCSToPrestoOperator": Transfer(
        reads=("gs://{source_bucket}/{source_object}",), table=("presto_conn_id", "presto_table")
    ),
    "airflow.providers.smtp.operators.smtp.EmailOperator": Transfer(reads=(_ATTACHED,)),
    "airflow.providers.teradata.transfers.azure_blob_to_teradata.AzureBlobStorageToTeradataOperator": Transfer(
        table=("teradata_conn_id", "teradata_table")
    ),
    "airflow.providers.teradata.transfers.s3_to_teradata.S3ToTeradataOperator": Transfer(
        table=("teradata_conn_id", "teradata_table")
    ),
    "airflow.providers.teradata.transfers.teradata_to_teradata.TeradataToTeradataOperator": Transfer(
        query=("source_teradata_conn_id", "sql"), table=("dest_teradata_conn_id", "destination_table")
    ),
    "airflow.providers.trino.transfers.gcs_to_trino.GCSToTrinoOperator": Transfer(
        reads=("gs://{source_bucket}/{source_object}",), table=("trino_conn_id", "trino_table")
    ),
}

TRANSFERS: dict[str, Transfer] = {
    **{f"{_AMAZON}.{name}": entry for name, entry in _OF_AMAZON.items()},
    **{f"{_GOOGLE}.{name}": entry for name, entry in _OF_GOOGLE.items()},
    "airflow.providers.google.ads.transfers.ads_to_gcs.GoogleAdsToGcsOperator": Transfer(
        writes=("gs://{bucket}/{obj}",)
    ),
    **{f"{_SUITE}.{name}": entry for name, entry in _OF_SUITE.items()},
    **{f"{_AZURE}.{name}": entry for name, entry in _OF_AZURE.items()},
    **{f"{_HIVE}.{name}": entry for name, entry in _OF_HIVE.items()},
    **_OTHERS,
}
