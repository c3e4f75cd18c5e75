"""DAG files, loaded as Airflow's DAG processor loads them: ``.airflowignore``, safe mode, time limit, cluster policies."""

from __future__ import annotations

import logging
import os
import sys
import traceback
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from airflow_lineage_provider.governance.offline.import_trouble import ImportTrouble, trouble_of
from airflow_lineage_provider.governance.offline.no_database import no_database

log = logging.getLogger(__name__)

_DEPTH = "AIRFLOW__CORE__DAGBAG_IMPORT_ERROR_TRACEBACK_DEPTH"
_TRACEBACKS = "AIRFLOW__CORE__DAGBAG_IMPORT_ERROR_TRACEBACKS"


class UnreadablePath(ValueError):
    """A path that holds no DAG files at all; the message is for people."""


@dataclass(frozen=True, slots=True)
class LoadedDag:
    """A DAG of a file."""

    dag: Any
    """The DAG with its operators, as the file made it."""
    data: Mapping[str, Any]
    """The same, serialized: what Airflow would store."""
    path: str


@dataclass(slots=True)
class LoadedFiles:
    """What came of the files."""

    dags: dict[str, LoadedDag] = field(default_factory=dict)
    """By DAG id."""
    troubles: list[ImportTrouble] = field(default_factory=list)
    files: int = 0
    without: list[str] = field(default_factory=list)
    """Folders in which Airflow finds no DAG file."""


def load_dag_files(paths: Iterable[Path]) -> LoadedFiles:
    """Load files, and all DAG files of folders. What they print goes to stderr.

    A folder is taken for the root of a bundle: its modules can be imported by their names. Of a file that is the
    configured DAGs folder it lies in, else its own folder.

    :raises UnreadablePath: for a path that is not there, and for a file that Airflow loads no DAGs from.
    """
    loaded = LoadedFiles()
    seen: set[str] = set()
    with no_database(), _whole_tracebacks(), _quiet(), redirect_stdout(sys.stderr):
        for path in paths:
            _load(path, loaded, seen)
    return loaded


def no_dag_files(folders: Iterable[str]) -> str:
    """Sentence about folders in which none was found."""
    return (
        f"there is no DAG file in {', '.join(folders)}: Airflow takes Python files that speak of DAGs and of Airflow, "
        "and leaves out what .airflowignore names"
    )


def _load(path: Path, loaded: LoadedFiles, seen: set[str]) -> None:
    from airflow.configuration import conf
    from airflow.dag_processing.dagbag import BundleDagBag
    from airflow.dag_processing.importers import get_importer_registry

    if not path.exists():
        raise UnreadablePath(f"{path}: there is no such file or folder")
    if not os.access(path, os.R_OK):
        raise UnreadablePath(f"{path}: it cannot be read")
    registry = get_importer_registry()
    root = path if path.is_dir() else _root_of(path)
    safe_mode = conf.getboolean("core", "dag_discovery_safe_mode")
    if path.is_dir():
        files = sorted(registry.list_dag_files(str(path), safe_mode=safe_mode))
        if not files:
            loaded.without.append(str(path))
    elif registry.get_importer(str(path)) is None:
        raise UnreadablePath(f"{path}: Airflow loads no DAGs from such a file")
    else:
        files = [str(path)]
    bag = BundleDagBag(dag_folder=str(path), bundle_path=Path(os.path.abspath(root)), collect_dags=False)
    bag._log = log  # its own writes to stderr whatever the level
    for file in files:
        absolute = os.path.abspath(file)
        if absolute in seen:
            continue
        seen.add(absolute)
        loaded.files += 1
        bag.import_errors.clear()
        for dag in bag.process_file(absolute, only_if_updated=False, safe_mode=safe_mode):
            _add(dag, file, loaded)
        for said in bag.import_errors.values():
            loaded.troubles.append(trouble_of(file, said))


def _add(dag: Any, file: str, loaded: LoadedFiles) -> None:
    from airflow.serialization.serialized_objects import DagSerialization

    known = loaded.dags.get(dag.dag_id)
    if known is not None and known.path != file:
        message = f"DAG {dag.dag_id!r} stands in {known.path} too; of two DAGs with one id Airflow keeps any"
        loaded.troubles.append(ImportTrouble(file, message))
        return
    try:
        data = DagSerialization.to_dict(dag)
    except Exception:
        loaded.troubles.append(trouble_of(file, traceback.format_exc()))
        return
    loaded.dags[dag.dag_id] = LoadedDag(dag, data, file)


def _root_of(file: Path) -> Path:
    from airflow import settings

    configured = os.path.abspath(str(settings.DAGS_FOLDER or ""))
    absolute = Path(os.path.abspath(file))
    return Path(configured) if absolute.is_relative_to(configured) else absolute.parent


@contextmanager
def _whole_tracebacks() -> Iterator[None]:
    """Airflow keeps the two innermost frames: the line of the DAG file may be further out."""
    wanted = {_DEPTH: "100", _TRACEBACKS: "True"}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def _quiet() -> Iterator[None]:
    """What goes wrong is told as a finding, once."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
