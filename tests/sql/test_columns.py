from __future__ import annotations

from collections.abc import Sequence

import pytest

from airflow_lineage_provider.sql.script import Script, parse_scripts
from airflow_lineage_provider.sql.statement import StatementLineage, Table

KNOWN = {"a": ("id", "x", "y"), "b": ("id", "x", "z"), "A": ("ID", "X", "Y"), "B": ("ID", "X", "Z")}


def columns_of(table: Table) -> Sequence[str] | None:
    return KNOWN.get(table.name)


def read(sql: str, dialect: str = "postgres") -> StatementLineage:
    [[statement]] = parse_scripts([Script(sql, dialect)], columns_of)
    assert statement.error is None
    return statement


def spelled(statement: StatementLineage) -> dict[str, str]:
    """Return {"table.column": "table.column:SUBTYPE ..."}; a * marks masking."""
    return {
        f"{line.table.dotted()}.{line.column}": " ".join(
            f"{source.table.dotted()}.{source.column or '?'}:{source.subtype}{'*' if source.masking else ''}"
            for source in line.sources
        )
        for line in statement.columns
    }


CASES: list[tuple[str, str, dict[str, str]]] = [
    # Names of the outputs
    ("postgres", "INSERT INTO n (p, q) SELECT x AS foo, y FROM a", {"n.p": "a.x:IDENTITY", "n.q": "a.y:IDENTITY"}),
    ("postgres", "INSERT INTO b SELECT * FROM a", {"b.id": "a.id:IDENTITY", "b.x": "a.x:IDENTITY", "b.z": "a.y:IDENTITY"}),
    ("postgres", "INSERT INTO n (p) SELECT * FROM unknown", {"n.p": "unknown.?:IDENTITY"}),
    ("postgres", 'INSERT INTO n ("P") SELECT X FROM u', {"n.P": "u.x:IDENTITY"}),
    ("snowflake", "INSERT INTO n (p) SELECT x FROM u", {"N.P": "U.X:IDENTITY"}),
    ("postgres", "CREATE VIEW v (p) AS SELECT x FROM u", {"v.p": "u.x:IDENTITY"}),
    ("duckdb", "INSERT INTO n BY NAME SELECT x AS p FROM u", {"n.p": "u.x:IDENTITY"}),
    # Stars
    ("postgres", "CREATE TABLE n AS SELECT * FROM (SELECT x AS p FROM u) s", {"n.p": "u.x:IDENTITY"}),
    ("postgres", "CREATE TABLE n AS WITH c AS (SELECT * FROM u) SELECT p FROM c", {"n.p": "u.p:IDENTITY"}),
    ("postgres", "CREATE TABLE n AS SELECT s.* FROM a CROSS JOIN (SELECT z FROM b) s", {"n.z": "b.z:IDENTITY"}),
    ("bigquery", "CREATE TABLE n AS SELECT * EXCEPT (x) REPLACE (upper(y) AS y) FROM a", {"n.id": "a.id:IDENTITY", "n.y": "a.y:TRANSFORMATION"}),
    ("snowflake", "CREATE TABLE n AS SELECT * RENAME (x AS p) FROM a", {"N.ID": "A.ID:IDENTITY", "N.P": "A.X:IDENTITY", "N.Y": "A.Y:IDENTITY"}),
    ("snowflake", "CREATE TABLE n AS SELECT * ILIKE '%_d' FROM a", {"N.ID": "A.ID:IDENTITY"}),
    ("duckdb", "CREATE TABLE n AS SELECT * LIKE 'x%' FROM a", {"n.x": "a.x:IDENTITY"}),
    ("postgres", "CREATE TABLE n AS WITH c (p) AS (SELECT id, x FROM a) SELECT * FROM c", {"n.p": "a.id:IDENTITY", "n.x": "a.x:IDENTITY"}),
    ("postgres", "CREATE TABLE n AS WITH c (x, y) AS (SELECT y, x FROM a) SELECT * FROM c", {"n.x": "a.y:IDENTITY", "n.y": "a.x:IDENTITY"}),
    ("postgres", "CREATE TABLE n AS WITH c AS (SELECT x FROM a) SELECT c.* FROM c, (WITH c AS (SELECT z FROM b) SELECT z FROM c) d", {"n.x": "a.x:IDENTITY"}),
    ("spark", "INSERT INTO n TABLE a", {"n.id": "a.id:IDENTITY", "n.x": "a.x:IDENTITY", "n.y": "a.y:IDENTITY"}),
    # Qualified by more than an alias
    ("postgres", "INSERT INTO n (p, q) SELECT s.t.k, r.t.k FROM s.t JOIN r.t ON s.t.i = r.t.i", {"n.p": "s.t.k:IDENTITY", "n.q": "r.t.k:IDENTITY", "n.*": "s.t.i:JOIN r.t.i:JOIN"}),
    ("postgres", "INSERT INTO n (p) SELECT rec.k FROM u", {}),
    ("bigquery", "INSERT INTO n (p) SELECT rec.k FROM u", {"n.p": "u.rec:IDENTITY"}),
    # Expressions
    ("postgres", "CREATE TABLE n AS SELECT x + y AS p FROM u", {"n.p": "u.x:TRANSFORMATION u.y:TRANSFORMATION"}),
    ("postgres", "CREATE TABLE n AS SELECT sum(x + 1) AS p FROM u", {"n.p": "u.x:AGGREGATION"}),
    ("postgres", "CREATE TABLE n AS SELECT coalesce(max(x), 0) AS p FROM u", {"n.p": "u.x:AGGREGATION"}),
    ("postgres", "CREATE TABLE n AS SELECT md5(x) AS p FROM u", {"n.p": "u.x:TRANSFORMATION*"}),
    ("snowflake", "CREATE TABLE n AS SELECT sha2(upper(x), 256) AS p FROM u", {"N.P": "U.X:TRANSFORMATION*"}),
    ("postgres", "CREATE TABLE n AS SELECT CASE WHEN x > 1 THEN y ELSE z END AS p FROM u", {"n.p": "u.x:CONDITIONAL u.y:TRANSFORMATION u.z:TRANSFORMATION"}),
    ("postgres", "CREATE TABLE n AS SELECT row_number() OVER (PARTITION BY x ORDER BY y) AS p FROM u", {"n.p": "u.x:WINDOW u.y:WINDOW"}),
    ("postgres", "CREATE TABLE n AS SELECT sum(z) OVER (PARTITION BY x) AS p FROM u", {"n.p": "u.z:AGGREGATION u.x:WINDOW"}),
    ("postgres", "CREATE TABLE n AS SELECT count(*) FILTER (WHERE x > 1) AS p FROM u", {"n.p": "u.x:FILTER"}),
    ("postgres", "CREATE TABLE n AS SELECT x::text AS p, 1 AS q FROM u", {"n.p": "u.x:TRANSFORMATION"}),
    ("postgres", "CREATE TABLE n AS SELECT (SELECT max(z) FROM b WHERE b.id = u.i) AS p FROM u", {"n.p": "b.z:AGGREGATION b.id:FILTER u.i:FILTER"}),
    ("snowflake", "CREATE TABLE n AS SELECT x * 2 AS d, d + 1 AS e FROM u", {"N.D": "U.X:TRANSFORMATION", "N.E": "U.X:TRANSFORMATION"}),
    ("bigquery", "CREATE TABLE n AS SELECT e FROM t, UNNEST(arr) AS e", {"n.e": "t.arr:TRANSFORMATION"}),
    ("snowflake", "CREATE TABLE n AS SELECT f.value AS v FROM t, LATERAL FLATTEN(input => t.arr) f", {"N.V": "T.ARR:TRANSFORMATION"}),
    # Indirect sources
    ("postgres", "INSERT INTO n (p) SELECT x FROM u WHERE y > 1 ORDER BY z", {"n.p": "u.x:IDENTITY", "n.*": "u.y:FILTER u.z:SORT"}),
    ("postgres", "INSERT INTO n (p) SELECT a.y FROM a JOIN b ON a.id = b.id", {"n.p": "a.y:IDENTITY", "n.*": "a.id:JOIN b.id:JOIN"}),
    ("postgres", "INSERT INTO n (p) SELECT y FROM a JOIN b USING (id)", {"n.p": "a.y:IDENTITY", "n.*": "a.id:JOIN b.id:JOIN"}),
    ("postgres", "INSERT INTO n (p) SELECT x FROM u GROUP BY 1", {"n.p": "u.x:IDENTITY", "n.*": "u.x:GROUP_BY"}),
    ("postgres", "INSERT INTO n (p) SELECT count(*) FROM (SELECT 1 FROM u WHERE x = 1) s", {"n.*": "u.x:FILTER"}),
    ("postgres", "INSERT INTO n (p) SELECT x FROM u WHERE EXISTS (SELECT 1 FROM a WHERE a.id = u.y)", {"n.p": "u.x:IDENTITY", "n.*": "a.id:FILTER u.y:FILTER"}),
    ("snowflake", "INSERT INTO n (p) SELECT x FROM u QUALIFY row_number() OVER (PARTITION BY y ORDER BY z) = 1", {"N.P": "U.X:IDENTITY", "N.*": "U.Y:FILTER U.Z:FILTER"}),
    # Set operations, CTEs, USING
    ("postgres", "INSERT INTO n (p) SELECT x FROM u UNION ALL SELECT y FROM v", {"n.p": "u.x:IDENTITY v.y:IDENTITY"}),
    ("postgres", "CREATE TABLE n AS SELECT p FROM (SELECT * FROM u UNION SELECT * FROM v) s", {"n.p": "u.p:IDENTITY v.p:IDENTITY"}),
    ("postgres", "CREATE TABLE n AS WITH RECURSIVE r (i) AS (SELECT id FROM a UNION ALL SELECT b.id FROM b JOIN r ON r.i = b.x) SELECT i FROM r", {"n.i": "a.id:IDENTITY b.id:IDENTITY", "n.*": "a.id:JOIN b.x:JOIN"}),
    ("postgres", "CREATE TABLE n AS SELECT * FROM (SELECT id FROM a) l JOIN (SELECT id FROM b) r USING (id)", {"n.id": "a.id:IDENTITY", "n.*": "a.id:JOIN b.id:JOIN"}),
    ("postgres", "WITH d AS (DELETE FROM a RETURNING *) INSERT INTO n (p, q, r) SELECT * FROM d", {"n.p": "a.id:IDENTITY", "n.q": "a.x:IDENTITY", "n.r": "a.y:IDENTITY"}),
    ("postgres", "WITH i AS (INSERT INTO n (p) SELECT x FROM u RETURNING p) INSERT INTO m (q) SELECT p FROM i", {"n.p": "u.x:IDENTITY", "m.q": "u.x:IDENTITY"}),
    # UPDATE, MERGE, upsert, multi-table
    ("postgres", "UPDATE a SET x = b.z, y = a.y + 1 FROM b WHERE a.id = b.id", {"a.x": "b.z:IDENTITY", "a.y": "a.y:TRANSFORMATION", "a.*": "b.id:FILTER"}),
    ("mysql", "UPDATE a JOIN b ON a.id = b.id SET a.y = b.z", {"a.y": "b.z:IDENTITY", "a.*": "b.id:JOIN"}),
    ("tsql", "UPDATE t SET x = b.z FROM a t JOIN b ON t.id = b.id", {"a.x": "b.z:IDENTITY", "a.*": "b.id:JOIN"}),
    ("postgres", "UPDATE a SET (x, y) = (SELECT z, x FROM b WHERE b.id = 1)", {"a.x": "b.z:IDENTITY", "a.y": "b.x:IDENTITY", "a.*": "b.id:FILTER"}),
    ("snowflake", "MERGE INTO a USING (SELECT id, z FROM b) s ON a.id = s.id WHEN MATCHED AND s.z > 1 THEN UPDATE SET x = s.z WHEN NOT MATCHED THEN INSERT (id, x) VALUES (s.id, s.z)", {"A.X": "B.Z:IDENTITY", "A.ID": "B.ID:IDENTITY", "A.*": "B.ID:JOIN B.Z:FILTER"}),
    ("databricks", "MERGE INTO a USING b ON a.id = b.id WHEN NOT MATCHED THEN INSERT *", {"a.id": "b.id:IDENTITY", "a.x": "b.x:IDENTITY", "a.z": "b.z:IDENTITY", "a.*": "b.id:JOIN"}),
    ("postgres", "INSERT INTO n (p, q) SELECT x, y FROM u ON CONFLICT (p) DO UPDATE SET r = excluded.q", {"n.p": "u.x:IDENTITY", "n.q": "u.y:IDENTITY", "n.r": "u.y:IDENTITY"}),
    ("hive", "FROM a INSERT OVERWRITE TABLE n SELECT x AS p INSERT INTO TABLE m SELECT y AS q", {"n.p": "a.x:IDENTITY", "m.q": "a.y:IDENTITY"}),
    ("snowflake", "INSERT ALL INTO n (p) VALUES (x) INTO m (q) VALUES (z) SELECT x, z FROM b", {"N.P": "B.X:IDENTITY", "M.Q": "B.Z:IDENTITY"}),
    ("hive", "FROM a JOIN b ON a.id = b.x INSERT INTO TABLE n SELECT a.y AS p INSERT INTO TABLE m SELECT b.z AS q", {"n.p": "a.y:IDENTITY", "n.*": "a.id:JOIN b.x:JOIN", "m.q": "b.z:IDENTITY", "m.*": "a.id:JOIN b.x:JOIN"}),
    ("snowflake", "INSERT FIRST WHEN x > 1 THEN INTO n (p) VALUES (x) ELSE INTO m SELECT x, z FROM b", {"N.P": "B.X:IDENTITY", "N.*": "B.X:FILTER", "M.*": "B.X:FILTER", "M.X": "B.X:IDENTITY", "M.Z": "B.Z:IDENTITY"}),
    ("redshift", "MERGE INTO a USING b ON a.id = b.id REMOVE DUPLICATES", {"a.id": "b.id:IDENTITY", "a.x": "b.x:IDENTITY", "a.z": "b.z:IDENTITY", "a.*": "b.id:JOIN"}),
    ("clickhouse", "CREATE MATERIALIZED VIEW n TO m AS SELECT x AS p FROM a", {"n.p": "a.x:IDENTITY", "m.p": "a.x:IDENTITY"}),
    ("clickhouse", "ALTER TABLE n UPDATE p = q + 1 WHERE 1 = 1", {"n.p": "n.q:TRANSFORMATION"}),
    ("oracle", "EXECUTE IMMEDIATE 'INSERT INTO n (p) SELECT x FROM a'", {"N.P": "A.X:IDENTITY"}),
    ("duckdb", "INSERT INTO n (p) SELECT v FROM read_csv('x.csv')", {}),
    ("snowflake", "COPY INTO n (p) FROM (SELECT x FROM b)", {"N.P": "B.X:IDENTITY"}),
]  # fmt: skip


@pytest.mark.parametrize(("dialect", "sql", "expected"), CASES, ids=[case[1][:70] for case in CASES])
def test_every_output_column_names_its_sources(dialect: str, sql: str, expected: dict[str, str]) -> None:
    assert spelled(read(sql, dialect)) == expected


def test_an_ambiguous_column_gets_no_guessed_source() -> None:
    assert spelled(read("INSERT INTO n (p) SELECT q FROM u, v")) == {}


def test_definitions_fix_the_output_columns_with_types() -> None:
    statement = read("CREATE TABLE s.n (id int PRIMARY KEY, v numeric(10, 2), UNIQUE (v))")
    assert statement.output_columns == ((Table(None, "s", "n"), (("id", "INT"), ("v", "DECIMAL(10, 2)"))),)


def test_ctas_fixes_the_output_columns_and_a_cast_its_type() -> None:
    statement = read("CREATE TABLE n AS SELECT x, y::date AS d FROM a")
    assert statement.output_columns == ((Table(None, None, "n"), (("x", None), ("d", "DATE"))),)


def test_ctas_over_unknown_columns_fixes_none() -> None:
    assert read("CREATE TABLE n AS SELECT * FROM u").output_columns == ()


def test_hive_partition_columns_count_as_columns() -> None:
    statement = read("CREATE TABLE t (a string) PARTITIONED BY (ds string)", "hive")
    assert statement.output_columns == ((Table(None, None, "t"), (("a", "STRING"), ("ds", "STRING"))),)


def test_two_statements_do_not_share_column_lineage() -> None:
    [[first, second]] = parse_scripts(
        [Script("INSERT INTO n (p) SELECT x FROM u; INSERT INTO m (q) SELECT y FROM v", "postgres")]
    )
    assert spelled(first) == {"n.p": "u.x:IDENTITY"}
    assert spelled(second) == {"m.q": "v.y:IDENTITY"}
