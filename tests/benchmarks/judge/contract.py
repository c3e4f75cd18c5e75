"""A contract as people write them: owner, channel, twelve columns, service levels, quality."""

from __future__ import annotations

from typing import Any

COLUMNS = 12
TYPES = ("bigint", "varchar(64)", "timestamp", "numeric(12,2)")
LOGICAL = ("integer", "string", "timestamp", "number")


def contract_of(number: int, host: str, schema: str, table: str, version: str) -> dict[str, Any]:
    """ODCS 3.1 contract of a table in JSON values."""
    return {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": f"contract-{number:06d}",
        "version": version,
        "status": "active",
        "team": {
            "name": f"team {number % 40}",
            "members": [
                {"username": f"owner{number % 200}", "role": "owner", "dateIn": "2025-01-01"},
                {"username": f"gone{number % 200}", "role": "owner", "dateOut": "2025-06-30"},
            ],
        },
        "support": [{"channel": f"#team-{number % 40}"}],
        "servers": [
            {
                "server": "prod",
                "type": "postgres",
                "host": host,
                "port": 5432,
                "database": "shop",
                "schema": schema,
            }
        ],
        "slaProperties": [
            {"property": "freshness", "value": 3, "unit": "h"},
            {"property": "latency", "value": 2, "unit": "h"},
            {"property": "frequency", "value": 2, "unit": "h"},
        ],
        "schema": [
            {
                "name": table,
                "physicalName": table,
                "properties": [_property(place) for place in range(COLUMNS)],
                "quality": [
                    {"type": "library", "metric": "rowCount", "mustBeGreaterThan": 10},
                    {"type": "library", "metric": "duplicateValues", "mustBe": 0, "name": "no_duplicates"},
                ],
            }
        ],
    }


def column_name(place: int) -> str:
    return f"column_{place:02d}"


def _property(place: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column_name(place),
        "logicalType": LOGICAL[place % len(LOGICAL)],
        "physicalType": TYPES[place % len(TYPES)],
        "required": place < 3,
    }
    if place == 0:
        found |= {"primaryKey": True, "primaryKeyPosition": 1}
    if place == 5:
        found["classification"] = "restricted"
    return found
