"""Contract files, valid and not, with what is wrong with each in :mod:`.outcomes`; and texts to build others from."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent

HEAD = """\
apiVersion: v3.1.0
kind: DataContract
id: orders
version: "1.0.0"
status: active
"""

COLUMNS = """\
schema:
  - name: orders
    physicalName: public.orders
    properties:
      - name: id
        logicalType: integer
        required: true
"""


def head(**changes: str | None) -> str:
    values: dict[str, str | None] = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "orders",
        "version": '"1.0.0"',
        "status": "active",
    }
    values.update(changes)
    return "".join(f"{key}: {value}\n" for key, value in values.items() if value is not None)


def wide(columns: int) -> str:
    """A contract with every usual key on each of its columns."""
    lines = [
        f"""\
      - name: c{number}
        logicalType: string
        physicalType: varchar(64)
        description: Column {number}
        required: {str(number % 2 == 0).lower()}
        classification: internal
        tags: [generated]
"""
        for number in range(columns)
    ]
    return HEAD + "schema:\n  - name: wide\n    properties:\n" + "".join(lines)
