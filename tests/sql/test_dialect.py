from __future__ import annotations

import pytest

from airflow_lineage_provider.sql.dialect import dialect_of_namespace, dialect_of_server


@pytest.mark.parametrize(
    ("namespace", "dialect"),
    [
        ("postgres://h:5432", "postgres"),
        ("postgresql+psycopg2://h", "postgres"),
        ("bigquery", "bigquery"),
        ("snowflake://org-account", "snowflake"),
        ("mssql://h:1433", "tsql"),
        ("awsathena://athena.eu-west-1.amazonaws.com", "athena"),
        ("unitycatalog://h", "databricks"),
        ("databricks://h", "databricks"),
        ("hive://h:10000", "hive"),
        ("sqlite:///shop.db", "sqlite"),
        ("arn:aws:glue:eu-west-1:1", "athena"),
        ("mariadb://h:3306", "mysql"),
        ("s3://bucket", None),
        ("file", None),
        ("kafka://h:9092", None),
        ("", None),
        ("whatever", None),
    ],
)
def test_a_namespace_says_in_which_words_its_types_are(namespace: str, dialect: str | None) -> None:
    assert dialect_of_namespace(namespace) == dialect


@pytest.mark.parametrize(
    ("server", "dialect"),
    [("postgresql", "postgres"), ("sqlserver", "tsql"), ("Synapse", "tsql"), ("databricks", "databricks"), ("s3", None), ("custom", None)],
)  # fmt: skip
def test_so_does_the_type_of_a_server(server: str, dialect: str | None) -> None:
    assert dialect_of_server(server) == dialect
