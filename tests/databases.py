"""The metadata databases that tests of tables run on."""

from __future__ import annotations

from typing import Any

from airflow.models import import_all_models
from airflow.models.base import Base
from airflow.models.dagrun import DagRun
from airflow.models.task_state_store import TaskStateStoreModel
from airflow.models.taskinstance import TaskInstance
from airflow.models.taskinstancehistory import TaskInstanceHistory
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.db_manager import LineageDBManager
from airflow_lineage_provider.store.tables import metadata

OURS = tuple(reversed(metadata.sorted_tables))
AIRFLOWS: tuple[Any, ...] = tuple(
    model.__table__ for model in (TaskStateStoreModel, TaskInstance, TaskInstanceHistory, DagRun)
)


def make_database(url: str) -> Engine:
    """Airflow's tables as ``create_all`` makes them, ours as their migrations do."""
    engine = create_engine(url)
    import_all_models()
    Base.metadata.create_all(engine)
    migrate(engine, "head")
    return engine


def migration_config(connection: Any) -> Config:
    """Alembic's configuration of our migrations, bound to an open connection."""
    config = Config(LineageDBManager.alembic_file)
    config.set_main_option("script_location", LineageDBManager.migration_dir)
    config.attributes["connection"] = connection
    return config


def migrate(engine: Engine, revision: str) -> None:
    """Upgrade to a revision; ``-`` before it downgrades."""
    with engine.begin() as connection:
        config = migration_config(connection)
        if revision.startswith("-"):
            command.downgrade(config, revision[1:])
        else:
            command.upgrade(config, revision)


def empty(engine: Engine) -> None:
    """Delete what tests committed."""
    with Session(engine) as session, session.begin():
        for table in (*OURS, *AIRFLOWS):
            session.execute(table.delete())
