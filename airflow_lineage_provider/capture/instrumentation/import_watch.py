"""Tells when a library was imported, by standing among Python's finders while an attempt is observed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, cast


class ImportWatch(MetaPathFinder):
    """Finds nothing itself: of the modules it waits for it asks the other finders, with the path it was given.

    It must import nothing while it looks: Python holds its import lock then, and a parent package that another
    thread is importing at that moment would never be let go.
    """

    def __init__(self, awaited: frozenset[str], imported: Callable[[ModuleType], None]) -> None:
        self._awaited = awaited
        self._imported = imported

    def begin(self) -> None:
        """Stand before the other finders."""
        sys.meta_path.insert(0, self)

    def end(self) -> None:
        """Be gone, wherever somebody may have moved us."""
        # One operation: other threads may be importing.
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Spec of an awaited module with a loader that tells when the module is there; ``None`` of all others."""
        if fullname not in self._awaited:
            return None
        for finder in list(sys.meta_path):
            find = getattr(finder, "find_spec", None)
            if finder is self or find is None:
                continue
            spec = cast("ModuleSpec | None", find(fullname, path, target))
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = _Telling(cast("Loader", spec.loader), self._imported)
                return spec
        return None


class _Telling(Loader):
    """Loads by the real loader and puts it back before anybody can ask for it."""

    def __init__(self, loader: Loader, imported: Callable[[ModuleType], None]) -> None:
        self._loader = loader
        self._imported = imported

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        module.__loader__ = self._loader
        self._loader.exec_module(module)
        self._imported(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)
