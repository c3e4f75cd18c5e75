"""A JSON object of an event, read field by field; whatever is wrong is named by its path."""

from __future__ import annotations

from typing import Any, NoReturn

_SHOWN = 100
"""Characters of a key that are shown in a path."""
_KINDS: dict[type, str] = {str: "a text", list: "a list", dict: "an object"}


class InvalidEvent(ValueError):
    """The document is no event that could be stored.

    :param field: path of the wrong field: ``inputs[0].name``.
    :param problem: what is expected there, as the end of a sentence that the path begins.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")
        self.field = field
        self.problem = problem


class Fields:
    """An object with its path. ``null`` is the same as a field that is not there."""

    __slots__ = ("path", "values")

    def __init__(self, value: Any, path: str) -> None:
        if not isinstance(value, dict):
            raise InvalidEvent(path or "event", f"must be an object, not {kind_of(value)}")
        self.values: dict[str, Any] = value
        self.path = path

    def __contains__(self, key: str) -> bool:
        return self.values.get(key) is not None

    def get(self, key: str) -> Any:
        return self.values.get(key)

    def place(self, key: str) -> str:
        """Path of a field."""
        return joined(self.path, key)

    def fail(self, key: str, problem: str) -> NoReturn:
        raise InvalidEvent(self.place(key), problem)

    def name(self, key: str, limit: int) -> str:
        """A text that names something: not empty, not longer than what stores it."""
        value = self.values.get(key)
        if not isinstance(value, str):
            self.fail(key, f"must be a text that is not empty, but it is {_state(value)}")
        if not value.strip():
            self.fail(key, "must be a text that is not empty")
        if len(value) > limit:
            self.fail(key, f"must have at most {limit} characters, but it has {len(value)}")
        return value

    def text(self, key: str, limit: int) -> str | None:
        """A text that explains something, cut where it is too long; ``None`` for what is no text."""
        value = self.values.get(key)
        if not isinstance(value, str) or not value:
            return None
        return value if len(value) <= limit else value[: limit - 1] + "…"

    def inner(self, key: str) -> Fields | None:
        """An object inside; some languages write an empty one as ``[]``."""
        value = self.values.get(key)
        return None if value is None or value == [] else Fields(value, self.place(key))

    def required(self, key: str) -> Fields:
        """An object that has to be there."""
        if (value := self.values.get(key)) is None:
            self.fail(key, f"must be an object, but it is {_state(value)}")
        return Fields(value, self.place(key))

    def objects(self, key: str, limit: int) -> list[Fields] | None:
        """Objects of a list."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, list):
            self.fail(key, f"must be a list, not {kind_of(value)}")
        if len(value) > limit:
            self.fail(key, f"must have at most {limit} entries, but it has {len(value)}")
        place = self.place(key)
        return [Fields(item, f"{place}[{index}]") for index, item in enumerate(value)]


def joined(path: str, key: str) -> str:
    """Path of a field of an object."""
    if not key.isidentifier():
        return f"{path}[{key[:_SHOWN]!r}]"
    return f"{path}.{key[:_SHOWN]}" if path else key[:_SHOWN]


def kind_of(value: Any) -> str:
    """What JSON calls a value."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, int | float):
        return "a number"
    return _KINDS.get(type(value), "no JSON")


def _state(value: Any) -> str:
    return "null or missing" if value is None else kind_of(value)
