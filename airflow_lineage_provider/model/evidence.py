"""How an input or output is known, strongest first. Evidence is merged, never a fallback chain."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntFlag
from functools import cache


class Evidence(IntFlag):
    """Sources that saw a dataset; several may have seen the same one, so they are bits of one number."""

    OPERATOR = 1
    """The operator's own OpenLineage methods."""
    STATEMENT = 2
    """SQL that a hook really executed."""
    HOOK = 4
    """Airflow's hook lineage collector."""
    RUNTIME = 8
    """Instrumentation inside the task process."""
    DECLARED = 16
    """Inlets, outlets and runtime outlet events: what the author says."""

    EXTERNAL = 32
    """Events that another OpenLineage producer sent."""

    @property
    def names(self) -> tuple[str, ...]:
        """Lower-case names, strongest first: ``("statement", "declared")``."""
        return _names(self.value)

    @classmethod
    def from_names(cls, names: Iterable[str]) -> Evidence:
        """Opposite of :attr:`names`. Raises ``ValueError`` with the unknown name."""
        merged = cls(0)
        for name in names:
            try:
                merged |= cls[name.upper()]
            except KeyError:
                raise ValueError(f"unknown evidence {name!r}") from None
        return merged


@cache
def _names(bits: int) -> tuple[str, ...]:
    return tuple(str(bit.name).lower() for bit in Evidence if bit.value & bits)
