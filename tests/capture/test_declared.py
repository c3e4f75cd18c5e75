from __future__ import annotations

from types import SimpleNamespace

from airflow.sdk import Asset, AssetAlias, BaseOperator
from openlineage.client.event_v2 import Dataset

from airflow_lineage_provider.capture.sources.declared import declared_inputs, declared_outputs
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import IoEntry


def entry(**fields: object) -> IoEntry:
    return IoEntry(Evidence.DECLARED, **fields)  # type: ignore[arg-type]


def outlet_events(*assets: Asset) -> object:
    from airflow.sdk.execution_time.context import OutletEventAccessors

    events = OutletEventAccessors()
    for asset in assets:
        events[asset].extra = {"rows": 1}
    return events


def test_inlets_of_every_kind() -> None:
    task = BaseOperator(
        task_id="t",
        inlets=[
            Asset(name="orders", uri="s3://lake/orders"),
            Asset("customers"),
            AssetAlias("daily"),
            Asset.ref(name="by name"),
            Asset.ref(uri="s3://lake/by-uri"),
            Dataset(namespace="postgres://db:5432", name="shop.public.orders"),
            "plain text is no dataset",
        ],
    )
    assert declared_inputs(task) == [
        entry(uri="s3://lake/orders", asset_name="orders"),
        entry(uri="customers", asset_name="customers"),
        entry(alias="daily"),
        entry(asset_name="by name"),
        entry(uri="s3://lake/by-uri"),
        entry(dataset=DatasetId("postgres://db:5432", "shop.public.orders")),
    ]


def test_an_outlet_alias_writes_what_its_events_say() -> None:
    from airflow.sdk.execution_time.context import OutletEventAccessors

    task = BaseOperator(task_id="t", outlets=[AssetAlias("daily"), Asset(name="o", uri="s3://lake/o")])
    assert declared_outputs(task, None) == [entry(uri="s3://lake/o", asset_name="o")]
    events = OutletEventAccessors()
    events[AssetAlias("daily")].add(Asset(name="part", uri="s3://lake/part"))
    assert declared_outputs(task, events)[1:] == [
        entry(uri="s3://lake/part", asset_name="part", alias="daily")
    ]


def test_an_asset_event_at_run_time_is_an_output_although_no_outlet_names_it() -> None:
    task = BaseOperator(task_id="t")
    asset = Asset(name="o", uri="s3://lake/o")
    assert declared_outputs(task, outlet_events(asset)) == [entry(uri="s3://lake/o", asset_name="o")]


def test_a_task_that_declares_nothing() -> None:
    assert declared_inputs(BaseOperator(task_id="t")) == []
    assert declared_inputs(SimpleNamespace()) == []
    assert declared_outputs(SimpleNamespace(), None) == []
