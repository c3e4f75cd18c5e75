"""Wrappers around other people's functions, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from pkgutil import resolve_name
from typing import Any

import wrapt

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER

Seen = Callable[[Any, tuple[Any, ...], dict[str, Any], Any], None]
"""Told instance (``None`` for functions), positional and keyword arguments, and the result or the error."""

_INHERITED = object()


class _BoundWrapper(wrapt.BoundFunctionWrapper):  # type: ignore[type-arg]
    def __reduce_ex__(self, protocol: Any) -> Any:
        if self._self_instance is None:
            return resolve_name, (f"{self.__module__}:{self.__qualname__}",)
        return getattr, (self._self_instance, self.__name__)

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        if self._self_instance is None:
            return self
        return getattr(deepcopy(self._self_instance, memo), self.__name__)


class _Wrapper(wrapt.FunctionWrapper):  # type: ignore[type-arg]
    """Pickled and copied like the function it stands for: ``pool.map(pandas.read_csv, paths)`` has to work."""

    __bound_function_wrapper__ = _BoundWrapper

    def __reduce_ex__(self, protocol: Any) -> Any:
        return resolve_name, (f"{self.__module__}:{self.__qualname__}",)

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return self


class Patches:
    """What one source has wrapped.

    A wrapper runs the original first and looks afterwards; what the look raises is noted and goes nowhere. Taken
    away, or left behind under somebody else's wrapper, it costs one attribute read.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self._undo: list[Callable[[], None]] = []
        self._is_live = True

    @property
    def is_on(self) -> bool:
        """Whether an attempt is observed, and by these: a wrapper that was left behind belongs to an earlier one."""
        return OBSERVER.active and self._is_live

    def after(self, owner: Any, name: str, seen: Seen, failed: Seen | None = None) -> None:
        """Have ``seen`` told of every call of ``owner.name`` that returned, ``failed`` of every one that raised.

        An attribute that this version of the library does not have is left out.
        """
        source = self.source

        def look(
            tell: Seen, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any
        ) -> None:
            if self.is_on:
                try:
                    tell(instance, args, kwargs, result)
                except Exception as error:
                    OBSERVER.failed(source, error)

        def wrapper(wrapped: Any, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
            if not self.is_on:
                return wrapped(*args, **kwargs)
            try:
                result = wrapped(*args, **kwargs)
            except Exception as error:
                if failed is not None:
                    look(failed, instance, args, kwargs, error)
                raise
            look(seen, instance, args, kwargs, result)
            return result

        self.wrap(owner, name, wrapper)

    def wrap(self, owner: Any, name: str, wrapper: Callable[..., Any]) -> None:
        """Put a wrapt wrapper around ``owner.name``; it has to guard what it does itself."""
        try:
            current = wrapt.resolve_path(owner, name)[2]
        except AttributeError:
            return
        self.replace(owner, name, _Wrapper(current, wrapper))

    def replace(self, owner: Any, name: str, replacement: Any) -> None:
        """Set ``owner.name``, and put back what stood there when the attempt ends, if it is still ours by then."""
        before = vars(owner).get(name, _INHERITED)
        setattr(owner, name, replacement)

        def undo() -> None:
            if vars(owner).get(name) is not replacement:
                return
            if before is _INHERITED:
                delattr(owner, name)
            else:
                setattr(owner, name, before)

        self._undo.append(undo)

    def on_undo(self, undo: Callable[[], None]) -> None:
        """Have something of the source's own done when its patches are taken away."""
        self._undo.append(undo)

    def undo(self) -> None:
        """Take everything away, last first."""
        self._is_live = False
        while self._undo:
            try:
                self._undo.pop()()
            except Exception as error:
                OBSERVER.failed(self.source, error)
