"""Subclasses of types that are written in C and take no wrappers, to make objects of in their place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import new_class
from typing import Any

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER


class ObservedClasses:
    """Which class of ours stands for which of a library.

    A class that the task derived from the library's is derived once more, with ours behind it: its own methods stay
    in front, and what they call above them is ours.

    :param own: the library's class -> ours, a subclass of it. Made to look like it.
    """

    def __init__(self, source: str, own: Mapping[Any, Any]) -> None:
        self.source = source
        self._own = own
        self._ours = tuple(own.values())
        self._derived = cache(self._derive)
        for original, ours in own.items():
            for name in ("__name__", "__qualname__", "__module__", "__doc__"):
                setattr(ours, name, getattr(original, name))

    def in_place_of(self, factory: Any) -> Any:
        """Class to use instead; a factory that is no class, or cannot be derived from, stays what it is."""
        if not isinstance(factory, type) or issubclass(factory, self._ours):
            return factory
        try:
            return self._derived(factory)
        except Exception as error:
            OBSERVER.failed(self.source, error)
            return factory

    def _derive(self, factory: Any) -> Any:
        for original, ours in self._own.items():
            if factory is original:
                return ours
            if issubclass(factory, original):
                looks = {name: getattr(factory, name) for name in ("__module__", "__qualname__", "__doc__")}
                return new_class(factory.__name__, (factory, ours), exec_body=lambda body: body.update(looks))  # noqa: B023
        return factory
