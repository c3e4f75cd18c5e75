"""A stand-in for a task's ``execute`` or ``resume_execution`` that sees how it ends."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from types import MethodType
from typing import Any

_METHODS = ("execute", "resume_execution")
_ABSENT = object()

OnEnd = Callable[[BaseException | None], None]


class Watch:
    """Stands in the task's ``__dict__`` until the task's own code runs, and is gone then.

    What a task does with itself (copy, pickle, call its own ``execute``) must meet the task as its author wrote
    it, so both stand-ins are taken away on entry, and what stood there before is put back. Before that moment
    only ``pre_execute`` and callbacks run; a stand-in that is pickled or deep-copied there becomes the method of
    the copy.
    """

    def __init__(self, task: Any, name: str, group: Sequence[Watch], watched: Callable[..., Any]) -> None:
        self._task = task
        self._name = name
        self._group = group
        self._before = task.__dict__.get(name, _ABSENT)
        self._original = getattr(task, name)
        self._watched = watched

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        for watch in self._group:
            watch.remove()
        return self._watched(self._original, args, kwargs)

    def install(self) -> None:
        # Not setattr: operators react to it, and BaseOperator looks for template fields in what is set.
        object.__setattr__(self._task, self._name, self)

    def remove(self) -> None:
        if self._task.__dict__.get(self._name) is not self:
            return
        if self._before is _ABSENT:
            del self._task.__dict__[self._name]
        else:
            self._task.__dict__[self._name] = self._before

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return _method(memo.get(id(self._task), self._task), self._name)

    def __reduce__(self) -> Any:
        return _method, (self._task, self._name)


def watch_task(
    task: Any, on_call: Callable[[str, Sequence[Any], dict[str, Any]], None], on_end: OnEnd
) -> None:
    """Watch the next call of a task's ``execute`` or ``resume_execution``.

    :param on_call: told the method's name and arguments.
    :param on_end: told how it ended: ``None`` for a return, else what was raised. A process that the task forks
        inherits the stand-in's frame and tells nobody: the supervisor's socket is its parent's.
    """
    process = os.getpid()
    group: list[Watch] = []

    def watching(name: str) -> Callable[..., Any]:
        def watched(original: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
            on_call(name, args, kwargs)
            try:
                result = original(*args, **kwargs)
            except BaseException as error:
                if os.getpid() == process:
                    on_end(error)
                raise
            if os.getpid() == process:
                on_end(None)
            return result

        return watched

    group += [Watch(task, name, group, watching(name)) for name in _METHODS]
    for watch in group:
        watch.install()


def _method(task: Any, name: str) -> Any:
    return MethodType(getattr(type(task), name), task)
