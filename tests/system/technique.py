"""One row of the capture matrix: a way to touch data, and what has to be recorded of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Named = tuple[str, str]
"""Namespace and name, with ``{data}``, ``{postgres}``, ``{database}``, ``{mysql}`` and ``{http}`` for what is known
when it runs."""


@dataclass(frozen=True, kw_only=True)
class Technique:
    """What a task of the matrix does, and its record: exactly this and nothing else."""

    task_id: str
    title: str
    how: str
    """The line of code it is about."""
    inputs: Mapping[Named, str] = field(default_factory=dict)
    """Dataset to evidence, strongest first: ``hook+runtime``."""
    outputs: Mapping[Named, str] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    """Sources that have to fail."""
    left_out: tuple[str, ...] = ()
    """What the record has to say is missing."""
    map_index: int = -1
    state: str = "success"
    is_our_api: bool = False
    """Whether it is said in a way that no other provider reads."""
    note: str = ""
    """What a reader of the page has to know."""

    @property
    def key(self) -> str:
        """Task id, with the map index of a mapped task."""
        return self.task_id if self.map_index < 0 else f"{self.task_id}[{self.map_index}]"


def file(name: str) -> Named:
    return "file", f"{{data}}/{name}"


def s3(key: str, bucket: str = "matrix") -> Named:
    return f"s3://{bucket}", key


def gs(key: str, bucket: str = "matrix") -> Named:
    return f"gs://{bucket}", key


def postgres(table: str) -> Named:
    return "postgres://{postgres}", f"{{database}}.public.{table}"


def mysql(table: str) -> Named:
    return "mysql://{mysql}", f"shop.{table}"


def sqlite(table: str) -> Named:
    return "sqlite://{data}/shop.db", table


def duckdb(table: str) -> Named:
    return "duckdb://{data}/shop.duckdb", f"main.{table}"
