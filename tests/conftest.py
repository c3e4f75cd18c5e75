"""One Airflow home for the whole test session, set before anything imports Airflow."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

_home = Path(tempfile.mkdtemp(prefix="lineage-tests-"))
atexit.register(shutil.rmtree, _home, ignore_errors=True)
os.environ["AIRFLOW_HOME"] = str(_home)
os.environ["AIRFLOW__CORE__LOAD_EXAMPLES"] = "False"
os.environ["AIRFLOW__CORE__UNIT_TEST_MODE"] = "True"


def _database_url() -> str:
    """SQLite by default; the same tests run on an empty PostgreSQL database whose URL is given."""
    given = os.environ.get("LINEAGE_TEST_SQL_ALCHEMY_CONN")
    if not given:
        return f"sqlite:///{_home}/airflow.db"
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        return given
    from tests.live.postgres import database_beside

    return database_beside(given, worker)


os.environ["AIRFLOW__DATABASE__SQL_ALCHEMY_CONN"] = _database_url()

# A deadline per example would measure the machine. In CI the examples are the same each time.
settings.register_profile("lineage", settings(), deadline=None)
settings.load_profile("lineage")


def pytest_collection_finish() -> None:
    """Have the garbage collector leave alone what stays to the end: here, and in each process forked from here."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from tests.work_units import WorkUnits

    return WorkUnits(config, log)


@pytest.fixture(scope="session")
def metadata_db() -> None:
    """An initialised metadata database."""
    from airflow.utils.db import initdb
    from airflow.utils.session import create_session
    from sqlalchemy import inspect

    from airflow_lineage_provider.store.db_manager import LineageDBManager

    with create_session(scoped=False) as session:
        initdb(session=session)
        if not inspect(session.get_bind()).has_table("lineage_dataset"):
            LineageDBManager(session).initdb()


@pytest.fixture
def session(metadata_db: None) -> Iterator[Any]:
    """A session whose changes are rolled back after the test."""
    from airflow import settings

    session = settings.NonScopedSession()
    try:
        yield session
    finally:
        session.rollback()
        session.close()


@pytest.fixture(scope="session")
def postgres_engine() -> Iterator[Any]:
    """A PostgreSQL database with Airflow's tables and ours, made by our migrations."""
    from tests.databases import make_database
    from tests.live.postgres import postgres_url

    engine = make_database(postgres_url("tables"))
    yield engine
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> Any:
    """Each database in turn: the one Airflow is configured with, and a PostgreSQL."""
    if request.param == "postgresql":
        return request.getfixturevalue("postgres_engine")
    request.getfixturevalue("metadata_db")
    from airflow import settings

    return settings.get_engine()


@pytest.fixture
def db(engine: Any) -> Iterator[Any]:
    """A session on each database whose changes are rolled back after the test."""
    from sqlalchemy.orm import Session

    with Session(engine) as session:
        yield session
        session.rollback()


@pytest.fixture
def committed(engine: Any) -> Iterator[Any]:
    """An engine whose tables are emptied after the test: for what commits by itself."""
    from tests.databases import empty

    empty(engine)
    yield engine
    empty(engine)
