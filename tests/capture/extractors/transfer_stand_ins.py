"""Stand-ins for transfer operators: their dotted names and what their attributes hold.

Most of the providers are not installed where the tests run. The classes have the names of the operators, and of the
attributes those that the entry reads; ``test_transfers`` compares them with the real class where there is one.
"""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.capture.extractors.transfer import attributes_read
from airflow_lineage_provider.capture.extractors.transfers import TRANSFERS

CONNECTIONS = {
    "http": '{"conn_type": "http", "host": "https://api.example.com"}',
    "mongo": "mongo://me:hunter2@mongo.example.com/ignored",
    "ftp": "ftp://me:hunter2@ftp.example.com",
    "sftp": "sftp://me:hunter2@nas.example.com",
    "blobs": "wasb://acme:hunter2@",
    "lake": '{"conn_type": "azure_data_lake", "extra": {"account_name": "acme"}}',
    "aws": '{"conn_type": "aws", "extra": {"region_name": "eu-west-1"}}',
    "shop": "postgres://me:hunter2@pg.example.com/shop",
    "hive": "hiveserver2://me:hunter2@hive.example.com/sales",
    "beeline": "hive-cli://me:hunter2@hive.example.com/sales",
    "mysql": "mysql://me:hunter2@my.example.com/mart",
    "mssql": "mssql://me:hunter2@ms.example.com/shop",
    "oracle": "oracle://me:hunter2@ora.example.com/shop",
    "presto": "presto://me:hunter2@presto.example.com/raw",
    "trino": "trino://me:hunter2@trino.example.com/raw",
    "vertica": "vertica://me:hunter2@v.example.com/shop",
    "teradata": "teradata://me:hunter2@td.example.com/shop",
    "teradata_2": "teradata://me:hunter2@td2.example.com/mart",
}

_SQL = "SELECT id FROM orders"
_VALUES: dict[str, Any] = {
    # connections
    "http_conn_id": "http",
    "mongo_conn_id": "mongo",
    "ftp_conn_id": "ftp",
    "sftp_conn_id": "sftp",
    "sftp_remote_host": None,
    "wasb_conn_id": "blobs",
    "azure_data_lake_conn_id": "lake",
    "aws_conn_id": "aws",
    "source_aws_conn_id": "aws",
    "sql_conn_id": "shop",
    "source_conn_id": "shop",
    "destination_conn_id": "mysql",
    "hiveserver2_conn_id": "hive",
    "hive_cli_conn_id": "beeline",
    "mysql_conn_id": "mysql",
    "mssql_conn_id": "mssql",
    "oracle_conn_id": "oracle",
    "oracle_source_conn_id": "oracle",
    "oracle_destination_conn_id": "oracle",
    "presto_conn_id": "presto",
    "trino_conn_id": "trino",
    "vertica_conn_id": "vertica",
    "teradata_conn_id": "teradata",
    "source_teradata_conn_id": "teradata",
    "dest_teradata_conn_id": "teradata_2",
    # SQL and tables
    "sql": _SQL,
    "query": _SQL,
    "hql": _SQL,
    "source_sql": _SQL,
    "table": "orders",
    "schema": "raw",
    "destination_table": "copy",
    "mysql_table": "copy",
    "hive_table": "copy",
    "presto_table": "copy",
    "trino_table": "copy",
    "teradata_table": "copy",
    "mongo_db": None,
    "mongo_collection": "orders",
    "table_name": "orders",
    "dynamodb_table_name": "orders",
    "region_name": None,
    # files and objects
    "endpoint": "v1/orders",
    "s3_bucket": "lake",
    "s3_key": "in/a.csv",
    "s3_source_key": "s3://lake/in/a.csv",
    "s3_filenames": None,
    "ftp_path": "/drop/a.csv",
    "ftp_filenames": None,
    "sftp_path": "/drop/a.csv",
    "sftp_filenames": None,
    "sftp_source_path": "/drop/*",
    "filename": "/srv/a.csv",
    "dest_bucket": "lake",
    "dest_key": "in/a.csv",
    "container_name": "raw",
    "prefix": "in/a",
    "dest_s3_key": "s3://lake/out/",
    "s3_destination_key": "s3://lake/out/a.json",
    "s3_bucket_name": "lake",
    "s3_key_prefix": "out/",
    "s3_prefix": None,
    "bucket_name": "lake",
    "key": "out/a.csv",
    "src_adls": "in/*.csv",
    "dest_gcs": "gs://lake/out/",
    "destination_bucket": "lake",
    "destination_path": "out/a",
    "bucket": "lake",
    "obj": "out/ads.csv",
    "object_name": "out/a.csv",
    "output_file": "/srv/a.csv",
    "spreadsheet_id": "1AbC",
    "source_bucket": "lake",
    "source_object": "in/*.csv",
    "local_paths": ["/srv/a.csv", "/srv/b.csv"],
    "local_path": "/srv/in/*.csv",
    "remote_path": "out/in",
    "file_path": "/srv/a.csv",
    "blob_name": "out/a.csv",
    "blob_prefix": "out/",
    "azure_data_lake_path": "out",
    "files": ["/srv/a.csv"],
}
_OF = {
    "sql_to_gcs.BaseSQLToGCSOperator": {"filename": "out/part_{}.json"},
    "presto_to_gcs.PrestoToGCSOperator": {"filename": "out/part_{}.json"},
    "mongo_to_gcs.MongoToGCSOperator": {"filename": "out/part_{}.json", "mongo_db": "shop"},
    "cassandra_to_gcs.CassandraToGCSOperator": {"filename": "out/part_{}.json"},
    "mongo_to_s3.MongoToS3Operator": {"mongo_db": "shop"},
    "s3_to_hive.S3ToHiveOperator": {"s3_key": "s3://lake/in/*.csv"},
    "s3_to_dynamodb.S3ToDynamoDBOperator": {"s3_key": "in/"},
    "s3_to_wasb.S3ToAzureBlobStorageOperator": {"blob_name": None},
    "gcs_to_presto.GCSToPrestoOperator": {"source_object": "in/a.csv"},
    "gcs_to_trino.GCSToTrinoOperator": {"source_object": "in/a.csv"},
    "oracle_to_azure_data_lake.OracleToAzureDataLakeOperator": {"filename": "a.csv"},
}


def stand_in(dotted: str) -> Any:
    """Instance of a class with an operator's name and the attributes that its entry reads."""
    module, _, name = dotted.rpartition(".")
    values = _VALUES | _OF.get(".".join(dotted.split(".")[-2:]), {})
    task = type(name, (), {"__module__": module, "__qualname__": name})()
    for attribute in attributes_read(TRANSFERS[dotted]):
        setattr(task, attribute, values[attribute])
    return task
