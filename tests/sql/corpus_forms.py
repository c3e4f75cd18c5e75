"""Forms of statements that differ from system to system."""

from __future__ import annotations

from tests.sql.corpus_row import row

# fmt: off
CTES = [
    row("postgres", "WITH unused AS (SELECT * FROM old), used AS (SELECT * FROM new) SELECT * FROM used", "SELECT", "new"),
    row("postgres", "WITH a AS (SELECT * FROM x), b AS (SELECT * FROM a) SELECT * FROM y", "SELECT", "y"),
    row("postgres", "WITH a AS (WITH c AS (SELECT * FROM x), d AS (SELECT * FROM y) SELECT * FROM c) SELECT * FROM a", "SELECT", "x"),
    row("postgres", "WITH gone AS (DELETE FROM old) SELECT * FROM new", "SELECT", "new", "old"),
    row("postgres", "WITH t AS (SELECT * FROM t) SELECT * FROM t", "SELECT", "t"),
    row("postgres", "WITH m AS MATERIALIZED (SELECT * FROM sales) INSERT INTO daily SELECT * FROM m", "INSERT", "sales", "daily"),
    row("mysql", "WITH big AS (SELECT id FROM sales) DELETE FROM shops WHERE id IN (SELECT id FROM big)", "DELETE", "sales", "shops"),
    row("clickhouse", "WITH (SELECT max(x) FROM sales) AS m SELECT m FROM shops", "SELECT", "sales shops"),
    row("clickhouse", "WITH ids AS (SELECT id FROM sales) SELECT 1 FROM shops WHERE id IN ids", "SELECT", "sales shops"),
    row("tsql", "WITH c AS (SELECT TOP 5 * FROM sales ORDER BY id) DELETE FROM c", "DELETE", "", "sales"),
    row("spark", "WITH d AS (SELECT * FROM sales) INSERT OVERWRITE TABLE daily PARTITION (day = 'x') SELECT * FROM d", "INSERT", "sales", "daily"),
]
FUNCTIONS = [
    row("postgres", "INSERT INTO days (n) SELECT n FROM generate_series(1, 3) AS n", "INSERT", "", "days"),
    row("postgres", "SELECT * FROM docs, jsonb_to_recordset(docs.j) AS x(a int), json_each(docs.j) e", "SELECT", "docs"),
    row("postgres", "SELECT * FROM ROWS FROM (f(1), g(2)) r", "SELECT"),
    row("postgres", "SELECT * FROM XMLTABLE('/a' PASSING doc COLUMNS x int) x, docs", "SELECT", "docs"),
    row("snowflake", "SELECT * FROM TABLE(GENERATOR(ROWCOUNT => (12 * 6))) JOIN shop.days ON 1 = 1", "SELECT", "SHOP.DAYS"),
    row("snowflake", "SELECT g.value:type AS t FROM docs d, LATERAL FLATTEN(input => d.j, path => 'p') f, LATERAL FLATTEN(input => f.value:q) g", "SELECT", "DOCS"),
    row("tsql", "SELECT x FROM sales CROSS APPLY (SELECT TOP 1 y FROM shops WHERE shops.id = sales.id) q OUTER APPLY f(sales.x) g", "SELECT", "sales shops"),
    row("tsql", "SELECT j.value FROM docs CROSS APPLY OPENJSON(docs.j) j", "SELECT", "docs"),
    row("tsql", "SELECT * FROM OPENQUERY(srv, 'select 1')", "SELECT"),
    row("mysql", "SELECT * FROM JSON_TABLE('[1]', '$[*]' COLUMNS (a INT PATH '$')) j, sales", "SELECT", "sales"),
    row("trino", "SELECT e FROM sales CROSS JOIN UNNEST(items) AS x(e)", "SELECT", "sales"),
    row("trino", "SELECT * FROM TABLE(system.query(query => 'select 1'))", "SELECT"),
    row("oracle", "SELECT * FROM TABLE(f(1)) t, sales START WITH x = 1 CONNECT BY PRIOR x = y", "SELECT", "SALES"),
    row("redshift", "SELECT o.x FROM docs d, d.items o", "SELECT", "docs"),
    row("databricks", "SELECT * FROM IDENTIFIER('shop.sales')", "SELECT", "shop.sales"),
    row("databricks", "MERGE INTO IDENTIFIER('shop.daily') USING identifier('shop.sales') ON 1 = 1 WHEN MATCHED THEN DELETE", "MERGE", "shop.sales", "shop.daily"),
    row("snowflake", "SELECT * FROM IDENTIFIER($name)", "SELECT"),
]
WILDCARDS = [
    row("bigquery", "SELECT * FROM shop.sales_* WHERE _TABLE_SUFFIX = '2026'", "SELECT", "shop.sales_*"),
    row("bigquery", "SELECT * FROM `shop.sales_202*`", "SELECT", "shop.sales_202*"),
]
INSERTS = [
    row("snowflake", "INSERT FIRST WHEN x > 1 THEN INTO big (p) VALUES (x) ELSE INTO small SELECT x FROM sales", "INSERT", "SALES", "BIG SMALL", columns="BIG.* <- SALES.X:FILTER; BIG.P <- SALES.X:IDENTITY; SMALL.* <- SALES.X:FILTER; SMALL.X <- SALES.X:IDENTITY"),
    row("snowflake", "INSERT OVERWRITE ALL INTO big INTO small SELECT x FROM sales", "INSERT", "SALES", "BIG SMALL", columns="BIG.X <- SALES.X:IDENTITY; SMALL.X <- SALES.X:IDENTITY"),
    row("oracle", "INSERT FIRST WHEN x > 1 THEN INTO big (p) VALUES (x) ELSE INTO small (p) VALUES (x) SELECT x FROM sales", "INSERT", "SALES", "BIG SMALL", columns="BIG.* <- SALES.X:FILTER; BIG.P <- SALES.X:IDENTITY; SMALL.* <- SALES.X:FILTER; SMALL.P <- SALES.X:IDENTITY"),
    row("hive", "FROM sales JOIN shops ON sales.shop = shops.id INSERT INTO TABLE big SELECT sales.id INSERT INTO TABLE small SELECT shops.id", "INSERT", "sales shops", "big small", columns="big.* <- sales.shop:JOIN shops.id:JOIN; big.id <- sales.id:IDENTITY; small.* <- sales.shop:JOIN shops.id:JOIN; small.id <- shops.id:IDENTITY"),
    row("databricks", "INSERT INTO daily REPLACE WHERE day > 1 SELECT * FROM sales", "INSERT", "sales", "daily"),
    row("mysql", "INSERT INTO daily TABLE sales", "INSERT", "sales", "daily"),
    row("postgres", "INSERT INTO daily SELECT * FROM temp.sales", "INSERT", "temp.sales", "daily"),
    row("redshift", "MERGE INTO daily USING sales ON daily.id = sales.id REMOVE DUPLICATES", "MERGE", "sales", "daily", columns="daily.* <- sales.id:JOIN"),
    row("trino", "MERGE INTO daily USING sales ON daily.id = sales.id WHEN MATCHED THEN UPDATE SET x = sales.x", "MERGE", "sales", "daily", columns="daily.* <- sales.id:JOIN; daily.x <- sales.x:IDENTITY"),
    row("clickhouse", "ALTER TABLE daily UPDATE x = 1 WHERE id IN (SELECT id FROM sales)", "UPDATE", "sales", "daily", columns="daily.* <- sales.id:FILTER"),
    row("clickhouse", "ALTER TABLE daily DELETE WHERE id IN (SELECT id FROM sales)", "ALTER", "sales", "daily"),
]
DEFINITIONS = [
    row("clickhouse", "CREATE MATERIALIZED VIEW feed TO daily AS SELECT id FROM sales", "CREATE_VIEW", "sales", "feed daily", columns="feed.id <- sales.id:IDENTITY; daily.id <- sales.id:IDENTITY"),
    row("clickhouse", "EXCHANGE TABLES daily AND daily_new", "ALTER", "", "daily daily_new"),
    row("databricks", "CREATE TABLE copy SHALLOW CLONE sales", "CREATE_TABLE", "sales", "copy"),
    row("databricks", "CREATE OR REFRESH STREAMING TABLE daily AS SELECT * FROM STREAM(sales)", "CREATE_TABLE", "sales", "daily"),
    row("databricks", "RESTORE TABLE sales TO VERSION AS OF 3", "ALTER", "", "sales"),
    row("bigquery", "CREATE SNAPSHOT TABLE shop.copy CLONE shop.sales", "CREATE_TABLE", "shop.sales", "shop.copy"),
    row("bigquery", "CREATE TABLE shop.copy COPY shop.sales", "CREATE_TABLE", "shop.sales", "shop.copy"),
    row("bigquery", "CREATE MODEL shop.guess OPTIONS (model_type = 'x') AS SELECT * FROM shop.sales", "CREATE_MODEL", "shop.sales", "shop.guess"),
    row("snowflake", "CREATE HYBRID TABLE sales (id int PRIMARY KEY)", "CREATE_TABLE", "", "SALES"),
    row("snowflake", "CREATE ICEBERG TABLE daily CATALOG = 'SNOWFLAKE' BASE_LOCATION = 'd' AS SELECT * FROM sales", "CREATE_TABLE", "SALES", "DAILY"),
    row("snowflake", "CREATE EXTERNAL TABLE d WITH LOCATION = @landing/d FILE_FORMAT = (TYPE = PARQUET)", "CREATE_TABLE", "", "D"),
    row("oracle", "CREATE TABLE d ORGANIZATION EXTERNAL (TYPE ORACLE_LOADER DEFAULT DIRECTORY x)", "CREATE_TABLE", "", "D"),
    row("postgres", "CREATE RECURSIVE VIEW chain (n) AS SELECT id FROM roots UNION ALL SELECT n + 1 FROM chain", "CREATE_VIEW", "roots", "chain", columns=None),
    row("postgres", "CREATE TABLE copy (LIKE sales INCLUDING ALL)", "CREATE_TABLE", "sales", "copy"),
    row("redshift", "CREATE MATERIALIZED VIEW daily AUTO REFRESH YES AS SELECT * FROM sales", "CREATE_VIEW", "sales", "daily"),
    row("trino", "REFRESH MATERIALIZED VIEW c.s.daily", "REFRESH", "", "c.s.daily"),
    row("teradata", "CREATE MULTISET TABLE copy AS sales WITH DATA", "CREATE_TABLE", "sales", "copy"),
    row("teradata", "LOCKING TABLE sales FOR ACCESS SELECT * FROM sales", "SELECT", "sales"),
    row("tsql", "ALTER TABLE sales SWITCH PARTITION 2 TO archive PARTITION 2", "ALTER", "", "sales archive"),
    row("hive", "ALTER TABLE sales EXCHANGE PARTITION (d = 'x') WITH TABLE archive", "ALTER", "", "sales archive"),
]
BLOCKS = [
    row("tsql", "IF EXISTS (SELECT 1 FROM flags) DELETE FROM sales ELSE INSERT INTO log SELECT * FROM audit", "DELETE", "flags audit", "sales log"),
    row("tsql", "IF @x > 1 UPDATE sales SET x = CASE WHEN y = 1 THEN 2 ELSE 3 END", "UPDATE", "", "sales", columns="sales.x <- sales.y:CONDITIONAL"),
    row("tsql", "EXEC ('INSERT INTO daily SELECT * FROM sales')", "INSERT", "sales", "daily"),
    row("tsql", "EXEC sp_executesql N'DELETE FROM sales WHERE id = @id', N'@id int', @id = 5", "DELETE", "", "sales"),
    row("tsql", "EXEC ('DELETE FROM ' + @name)", "OTHER"),
    row("tsql", "dbo.refresh_totals", "OTHER"),
    row("snowflake", "EXECUTE IMMEDIATE $$ BEGIN INSERT INTO daily SELECT * FROM sales; DELETE FROM sales; END $$", "INSERT", "SALES", "DAILY SALES"),
    row("oracle", "EXECUTE IMMEDIATE 'TRUNCATE TABLE sales'", "TRUNCATE", "", "SALES"),
    row("bigquery", "BEGIN INSERT INTO s.daily SELECT * FROM s.sales; END", "INSERT", "s.sales", "s.daily"),
    row("postgres", "DECLARE c CURSOR FOR SELECT * FROM sales", "SELECT", "sales"),
    row("postgres", "CALL refresh_all()", "OTHER"),
    row("postgres", "v := v + 1", "OTHER"),
]
# fmt: on
FORMS = [*CTES, *FUNCTIONS, *WILDCARDS, *INSERTS, *DEFINITIONS, *BLOCKS]
