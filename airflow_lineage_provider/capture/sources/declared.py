"""Evidence ``declared``: inlets, outlets, runtime outlet events and what an AssetAlias turned out to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import IoEntry


def declared_inputs(task: Any) -> list[IoEntry]:
    """Inlets of the task."""
    return list(_entries(getattr(task, "inlets", None) or ()))


def declared_outputs(task: Any, outlet_events: Any) -> list[IoEntry]:
    """Outlets of the task and the assets that its outlet events named while it ran."""
    entries = list(_entries(getattr(task, "outlets", None) or (), skip_aliases=True))
    for key, accessor in getattr(outlet_events, "_dict", {}).items():
        if getattr(key, "uri", None) is not None and (accessor.extra or accessor.partition_keys):
            entries.append(IoEntry(Evidence.DECLARED, uri=str(key.uri), asset_name=str(key.name)))
        for event in accessor.asset_alias_events:
            asset = event.dest_asset_key
            entries.append(
                IoEntry(
                    Evidence.DECLARED,
                    uri=str(asset.uri),
                    asset_name=str(asset.name),
                    alias=str(event.source_alias_name),
                )
            )
    return entries


def _entries(objects: Iterable[Any], *, skip_aliases: bool = False) -> Iterator[IoEntry]:
    for item in objects:
        kind = type(item).__name__
        if kind == "AssetAlias":
            # An outlet alias writes what its events say; an inlet alias reads what it stands for, which
            # only the server knows.
            if not skip_aliases:
                yield IoEntry(Evidence.DECLARED, alias=str(item.name))
        elif isinstance(getattr(item, "namespace", None), str) and isinstance(
            getattr(item, "name", None), str
        ):
            yield IoEntry(Evidence.DECLARED, dataset=DatasetId(item.namespace, item.name))
        elif isinstance(getattr(item, "uri", None), str):
            name = getattr(item, "name", None)
            yield IoEntry(Evidence.DECLARED, uri=item.uri, asset_name=name if isinstance(name, str) else None)
        elif isinstance(getattr(item, "name", None), str):
            yield IoEntry(Evidence.DECLARED, asset_name=item.name)
