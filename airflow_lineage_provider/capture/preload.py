"""Loads what tasks will need where tasks are forked from, so that no task pays for it.

A scheduler with LocalExecutor forks its workers, and they fork each task: what is loaded before the first fork is
there in all of them. Other processes load what they need when they need it.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from pkgutil import walk_packages

from airflow_lineage_provider import config
from airflow_lineage_provider.capture.extractors import registry
from airflow_lineage_provider.capture.instrumentation.catalog import SOURCES

log = logging.getLogger(__name__)

_EXTRACTORS = "airflow_lineage_provider.capture.extractors"
_SOURCES = "airflow_lineage_provider.capture.instrumentation.sources"


def preload() -> None:
    """Import every extractor, and the sources of those libraries that this process has imported already."""
    package = import_module(_EXTRACTORS)
    for module in walk_packages(package.__path__, f"{_EXTRACTORS}."):
        _try(partial(import_module, module.name))
    for source, libraries in SOURCES.items():
        if any(library in sys.modules for library in libraries):
            _try(partial(import_module, f"{_SOURCES}.{source}"))
    _try(registry.registered)
    _try(_load_grammar)
    _try(_load_run_ids)
    _try(config.keep_options_of_attempts)


def _load_grammar() -> None:
    from airflow_lineage_provider.capture.extractors.shell.syntax import grammar

    grammar()


def _load_run_ids() -> None:
    from airflow_lineage_provider.model.openlineage_ids import task_run_id

    # What makes an id is found and read with the first one: any will do.
    task_run_id(namespace="", dag_id="", task_id="", try_number=1, map_index=-1, date=datetime.now(UTC))


def _try(load: Callable[[], object]) -> None:
    try:
        load()
    except Exception:
        # It will be named in the record of the task that needs it.
        log.debug("%s failed", load, exc_info=True)
