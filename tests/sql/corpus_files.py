"""Statements that name files, stages and object stores."""

from __future__ import annotations

from tests.sql.corpus_row import row

# fmt: off
DUCKDB = [
    row("duckdb", "SELECT * FROM read_json_auto('day.json')", "SELECT", "", "", "day.json"),
    row("duckdb", "SELECT * FROM read_json_auto(['mon.json', 'tue.json'], format = 'array')", "SELECT", "", "", "mon.json tue.json"),
    row("duckdb", "CREATE TABLE days AS FROM 'landing/*.parquet'", "CREATE_TABLE", "", "days", "landing/*.parquet"),
    row("duckdb", "FROM 'landing/day.csv' SELECT amount", "SELECT", "", "", "landing/day.csv"),
    row("duckdb", 'INSERT INTO days SELECT * FROM "landing/day.parquet"', "INSERT", "", "days", "landing/day.parquet"),
    row("duckdb", "SELECT * FROM parquet_scan('d.parquet', hive_partitioning = 1), range(3)", "SELECT", "", "", "d.parquet"),
    row("duckdb", "SELECT * FROM sqlite_scan('till.db', 'sales')", "SELECT", "", "", "till.db"),
    row("duckdb", "COPY days FROM 'day.csv' (HEADER)", "COPY", "", "days", "day.csv"),
    row("duckdb", "COPY (SELECT * FROM days) TO 's3://lake/days' (FORMAT parquet, PARTITION_BY (y))", "COPY", "days", "", "", "s3://lake/days"),
    row("duckdb", "COPY FROM DATABASE old TO new", "OTHER"),
    row("duckdb", "EXPORT DATABASE 'backup' (FORMAT parquet)", "EXPORT", "", "", "", "backup"),
    row("duckdb", "EXPORT DATABASE till TO 'backup'", "EXPORT", "", "", "", "backup"),
    row("duckdb", "IMPORT DATABASE 'backup'", "LOAD", "", "", "backup"),
    row("duckdb", "ATTACH 'till.db' AS till", "OTHER", "", "", "till.db"),
    row("duckdb", "ATTACH DATABASE IF NOT EXISTS 'postgres://me:secret@host/db' AS pg (TYPE postgres)", "OTHER", "", "", "postgres://host/db"),
    row("duckdb", "ATTACH 'host=db password=secret' AS pg (TYPE postgres)", "OTHER"),
    row("duckdb", "ATTACH ':memory:' AS scratch", "OTHER"),
    row("duckdb", "PIVOT sales ON month USING sum(amount)", "SELECT", "sales"),
    row("duckdb", "CREATE TABLE wide AS PIVOT sales ON month USING sum(amount)", "CREATE_TABLE", "sales", "wide"),
    row("duckdb", "SUMMARIZE sales", "SELECT", "sales"),
    row("sqlite", "ATTACH DATABASE 'till.db' AS till", "OTHER", "", "", "till.db"),
]
CLICKHOUSE = [
    row("clickhouse", "SELECT * FROM file('d.csv', 'CSV') JOIN url('https://h/e.csv', CSV) ON 1 = 1", "SELECT", "", "", "d.csv https://h/e.csv"),
    row("clickhouse", "SELECT * FROM s3('https://h/d.csv', 'KEY', 'SECRET', 'CSV')", "SELECT", "", "", "https://h/d.csv"),
    row("clickhouse", "SELECT id FROM sales INTO OUTFILE 'd.csv' TRUNCATE COMPRESSION 'gzip' FORMAT CSV", "EXPORT", "sales", "", "", "d.csv"),
    row("clickhouse", "WITH big AS (SELECT * FROM sales) SELECT * FROM big INTO OUTFILE 'd.csv'", "EXPORT", "sales", "", "", "d.csv"),
    row("clickhouse", "INSERT INTO sales FROM INFILE 'd.csv' COMPRESSION 'gzip' FORMAT CSV", "INSERT", "", "sales", "d.csv"),
    row("clickhouse", "INSERT INTO TABLE FUNCTION file('d.csv', 'CSV', 'id Int') SELECT id FROM sales", "INSERT", "sales", "", "", "d.csv"),
]
WAREHOUSES = [
    row("postgres", "COPY (SELECT id FROM sales JOIN shops USING (shop)) TO '/out/d.csv' WITH CSV", "COPY", "sales shops", "", "", "/out/d.csv"),
    row("postgres", "COPY sales TO PROGRAM 'gzip > d.gz'", "COPY", "sales"),
    row("mysql", "SELECT id INTO OUTFILE '/out/d.csv' FIELDS TERMINATED BY ',' FROM sales WHERE id > 5", "EXPORT", "sales", "", "", "/out/d.csv"),
    row("mysql", "SELECT id FROM sales INTO OUTFILE '/out/d.csv'", "EXPORT", "sales", "", "", "/out/d.csv"),
    row("mysql", "LOAD DATA INFILE 'd.csv' REPLACE INTO TABLE shop.sales (id, @x) SET total = @x", "LOAD", "", "shop.sales", "d.csv"),
    row("redshift", "COPY sales (id) FROM 's3://lake/d' IAM_ROLE 'arn' FORMAT AS PARQUET", "COPY", "", "sales", "s3://lake/d"),
    row("redshift", "UNLOAD ($$SELECT id FROM sales$$) TO 's3://lake/d' IAM_ROLE 'arn' PARQUET", "UNLOAD", "sales", "", "", "s3://lake/d"),
    row("redshift", "CREATE EXTERNAL TABLE lake.d STORED AS PARQUET LOCATION 's3://lake/d' AS SELECT * FROM sales", "CREATE_TABLE", "sales", "lake.d", "", "s3://lake/d"),
    row("bigquery", "EXPORT DATA WITH CONNECTION `p.eu.c` OPTIONS (uri = 'gs://lake/*.csv') AS SELECT id FROM s.sales", "EXPORT", "s.sales", "", "", "gs://lake/*.csv"),
    row("bigquery", "LOAD DATA OVERWRITE s.sales FROM FILES (uris = ['gs://lake/d.csv'], format = 'CSV')", "LOAD", "", "s.sales", "gs://lake/d.csv"),
    row("bigquery", "CREATE EXTERNAL TABLE s.d WITH CONNECTION `p.eu.c` OPTIONS (format = 'CSV', uris = ['gs://lake/a', 'gs://lake/b'])", "CREATE_TABLE", "", "s.d", "gs://lake/a gs://lake/b"),
    row("snowflake", "COPY INTO sales (id) FROM (SELECT $1:id::int FROM @landing/d (FILE_FORMAT => 'f'))", "COPY", "", "SALES", "@landing/d"),
    row("snowflake", 'COPY INTO sales FROM "gcs://lake/d.csv"', "COPY", "", "SALES", "gcs://lake/d.csv"),
    row("snowflake", "COPY INTO sales FROM @~/mine", "COPY", "", "SALES", "@~/mine"),
    row("snowflake", "COPY INTO sales FROM @shop.%sales/d", "COPY", "", "SALES", "@shop.%sales/d"),
    row("snowflake", "CREATE STAGE IF NOT EXISTS shop.landing URL = 's3://lake/landing/' FILE_FORMAT = (TYPE = CSV)", "OTHER", "", "", "s3://lake/landing/", "@shop.landing"),
    row("snowflake", "CREATE OR REPLACE TEMPORARY STAGE scratch", "OTHER"),
    row("tsql", "COPY INTO sales FROM 'https://h/c/d.csv' WITH (FILE_TYPE = 'CSV', CREDENTIAL = (IDENTITY = 'x', SECRET = 'y'))", "COPY", "", "sales", "https://h/c/d.csv"),
    row("tsql", "CREATE EXTERNAL TABLE d WITH (LOCATION = '/d/', DATA_SOURCE = lake) AS SELECT * FROM sales", "CREATE_TABLE", "sales", "d", "", "/d/"),
    row("exasol", "EXPORT (SELECT id FROM sales) INTO CSV AT 'ftp://me:secret@h/' FILE 'd.csv'", "EXPORT", "SALES", "", "", "d.csv"),
]
LAKES = [
    row("spark", "SELECT * FROM csv.`/in/d.csv` JOIN json.`s3a://lake/d` ON 1 = 1", "SELECT", "", "", "/in/d.csv s3a://lake/d"),
    row("spark", "INSERT OVERWRITE DIRECTORY 's3://lake/d' USING parquet SELECT id FROM sales", "INSERT", "sales", "", "", "s3://lake/d"),
    row("spark", "INSERT OVERWRITE LOCAL DIRECTORY USING csv OPTIONS ('path' '/out/d', header true) SELECT id FROM sales", "INSERT", "sales", "", "", "/out/d"),
    row("spark", "CREATE TEMPORARY VIEW d USING parquet OPTIONS (path '/in/d')", "CREATE_VIEW", "", "", "/in/d"),
    row("databricks", "CREATE TABLE d USING csv OPTIONS (path '/in/d.csv', header true)", "CREATE_TABLE", "", "d", "/in/d.csv"),
    row("databricks", "CREATE OR REPLACE TABLE c.s.d USING DELTA LOCATION 'abfss://c@h/d' AS SELECT * FROM sales", "CREATE_TABLE", "sales", "c.s.d", "", "abfss://c@h/d"),
    row("databricks", "CREATE STREAMING TABLE d AS SELECT * FROM STREAM read_files('/in/d', format => 'csv')", "CREATE_TABLE", "", "d", "/in/d"),
    row("hive", "FROM sales INSERT OVERWRITE TABLE big SELECT id INSERT OVERWRITE LOCAL DIRECTORY '/out' SELECT shop", "INSERT", "sales", "big", "", "/out", columns="big.id <- sales.id:IDENTITY"),
    row("hive", "EXPORT TABLE sales PARTITION (d = 'x') TO '/out'", "EXPORT", "sales", "", "", "/out"),
    row("hive", "IMPORT EXTERNAL TABLE sales FROM '/in'", "LOAD", "", "sales", "/in"),
    row("athena", "CREATE TABLE d WITH (external_location = 's3://lake/d', format = 'PARQUET') AS SELECT * FROM sales", "CREATE_TABLE", "sales", "d", "", "s3://lake/d"),
    row("athena", "CREATE EXTERNAL TABLE d (id int) LOCATION 's3://lake/d/'", "CREATE_TABLE", "", "d", "s3://lake/d/"),
]
# fmt: on
FILES = [*DUCKDB, *CLICKHOUSE, *WAREHOUSES, *LAKES]
