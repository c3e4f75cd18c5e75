"""A checkout of this project that is ready for ``make demo``, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from example_dags.demo.live_environment import inherited_environment
from tests.docs.pages import ROOT

_LEFT_OUT = shutil.ignore_patterns("__pycache__")


def make_checkout(folder: Path) -> dict[str, str]:
    """Make what ``git clone`` and the installation leave; returns the environment of a reader's shell.

    Nothing is installed: ``.venv`` stands for the environment that the tests run in.
    """
    folder.mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "example_dags", folder / "example_dags", ignore=_LEFT_OUT)
    commands = folder / ".venv" / "bin"
    commands.mkdir(parents=True)
    prefix = Path(sys.prefix)
    for command in Path(sys.executable).parent.iterdir():
        (commands / command.name).symlink_to(command)
    if (prefix / "pyvenv.cfg").exists():
        # Python finds its packages beside the name it was called by, not where a link leads.
        (commands.parent / "lib").symlink_to(prefix / "lib")
        shutil.copy(prefix / "pyvenv.cfg", commands.parent)
    (commands.parent / ".installed.demo").touch()
    # Of the commands of the tests' environment, the reader has none on the path before the page puts them there.
    path = [
        part for part in os.get_exec_path() if Path(part).resolve() != Path(sys.executable).parent.resolve()
    ]
    environment = inherited_environment(Path(sys.executable))
    environment.pop("AIRFLOW_HOME", None)
    environment.pop("VIRTUAL_ENV", None)
    # The width of the terminal would fold tables where the page does not.
    environment.pop("COLUMNS", None)
    return {**environment, "PATH": os.pathsep.join(path)}
