"""Call a function so that its warnings are those of the task's line, not of ours.

From Python 3.12 on ``sqlite3`` warns of arguments that are on their way out. A warning is told to whoever is next on
the stack, and filters for a module of the task's own must not miss it because we stand between.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from types import CodeType, FrameType, FunctionType
from typing import Any

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER

IS_NEEDED = sys.version_info >= (3, 12)
_SKIPPED = ("wrapt", __name__.rpartition(".")[0])
"""Packages that are no caller."""


_CALL: CodeType = next(
    part
    for part in compile("lambda function, args, kwargs: function(*args, **kwargs)", "", "eval").co_consts
    if isinstance(part, CodeType)
)
"""Code that is all on its first line, whichever that is."""


def in_callers_place(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Result of the function, called as if the first frame above us that is not ours did it."""
    call = None
    try:
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and _is_ours(frame.f_globals.get("__name__")):
            frame = frame.f_back
        if frame is not None:
            code = frame.f_code
            call = FunctionType(_code_at(code.co_filename, code.co_name, frame.f_lineno), frame.f_globals)
    except Exception as error:
        OBSERVER.failed("sqlite3", error)
    return function(*args, **kwargs) if call is None else call(function, args, kwargs)


def _is_ours(module: Any) -> bool:
    return type(module) is str and module.startswith(_SKIPPED)


@lru_cache(1_000)
def _code_at(file: str, name: str, line: int) -> CodeType:
    return _CALL.replace(co_filename=file, co_name=name, co_qualname=name, co_firstlineno=line)
