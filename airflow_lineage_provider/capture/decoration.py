"""Decorate what a DAG author gives us and leave it what it is: a function, a coroutine, a generator.

What is given is never changed: it may be shared with other tasks, and built-in functions cannot be.
"""

from __future__ import annotations

import copy
import functools
import inspect
import logging
from collections.abc import AsyncIterator, Callable
from types import FunctionType
from typing import Any, TypeVar

log = logging.getLogger(__name__)

Given = TypeVar("Given")
Arguments = tuple[tuple[Any, ...], dict[str, Any]]
Step = Callable[[Arguments], None]


def decorated(given: Given, decorate: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Given:
    """Return ``given`` with its function decorated, or as it is where that cannot be.

    What ``@task`` made of a function stays what it is, around the decorated function.
    """
    try:
        inner = getattr(given, "function", None)
        if callable(inner) and hasattr(given, "operator_class"):
            task = copy.copy(given)
            task.function = decorate(inner)  # type: ignore[attr-defined]
            return task
        return decorate(given) if callable(given) else given  # type: ignore[return-value]
    except Exception as error:
        log.warning("%r cannot be decorated and stays as it is: %s", type(given).__name__, error)
        return given


def marked(function: Callable[..., Any], name: str, value: Any) -> Callable[..., Any]:
    """Return a function that does the same and has an attribute."""
    if type(function) is FunctionType:
        # The same code under the same name: whether it is a coroutine or a generator stands in there.
        twin = FunctionType(
            function.__code__,
            function.__globals__,
            function.__name__,
            function.__defaults__,
            function.__closure__,
        )
        twin.__kwdefaults__ = function.__kwdefaults__
        marked: Callable[..., Any] = functools.update_wrapper(twin, function)
    else:
        marked = around(function, _nothing, _nothing)
    setattr(marked, name, value)
    return marked


def signature_of(function: Callable[..., Any]) -> inspect.Signature | None:
    """Return the signature; ``None`` of what has none, as some built-in functions."""
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def around(function: Callable[..., Any], before: Step, after: Step) -> Callable[..., Any]:
    """Return ``function`` with a step before it begins and one after it has returned.

    The steps get the arguments of the call. A generator begins when it is asked for its first value.
    """
    if _is(inspect.iscoroutinefunction, function):

        @functools.wraps(function)
        async def wrapper(*args: Any, **kwargs: Any) -> Any:
            before((args, kwargs))
            result = await function(*args, **kwargs)
            after((args, kwargs))
            return result

    elif _is(inspect.isasyncgenfunction, function):

        @functools.wraps(function)
        async def wrapper(*args: Any, **kwargs: Any) -> AsyncIterator[Any]:
            before((args, kwargs))
            inner = function(*args, **kwargs)
            try:
                step = anext(inner)
                while True:
                    try:
                        value = await step
                    except StopAsyncIteration:
                        break
                    try:
                        step = inner.asend((yield value))
                    except GeneratorExit:
                        raise
                    except BaseException as error:
                        step = inner.athrow(error)
            finally:
                await inner.aclose()
            after((args, kwargs))

    elif _is(inspect.isgeneratorfunction, function):

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            before((args, kwargs))
            result = yield from function(*args, **kwargs)
            after((args, kwargs))
            return result

    else:

        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            before((args, kwargs))
            result = function(*args, **kwargs)
            after((args, kwargs))
            return result

    return wrapper


def _is(kind: Callable[[Any], bool], function: Callable[..., Any]) -> bool:
    # An object may be called as a coroutine without being one.
    return kind(function) or kind(type(function).__call__)


def _nothing(_: Arguments) -> None:
    pass
