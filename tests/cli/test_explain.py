from __future__ import annotations

import pytest

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import IoEntry
from tests.cli.conftest import Shell
from tests.mailbox.office import Office
from tests.store.stories import core


def wrote(office: Office, *names: tuple[str, str]) -> None:
    office.post_record(
        core(
            office.attempt("load"),
            outputs=[IoEntry(Evidence.HOOK, dataset=DatasetId(namespace, name)) for namespace, name in names],
        ),
        task_id="load",
    )


def test_a_stored_dataset_is_explained_with_its_look_alikes(office: Office, shell: Shell) -> None:
    wrote(
        office,
        ("postgres://warehouse:5432", "shop.public.orders"),
        ("postgres://10.0.0.5:5432", "shop.public.orders"),
        ("postgres://warehouse:5432", "shop.raw.orders"),
        ("postgres://warehouse:5432", "shop.public.customers"),
    )
    found = shell.json("explain", "postgresql://Warehouse", "shop.public.orders")
    assert (found["namespace"], found["name"]) == ("postgres://warehouse:5432", "shop.public.orders")
    assert [step["rule"] for step in found["steps"]] == ["spelling"] * 3
    assert found["first_seen"]
    assert [(other["namespace"], other["name"]) for other in found["look_alikes"]] == [
        ("postgres://10.0.0.5:5432", "shop.public.orders"),
        ("postgres://warehouse:5432", "shop.raw.orders"),
    ]
    text = shell("explain", "postgresql://Warehouse", "shop.public.orders")
    assert "-> postgres://warehouse:5432 shop.public.orders" in text
    assert 'namespace_aliases = {"postgres://10.0.0.5:5432": "postgres://warehouse:5432"}' in text


def test_a_file_is_explained_with_its_partitions(office: Office, shell: Shell) -> None:
    wrote(office, ("s3://lake", "data/2026-11-20.csv"))
    text = shell("explain", "s3a://lake", "data/2026-11-21.csv")
    assert text.startswith("s3://lake data/{date}.csv\n")
    assert "partitions in the name: date=2026-11-21" in text
    assert "Stored since" in text
    assert "No stored dataset looks like it." in text


def test_an_unknown_name_says_so(office: Office, shell: Shell) -> None:
    text = shell("explain", "s3://lake", "nothing")
    assert "The name is canonical as it was given." in text
    assert "No such dataset is stored: no task has read, written or declared it." in text
    assert shell.json("explain", "s3://lake", "nothing")["first_seen"] is None


def test_a_uri_is_explained_and_its_password_shown_nowhere(office: Office, shell: Shell) -> None:
    text = shell("explain", "--uri", "postgresql://u:hunter2@DB/shop/orders?x=hunter2")
    assert text.startswith("postgres://db:5432 shop.public.orders\n")
    assert "the schema that it leaves out is the system's default" in text
    assert "hunter2" not in text


def test_the_name_of_an_asset_leads_to_what_its_uri_says(office: Office, shell: Shell) -> None:
    from airflow.models.asset import AssetModel

    with office.session() as session:
        session.add(AssetModel(name="daily orders", uri="s3://lake/orders", group="asset"))
    office.post_record(
        core(
            office.attempt("load"),
            outputs=[IoEntry(Evidence.DECLARED, uri="s3://lake/orders", asset_name="daily orders")],
        ),
        task_id="load",
    )
    try:
        found = shell.json("explain", "airflow-asset", "daily orders")
    finally:
        with office.session() as session:
            session.query(AssetModel).delete()
    assert (found["namespace"], found["name"]) == ("s3://lake", "orders")
    assert found["steps"][-1]["rule"] == "alias"
    assert found["other_names"] == [{"namespace": "airflow-asset", "name": "daily orders", "origin": "asset"}]


def test_what_was_stored_before_a_rule_is_named(
    office: Office, shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote(office, ("s3://lake", "x/run-17"))
    shell("drain")
    monkeypatch.setenv(
        "AIRFLOW__LINEAGE_PROVIDER__PARTITION_PATTERNS",
        r'[{"pattern": "run-(?P<run>\\d+)", "name": "run-{run}"}]',
    )
    found = shell.json("explain", "s3://lake", "x/run-18")
    assert found["name"] == "x/run-{run}"
    assert found["partitions"] == ["run=18"]
    (other,) = found["look_alikes"]
    assert other["name"] == "x/run-17"
    assert "stored before the rules" in other["differences"][0]["reason"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "Give NAMESPACE and NAME"),
        (("s3://lake",), "Give NAMESPACE and NAME"),
        (("s3://lake", "x", "--uri", "s3://lake/x"), "not both"),
        (("--uri", " "), "The URI is empty"),
    ],
)
def test_what_names_no_dataset_is_refused(shell: Shell, arguments: tuple[str, ...], message: str) -> None:
    assert message in shell("explain", *arguments, code=1)


def test_partitions_stand_in_the_runs(office: Office, shell: Shell) -> None:
    wrote(
        office,
        ("s3://lake", "t/dt=1/part-0"),
        ("s3://lake", "t/dt=2/part-0"),
        ("s3://lake", "x/2026-11-21.csv"),
    )
    (run,) = shell.json("runs", "--dag-id", "shop")
    assert [(io["name"], io["partitions"], io["partition_count"]) for io in run["outputs"]] == [
        ("t", ["dt=1", "dt=2"], 2),
        ("x/{date}.csv", ["date=2026-11-21"], 1),
    ]
    text = " ".join(shell("runs", "--dag-id", "shop", "--output", "plain").split())
    assert "2 partitions dt=1 to dt=2" in text
    assert "date=2026-11-21" in text
