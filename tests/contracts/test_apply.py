from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from airflow_lineage_provider.contracts.error import ContractError
from tests.contracts.corpus import COLUMNS, HEAD, head
from tests.contracts.readers.manifest import manifest, model

SERVER = "servers:\n  - {server: p, type: postgres, host: pg, port: 5432, database: shop, schema: public}\n"
ORDERS = HEAD + SERVER + COLUMNS


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        (folder / f"{name}.odcs.yaml").write_text(text)
    return folder


def apply(session: Any, *paths: Path, **options: Any) -> list[Any]:
    from airflow_lineage_provider.contracts.apply import apply_paths

    return apply_paths(paths, session=session, **options)


def versions(session: Any, contract_id: str = "orders") -> list[tuple[str, bool]]:
    from airflow_lineage_provider.store.tables import Contract

    rows = session.execute(
        select(Contract.version, Contract.is_current)
        .where(Contract.contract_id == contract_id)
        .order_by(Contract.id)
    )
    return [tuple(row) for row in rows]


def test_a_new_contract_is_created_and_bound(session: Any, tmp_path: Path):
    from airflow_lineage_provider.store.contracts import summaries

    (applied,) = apply(session, write(tmp_path, orders=ORDERS), applied_by="ann")

    assert (applied.contract_id, applied.version, applied.action) == ("orders", "1.0.0", "created")
    assert str(applied.bindings[0].dataset) == "postgres://pg:5432 shop.public.orders"
    (summary,) = summaries(session=session)
    assert (summary.contract_id, summary.status, summary.applied_by) == ("orders", "active", "ann")
    assert summary.source == str(tmp_path / "orders.odcs.yaml")
    assert summary.schemas[0].bound_by == "server"


def test_the_same_content_again_is_unchanged(session: Any, tmp_path: Path):
    apply(session, write(tmp_path, orders=ORDERS))
    (again,) = apply(session, write(tmp_path, orders=f"# a comment\n{ORDERS}"))

    assert again.action == "unchanged"
    assert versions(session) == [("1.0.0", True)]


def test_new_content_becomes_the_current_version(session: Any, tmp_path: Path):
    apply(session, write(tmp_path, orders=ORDERS))
    (updated,) = apply(session, write(tmp_path, orders=ORDERS.replace("1.0.0", "1.1.0")))

    assert updated.action == "updated"
    assert versions(session) == [("1.0.0", False), ("1.1.0", True)]


def test_an_older_version_can_be_restored(session: Any, tmp_path: Path):
    for text in (ORDERS, ORDERS.replace("1.0.0", "1.1.0")):
        apply(session, write(tmp_path, orders=text))
    (restored,) = apply(session, write(tmp_path, orders=ORDERS))

    assert restored.action == "restored"
    assert versions(session) == [("1.0.0", True), ("1.1.0", False)]


def test_an_unchanged_contract_is_bound_anew(session: Any, tmp_path: Path):
    from airflow_lineage_provider.model.connection import ConnectionIdentity
    from airflow_lineage_provider.model.dataset_id import DatasetId
    from airflow_lineage_provider.store.contracts import current_for

    text = HEAD + COLUMNS + "customProperties:\n  - {property: airflowConnId, value: shop}\n"
    for host in ("old", "new"):
        identity = ConnectionIdentity("shop", "postgres", host, 5432, "shop")
        (applied,) = apply(
            session, write(tmp_path, orders=text), lookup=lambda _, identity=identity: identity
        )

    assert applied.action == "unchanged"
    digests = [DatasetId(f"postgres://{host}:5432", "shop.public.orders").digest for host in ("old", "new")]
    assert list(current_for(digests, session=session)) == [digests[1]]


def test_a_connection_is_looked_up_in_airflow(session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AIRFLOW_CONN_SHOP", "postgres://user:hunter2@db.example.com:5433/shop")
    text = HEAD + COLUMNS + "customProperties:\n  - {property: airflowConnId, value: shop}\n"

    (applied,) = apply(session, write(tmp_path, orders=text))

    assert str(applied.bindings[0].dataset) == "postgres://db.example.com:5433 shop.public.orders"


@pytest.mark.parametrize(
    "connection",
    [
        "sqlite:////data/shop.db",
        "sqlite://%2Fdata%2Fshop.db",
        "sqlite:////data/shop.db?mode=ro",
        '{"conn_type": "sqlite", "host": "/data/shop.db"}',
        '{"conn_type": "sqlite", "schema": "/data/shop.db"}',
    ],
)
def test_the_table_of_a_sqlite_connection_is_the_asset_of_its_file(
    session: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, connection: str
):
    from airflow_lineage_provider.model.naming import asset_of

    monkeypatch.setenv("AIRFLOW_CONN_SHOP", connection)
    server = "servers:\n  - server: s\n    type: custom\n    customProperties: [{property: airflowConnId, value: shop}]\n"

    (applied,) = apply(session, write(tmp_path, orders=HEAD + server + COLUMNS))

    assert applied.bindings[0].dataset == asset_of("sqlite:///data/shop.db/orders", None)


def test_an_unknown_connection_leaves_the_contract_unbound_with_the_reason(session: Any, tmp_path: Path):
    text = HEAD + COLUMNS + "customProperties:\n  - {property: airflowConnId, value: gone}\n"

    (applied,) = apply(session, write(tmp_path, orders=text))

    assert applied.bindings[0].dataset is None
    assert applied.bindings[0].detail == "Airflow has no connection 'gone'"


def test_one_invalid_file_applies_nothing_and_every_problem_is_told(session: Any, tmp_path: Path):
    write(tmp_path, a=ORDERS, b=head(version="1"), c="- list")

    with pytest.raises(ContractError) as caught:
        apply(session, tmp_path, tmp_path / "missing.yaml")

    messages = [str(problem).removeprefix(f"{tmp_path}/") for problem in caught.value.problems]
    assert [message.split(":")[0] for message in messages] == ["missing.yaml", "b.odcs.yaml", "c.odcs.yaml"]
    assert versions(session) == []


def test_a_dry_run_says_what_would_happen_and_writes_nothing(session: Any, tmp_path: Path):
    write(tmp_path, orders=ORDERS)
    assert [entry.action for entry in apply(session, tmp_path, dry_run=True)] == ["created"]
    assert versions(session) == []

    apply(session, tmp_path)
    write(tmp_path, orders=ORDERS.replace("1.0.0", "1.1.0"))
    assert [entry.action for entry in apply(session, tmp_path, dry_run=True)] == ["updated"]
    assert versions(session) == [("1.0.0", True)]


def test_a_file_that_is_named_twice_counts_once(session: Any, tmp_path: Path):
    write(tmp_path, orders=ORDERS)

    assert len(apply(session, tmp_path, tmp_path / "orders.odcs.yaml")) == 1


def test_two_files_that_disagree_about_a_contract_are_refused(session: Any, tmp_path: Path):
    write(tmp_path, a=ORDERS, b=ORDERS.replace("1.0.0", "1.1.0"))

    with pytest.raises(ContractError, match=r"b\.odcs\.yaml: id: 'orders' stands in .*a\.odcs\.yaml"):
        apply(session, tmp_path)


def test_contracts_do_not_touch_each_other(session: Any, tmp_path: Path):
    apply(session, write(tmp_path, orders=ORDERS, stock=ORDERS.replace("id: orders", "id: stock")))
    apply(session, write(tmp_path, stock=ORDERS.replace("id: orders", "id: stock").replace("1.0.0", "2.0.0")))

    assert versions(session) == [("1.0.0", True)]
    assert versions(session, "stock") == [("1.0.0", False), ("2.0.0", True)]


def test_a_file_that_cannot_be_looked_at_is_not_gone(session: Any, tmp_path: Path):
    from airflow_lineage_provider.contracts.apply import apply_text
    from airflow_lineage_provider.contracts.prune import no_longer_there

    (tmp_path / "loop").symlink_to("loop")
    for folder, contract_id in (("loop", "orders"), ("none", "stock")):
        source = str(tmp_path / folder / f"{contract_id}.odcs.yaml")
        apply_text(head(id=contract_id) + SERVER + COLUMNS, source=source, session=session)

    gone = no_longer_there([tmp_path], {}, session=session)
    assert [entry.contract_id for entry in gone] == ["stock"]


def test_a_link_that_leads_nowhere_is_a_problem_and_not_passed_over(session: Any, tmp_path: Path):
    write(tmp_path, orders=ORDERS)
    (tmp_path / "loop.odcs.yaml").symlink_to("loop.odcs.yaml")

    with pytest.raises(ContractError, match=r"loop\.odcs\.yaml.*cannot be read"):
        apply(session, tmp_path, prune=True)


def test_a_config_map_is_known_by_its_links_and_not_by_what_is_behind_them(session: Any, tmp_path: Path):
    from airflow_lineage_provider.store.contracts import summaries

    (tmp_path / "..2026_01_01").mkdir()
    write(tmp_path / "..2026_01_01", orders=ORDERS)
    (tmp_path / "..data").symlink_to("..2026_01_01")
    (tmp_path / "orders.odcs.yaml").symlink_to("..data/orders.odcs.yaml")

    apply(session, tmp_path)
    assert [entry.source for entry in summaries(session=session)] == [str(tmp_path / "orders.odcs.yaml")]


def test_files_of_other_tools_are_applied_where_they_are_named(session: Any, tmp_path: Path):
    from airflow_lineage_provider.store.tables import Contract, ContractDataset

    (tmp_path / "manifest.json").write_text(json.dumps(manifest(nodes={"model.shop.orders": model()})))
    fields = [{"name": "id", "type": "long"}]
    (tmp_path / "clicks.avsc").write_text(json.dumps({"type": "record", "name": "clicks", "fields": fields}))

    apply(
        session,
        tmp_path / "manifest.json",
        tmp_path / "clicks.avsc",
        place={"namespace": "postgres://pg:5432"},
    )

    rows = session.execute(
        select(Contract.origin, ContractDataset.namespace, ContractDataset.name)
        .join(ContractDataset, ContractDataset.contract_id == Contract.id)
        .order_by(Contract.origin)
    )
    assert [tuple(row) for row in rows] == [
        ("avro", "postgres://pg:5432", "clicks"),
        ("dbt", "postgres://pg:5432", "shop.mart.orders"),
    ]


def test_in_a_folder_only_contracts_are_looked_for(session: Any, tmp_path: Path):
    (tmp_path / "manifest.json").write_text(json.dumps(manifest(nodes={"model.shop.orders": model()})))
    write(tmp_path, orders=ORDERS)

    assert [entry.contract_id for entry in apply(session, tmp_path)] == ["orders"]
