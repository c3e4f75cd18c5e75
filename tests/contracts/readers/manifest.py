"""A manifest of dbt, as version 12 of its schema has it, with what contracts are read from."""

from __future__ import annotations

from typing import Any


def manifest(*, adapter: str = "postgres", **sections: Any) -> dict[str, Any]:
    return {
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "dbt_version": "1.10.4",
            "adapter_type": adapter,
        },
        "nodes": {},
        "sources": {},
        "groups": {},
        **sections,
    }


def model(**values: Any) -> dict[str, Any]:
    return {
        "resource_type": "model",
        "name": "orders",
        "alias": "orders",
        "database": "shop",
        "schema": "mart",
        "relation_name": '"shop"."mart"."orders"',
        "description": "One line per order.",
        "contract": {"enforced": True, "alias_types": True, "checksum": "x"},
        "config": {
            "meta": {"owner": "ann@example.com", "channel": "#orders"},
            "contract": {"enforced": True},
        },
        "tags": ["core"],
        "columns": {
            "id": {
                "name": "id",
                "data_type": "bigint",
                "description": "Number of the order.",
                "constraints": [{"type": "not_null"}, {"type": "primary_key"}],
            },
            "placed_at": {"name": "placed_at", "data_type": "timestamp with time zone", "constraints": []},
            "email": {"name": "email", "data_type": "varchar(320)", "meta": {"classification": "restricted"}},
        },
        "constraints": [],
        **values,
    }


def data_test(
    column: str | None, name: str, tested: str = "model.shop.orders", **values: Any
) -> dict[str, Any]:
    return {
        "resource_type": "test",
        "attached_node": tested,
        "column_name": column,
        "test_metadata": {"name": name, "namespace": None, "kwargs": values.pop("kwargs", {})},
        "config": {"severity": "ERROR"},
        **values,
    }
