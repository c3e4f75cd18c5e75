from __future__ import annotations

import platform
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st
from sqlalchemy.engine import URL

from airflow_lineage_provider.capture.instrumentation.sources.driver_identity import (
    CONN_ID,
    duckdb_identity,
    file_identity,
    file_of,
    is_metadata,
    postgres_identity,
    server_identity,
)
from airflow_lineage_provider.model.naming import file_in_statement, local_file_id, namespace_of

WORDS = st.text("abcdefghij", min_size=1, max_size=8)


@given(st.text(), st.booleans())
def test_a_database_file_is_absolute_or_none(name: str, is_uri: bool) -> None:
    path = file_of(name, is_uri=is_uri)
    assert path is None or path.startswith(("/", "md:", "motherduck:")) or "://" in path


@pytest.mark.parametrize(
    ("host", "options", "conn_type", "namespace", "schema"),
    [
        ("db", None, "postgres", "postgres://db:5432", None),
        (None, "", "postgres", "postgres://localhost:5432", None),
        ("/var/run/postgresql", "-c search_path=a,b", "postgres", "postgres://localhost:5432", "a"),
        ("db", '-csearch_path="Sales"', "postgres", "postgres://db:5432", "Sales"),
        ("c1.x.eu-west-1.redshift.amazonaws.com", None, "redshift", "redshift://c1.eu-west-1:5439", None),
    ],
)
def test_postgres_clients_name_what_they_reach(
    host: str | None, options: str | None, conn_type: str, namespace: str, schema: str | None
) -> None:
    identity = postgres_identity(host, None, "shop", options)
    assert (identity.conn_id, identity.conn_type, identity.schema) == (CONN_ID, conn_type, schema)
    assert namespace_of(identity) == namespace


def test_files_that_are_nobodys_data_are_no_database() -> None:
    assert file_identity("sqlite", "/tmp/tmpabcd1234/scratch.db") is None
    assert file_identity("sqlite", None) is None
    assert file_identity("sqlite", str(Path(pytest.__file__).parent / "x.db")) is None
    assert namespace_of(duckdb_identity("/tmp/tmpabcd1234/scratch.duckdb")) == "duckdb::memory:"
    assert namespace_of(duckdb_identity("md:shop?motherduck_token=secret")) == "duckdb:md:shop"


def test_files_in_statements_are_told_apart_by_host_where_all_files_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert duckdb_identity(None).extra == {"working_directory": str(tmp_path)}
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__FILE_HOST", "True")
    identity = duckdb_identity(None)
    assert file_in_statement(identity, "out.csv") == local_file_id("out.csv", platform.node())
    assert identity.extra["file_host"] == platform.node()


@given(WORDS, WORDS, st.text(max_size=12), st.one_of(st.none(), st.integers(1, 65535)))
def test_airflows_own_database_is_told_by_server_and_name(
    host: str, database: str, password: str, port: int | None
) -> None:
    from airflow import settings

    before = settings.SQL_ALCHEMY_CONN
    try:
        for driver in ("postgresql+psycopg2", "mysql+pymysql"):
            url = URL.create(driver, "airflow", password, host, port, database)
            settings.SQL_ALCHEMY_CONN = url.render_as_string(hide_password=False)
            kind = "mysql" if "mysql" in driver else "postgres"
            assert is_metadata(server_identity(kind, host, port, database))
            assert not is_metadata(server_identity(kind, host, port, database + "2"))
            assert not is_metadata(server_identity(kind, host + "2", port, database))
            assert not is_metadata(server_identity("sqlite", f"/{database}", None, None))
    finally:
        settings.SQL_ALCHEMY_CONN = before


@pytest.mark.parametrize(
    "url", [None, "", "airflow-db-not-allowed:///", "sqlite://", 7, "://", "postgresql://"]
)
def test_settings_without_a_database_name_none(url: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from airflow import settings

    monkeypatch.setattr(settings, "SQL_ALCHEMY_CONN", url)
    assert not is_metadata(server_identity("postgres", "db", None, "shop"))
    assert not is_metadata(server_identity("sqlite", "/shop.db", None, None))
