from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from airflow_lineage_provider.contracts.connection import UnknownConnection
from airflow_lineage_provider.contracts.dbt_registrations import ReadOwners
from airflow_lineage_provider.contracts.error import ContractError
from airflow_lineage_provider.contracts.owners_import import read_owners_path
from airflow_lineage_provider.contracts.readers.place import Place
from airflow_lineage_provider.model.connection import ConnectionIdentity
from tests.contracts.readers.manifest import manifest, model

WAREHOUSE = ConnectionIdentity("wh", "postgres", "pg", 5432, "shop", namespace="postgres://pg:5432")


def lookup(conn_id: str) -> ConnectionIdentity:
    if conn_id == "wh":
        return WAREHOUSE
    raise UnknownConnection(f"Airflow has no connection {conn_id!r}")


def read(folder: Path, place: Place | None = None, **models: dict[str, Any]) -> ReadOwners:
    file = folder / "manifest.json"
    file.write_text(json.dumps(manifest(nodes={f"model.{name}": body for name, body in models.items()})))
    return read_owners_path(file, "manifest", place=place, lookup=lookup)


def targets(read: ReadOwners) -> list[tuple[str, str, bool, str, str | None]]:
    return [
        (each.target.namespace, each.target.name, each.target.is_glob, each.owner, each.channel)
        for each in read.registrations
    ]


def test_a_table_is_owned_in_its_namespace_as_an_option_or_a_connection_says_it(tmp_path: Path) -> None:
    orders = ("postgres://pg:5432", "shop.mart.orders", False, "ann@example.com", "#orders")
    assert targets(read(tmp_path, Place(namespace="postgres://pg:5432"), orders=model())) == [orders]
    assert targets(read(tmp_path, Place(connection_id="wh"), orders=model())) == [orders]


def test_without_a_place_it_is_owned_by_its_name_in_any_namespace(tmp_path: Path) -> None:
    odd = model(
        name="a[b]*", alias="a[b]*", relation_name='"shop"."mart"."a[b]*"', meta={"owner": "bob"}, config={}
    )
    assert targets(read(tmp_path, orders=model(), odd=odd)) == [
        ("*", "shop.mart.orders", True, "ann@example.com", "#orders"),
        ("*", "shop.mart.a[[]b][*]", True, "bob", None),
    ]


def test_an_owner_that_is_none_is_left_out_and_told(tmp_path: Path) -> None:
    found = read(tmp_path, orders=model(config={"meta": {"owner": "airflow"}}))
    assert found.registrations == ()
    assert "is left out: 'airflow' is what Airflow writes" in str(found.warnings[0])


def test_a_connection_that_is_not_there_and_another_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractError, match="Airflow has no connection 'nope'"):
        read(tmp_path, Place(connection_id="nope"), orders=model())
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(ContractError, match="is no manifest"):
        read_owners_path(tmp_path / "other.json")
