"""What one word of a command becomes: an argument, of which parts may not be known."""

from __future__ import annotations

from dataclasses import dataclass


class NotCertain(Exception):
    """What is asked for is not known. The message says why and holds no value of a variable."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Text that only the run knew: a variable from elsewhere, the output of a command."""

    reason: str


@dataclass(frozen=True, slots=True)
class Field:
    """One argument as the program gets it."""

    parts: tuple[str | Unknown, ...]
    pattern: str | None = None
    """For :mod:`glob`, where an unquoted wildcard is in it: then the program gets the files instead."""
    several: bool = False
    """Whether it may have become no argument or several: an unquoted variable with an unknown value."""

    @classmethod
    def of(cls, text: str) -> Field:
        return cls((text,))

    @property
    def unknown(self) -> Unknown | None:
        """The first part that is not known."""
        return next((part for part in self.parts if isinstance(part, Unknown)), None)

    @property
    def text(self) -> str | None:
        """The whole argument if all of it is known."""
        known = [part for part in self.parts if isinstance(part, str)]
        return "".join(known) if len(known) == len(self.parts) else None

    @property
    def prefix(self) -> str:
        """What is known of its beginning."""
        known = []
        for part in self.parts:
            if isinstance(part, Unknown):
                break
            known.append(part)
        return "".join(known)

    def sure(self) -> str:
        """The whole argument. Raises :class:`NotCertain`."""
        if (unknown := self.unknown) is not None:
            raise NotCertain(unknown.reason)
        return self.text or ""

    def after(self, count: int) -> Field:
        """Without its first characters, which are known."""
        rest = count
        parts: list[str | Unknown] = []
        for part in self.parts:
            left = part[rest:] if isinstance(part, str) else part
            rest -= min(rest, len(part)) if isinstance(part, str) else 0
            if left != "":
                parts.append(left)
        pattern = (
            self.pattern[count:] if self.pattern and self.pattern[:count] == self.prefix[:count] else None
        )
        return Field(tuple(parts), pattern, self.several)
