"""Options of rules: read from ``options`` of a rule in ``[lineage_provider] rules``, with defaults."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any


class InvalidOption(ValueError):
    """A rule is configured wrongly; the message names the option and what it must be."""


@dataclass(frozen=True, slots=True)
class WholeOption:
    """A whole number."""

    name: str
    default: int
    text: str
    """What it says, for the docs."""
    least: int = 1
    most: int = 36_500

    def of(self, options: Mapping[str, Any]) -> int:
        """Its value. Raises :class:`InvalidOption`."""
        value = options.get(self.name, self.default)
        if isinstance(value, int) and not isinstance(value, bool) and self.least <= value <= self.most:
            return value
        raise InvalidOption(
            f"option {self.name} must be a whole number from {self.least} to {self.most}, not {_short(value)}"
        )


@dataclass(frozen=True, slots=True)
class FlagOption:
    """Yes or no."""

    name: str
    default: bool
    text: str

    def of(self, options: Mapping[str, Any]) -> bool:
        """Its value. Raises :class:`InvalidOption`."""
        value = options.get(self.name, self.default)
        if isinstance(value, bool):
            return value
        raise InvalidOption(f"option {self.name} must be true or false, not {_short(value)}")


Option = WholeOption | FlagOption


def check_options(known: Iterable[Option], options: Mapping[str, Any]) -> None:
    """Raise :class:`InvalidOption` for the first one that no rule could read."""
    by_name = {option.name: option for option in known}
    for name in options:
        if name not in by_name:
            near = get_close_matches(name, by_name, n=1)
            hint = f"did you mean {near[0]}?" if near else f"options: {', '.join(by_name) or 'none'}"
            raise InvalidOption(f"there is no option {name}; {hint}")
        by_name[name].of(options)


def _short(value: Any) -> str:
    return json.dumps(value, default=str)[:100]
