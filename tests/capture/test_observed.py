from __future__ import annotations

import sqlite3
from pathlib import Path

from airflow_lineage_provider.capture.sources.observed import read_tables
from airflow_lineage_provider.model.io_entry import Column


class Hook:
    """What of a hook is used to read columns."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def get_conn(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path)


def test_whether_the_key_of_a_sqlite_table_may_be_null_is_not_known_unless_it_says_so(tmp_path: Path):
    hook = Hook(tmp_path / "shop.db")
    with sqlite3.connect(hook.path) as connection:
        connection.execute("CREATE TABLE orders (id TEXT PRIMARY KEY, day DATE NOT NULL, note TEXT)")
        connection.execute("CREATE TABLE lines (id INTEGER NOT NULL PRIMARY KEY)")

    lines, orders = read_tables(hook, 0, "sqlite", ["orders", "lines"])

    assert lines.columns == (Column("id", "integer", False),)
    assert orders.columns == (
        Column("id", "text", None),
        Column("day", "date", False),
        Column("note", "text", True),
    )
