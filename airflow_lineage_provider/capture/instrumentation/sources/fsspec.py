"""fsspec: files of every filesystem that speaks it, and with it those of ``ObjectStoragePath`` and ``UPath``."""

from __future__ import annotations

import functools
import inspect
import os
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from airflow_lineage_provider.capture.instrumentation.noise import is_temporary
from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER, Name
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sighting import Act, Detail, Trace
from airflow_lineage_provider.capture.instrumentation.sources.fsspec_name import (
    cache_folders,
    name_in,
    protocol_of,
)

Tell = Callable[[Any, tuple[Any, ...], dict[str, Any], Any], None]
"""Told the filesystem, the arguments and the result of a call that returned."""


def install(module: ModuleType, patches: Patches) -> None:
    """Wrap the methods of every filesystem class, those imported later and those of instances made before."""
    Filesystems(module.AbstractFileSystem, patches).cover_all(module._Cached)


class Filesystems:
    """Classes of filesystems whose methods are wrapped.

    A class overrides what it can do better, so all of them are wrapped, each once. The wrappers are functions like
    those they stand for: fsspec compares the methods of its classes and asks which of them are coroutines. It also
    keeps bound methods in its instances, which outlive the attempt: a wrapper whose attempt is over is silent.
    """

    def __init__(self, base: type, patches: Patches) -> None:
        self._base = base
        self._patches = patches
        self._covered: set[type] = set()

    def cover_all(self, metaclass: type) -> None:
        self._watch_new_instances(metaclass)
        for kind in dict.fromkeys(_subclasses(self._base)):
            self.cover(kind)
            for instance in list(getattr(kind, "_cache", {}).values()):
                self._cover_instance(instance)

    def cover(self, kind: type) -> None:
        """Wrap the methods of a class and of what it inherits from."""
        for one in kind.__mro__:
            if one in self._covered or not issubclass(one, self._base):
                continue
            self._covered.add(one)
            for name, tell in _TOLD.items():
                function = vars(one).get(name)
                if inspect.isfunction(function) and not (name == "mv" and one is self._base):
                    self._patches.replace(one, name, self._wrapped(function, tell))
                function = vars(one).get(_PRIVATE.get(name, f"_{name}"))
                if inspect.iscoroutinefunction(function):
                    self._patches.replace(one, function.__name__, self._wrapped_coroutine(function, tell))

    def _cover_instance(self, instance: Any) -> None:
        """Wrap the methods that an asynchronous filesystem has made of its coroutines before we came."""
        _leave_out(cache_folders(instance))
        if not getattr(type(instance), "async_impl", False) or cache_folders(instance):
            return
        for name, tell in _TOLD.items():
            function = vars(instance).get(name)
            if inspect.isfunction(function):
                self._patches.replace(instance, name, self._wrapped(function, tell, instance))

    def _watch_new_instances(self, metaclass: type) -> None:
        make = vars(metaclass)["__call__"]

        @functools.wraps(make)
        def made(kind: Any, *args: Any, **kwargs: Any) -> Any:
            if not self._patches.is_on:
                return make(kind, *args, **kwargs)
            if kind not in self._covered:
                try:
                    self.cover(kind)
                except Exception as error:
                    OBSERVER.failed("fsspec", error)
            instance = make(kind, *args, **kwargs)
            try:
                _leave_out(cache_folders(instance))
            except Exception as error:
                OBSERVER.failed("fsspec", error)
            return instance

        self._patches.replace(metaclass, "__call__", made)

    def _wrapped(self, function: Callable[..., Any], tell: Tell, owner: Any = None) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            result = function(*args, **kwargs)
            if self._patches.is_on:
                self._look(tell, (owner, *args) if owner is not None else args, kwargs, result)
            return result

        return wrapper

    def _wrapped_coroutine(self, function: Callable[..., Any], tell: Tell) -> Callable[..., Any]:
        @functools.wraps(function)
        async def wrapper(*args: Any, **kwargs: Any) -> Any:
            result = await function(*args, **kwargs)
            if self._patches.is_on:
                self._look(tell, args, kwargs, result)
            return result

        return wrapper

    def _look(self, tell: Tell, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
        try:
            tell(args[0], args[1:], kwargs, result)
        except Exception as error:
            OBSERVER.failed("fsspec", error)


def _opened(filesystem: Any, args: tuple[Any, ...], kwargs: dict[str, Any], file: Any) -> None:
    mode = _argument(args, kwargs, 1, "mode", default="rb")
    act = Act.WRITE if set("wax").intersection(mode) else Act.UPDATE if "+" in mode else Act.READ
    size = getattr(file, "__dict__", {}).get("size") if act is Act.READ else None
    _saw(act, name_in(filesystem, _path(args, kwargs)), size)


def _read(filesystem: Any, args: tuple[Any, ...], kwargs: dict[str, Any], content: Any) -> None:
    is_whole = len(args) < 2 and kwargs.get("start") is None and kwargs.get("end") is None
    size = len(content) if is_whole and isinstance(content, bytes) else None
    _saw(Act.READ, name_in(filesystem, _path(args, kwargs, "url")), size)


def _written(filesystem: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    content = _argument(args, kwargs, 1, "value", default=None)
    size = len(content) if isinstance(content, bytes | bytearray) else None
    _saw(Act.WRITE, name_in(filesystem, _path(args, kwargs)), size)


def _fetched(filesystem: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    local = _argument(args, kwargs, 1, "lpath", "path2", default=None)
    if isinstance(local, str | os.PathLike) and os.path.isdir(local):
        return
    _saw(Act.READ, name_in(filesystem, _path(args, kwargs, "rpath", "path1")))
    if isinstance(local, str | os.PathLike):
        _saw(Act.WRITE, os.path.abspath(os.fsdecode(local)))


def _sent(filesystem: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    local = _path(args, kwargs, "lpath", "path1")
    if isinstance(local, str | os.PathLike):
        if os.path.isdir(local):
            return
        _saw(Act.READ, os.path.abspath(os.fsdecode(local)))
    _saw(Act.WRITE, name_in(filesystem, _argument(args, kwargs, 1, "rpath", "path2")))


def _copied(filesystem: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    source, target = _path(args, kwargs, "path1"), _argument(args, kwargs, 1, "path2")
    # These two make a folder of a folder. To ask others would take a request.
    if protocol_of(filesystem) in ("memory", "file") and filesystem.isdir(source):
        return
    _saw(Act.READ, name_in(filesystem, source))
    _saw(Act.WRITE, name_in(filesystem, target))


def _moved(filesystem: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    source = name_in(filesystem, _path(args, kwargs, "path1", "old"))
    target = name_in(filesystem, _argument(args, kwargs, 1, "path2", "new"))
    if source is None or target is None or OBSERVER.traces.get(source, 0) & (Trace.GONE | Trace.DROPPED):
        # Told already: it was copied and removed, or renamed by the system.
        return
    OBSERVER.renamed(source, target)


def _removed(filesystem: Any, args: tuple[Any, ...], kwargs: dict[str, Any], result: Any) -> None:
    paths = _path(args, kwargs)
    is_tree = bool(_argument(args, kwargs, 1, "recursive", default=False))
    for path in paths if isinstance(paths, list | tuple) else [paths]:
        name = name_in(filesystem, path)
        if is_tree and isinstance(name, str):
            OBSERVER.removed_tree(name)
        # Of a folder or a pattern nothing is known but what was seen in it.
        if (not is_tree and not set("*?[").intersection(str(path))) or name in OBSERVER.traces:
            _saw(Act.DELETE, name)


_TOLD: dict[str, Tell] = {
    "open": _opened,
    "cat_file": _read,
    "pipe_file": _written,
    "touch": _written,
    "get_file": _fetched,
    "put_file": _sent,
    "cp_file": _copied,
    "mv": _moved,
    "rm_file": _removed,
    "rm": _removed,
}
"""Methods that all others come down to. Their coroutines are called the same with an underscore before it."""
_PRIVATE = {"open": "open_async"}


def _saw(act: Act, name: Name | None, size: Any = None) -> None:
    if name is None or (isinstance(name, str) and (name.startswith(OBSERVER.noisy) or is_temporary(name))):
        return
    OBSERVER.saw(act, name, Detail(bytes=size) if isinstance(size, int) else None)


def _leave_out(folders: tuple[str, ...]) -> None:
    fresh = tuple(folder for folder in folders if folder not in OBSERVER.noisy)
    if fresh:
        OBSERVER.noisy += fresh


def _path(args: tuple[Any, ...], kwargs: dict[str, Any], *names: str) -> Any:
    return _argument(args, kwargs, 0, "path", *names)


def _argument(args: tuple[Any, ...], kwargs: dict[str, Any], index: int, *names: str, **fallback: Any) -> Any:
    """One argument, by its position or any of its names. ``KeyError`` if it was not given."""
    if len(args) > index:
        return args[index]
    for name in names:
        if name in kwargs:
            return kwargs[name]
    return fallback["default"]


def _subclasses(kind: type) -> Iterator[type]:
    yield kind
    below: list[type] = type.__subclasses__(kind)
    for one in below:
        yield from _subclasses(one)
