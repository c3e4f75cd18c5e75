"""Finds the tool of a program by its name. A tool is a function that is given the call and says what it touches."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib import import_module

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.tools.catalog import TOOLS

Tool = Callable[[Call], None]

_PACKAGE = __name__.rpartition(".")[0]
_VERSIONED = re.compile(r"(?<=[a-z])-?\d+(?:\.\d+)*\Z")


def plain_name(program: str) -> str:
    """Name that a program is known by: ``psql-16`` is ``psql``."""
    plain = _VERSIONED.sub("", program)
    return plain if program not in TOOLS and plain in TOOLS else program


@cache
def tool_of(program: str) -> Tool | None:
    """Tool of a program by its plain name."""
    reference = TOOLS.get(program)
    if reference is None:
        return None
    module, _, name = reference.partition(":")
    tool: Tool = getattr(import_module(f"{_PACKAGE}.{module}"), name)
    return tool
