"""What the words of a statement say that no parser reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from airflow_lineage_provider.sql.effect import Effect
from airflow_lineage_provider.sql.location import location_of
from airflow_lineage_provider.sql.session import Session
from airflow_lineage_provider.sql.statement import Location
from airflow_lineage_provider.sql.words import Words


@dataclass(slots=True)
class Command:
    """Tables and addresses, and the statements inside that the parser may read."""

    effect: Effect = field(default_factory=Effect)
    statements: tuple[str, ...] = ()


def writing(kind: str, session: Session, *nodes: Any) -> Command:
    """Return a command that writes the tables."""
    tables = [session.table(node) for node in nodes if node is not None]
    return Command(Effect(kind, outputs=[table for table in tables if table is not None]))


def locate(words: Words, locations: list[Location]) -> None:
    """Add the address when a string comes next."""
    text = words.string()
    location = location_of(text) if text else None
    if location is not None:
        locations.append(location)
