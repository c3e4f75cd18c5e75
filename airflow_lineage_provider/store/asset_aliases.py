"""What Airflow itself knows of assets: which ones an AssetAlias stands for, and which name goes with which URI."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from airflow.models.asset import AssetAliasModel, AssetModel, alias_association_table
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.io_entry import IoEntry
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.upsert import CHUNK

ALIAS: Any = AssetAliasModel.__table__
ASSET: Any = AssetModel.__table__
LINK: Any = alias_association_table


def expand_aliases(entries: Iterable[IoEntry], *, session: Session) -> list[IoEntry]:
    """Replace entries that are only an alias by one entry per asset it stands for.

    An alias that stands for nothing yet stays as it is: a dataset in the namespace of aliases, so that the
    reader of the graph sees what was declared.
    """
    expanded: list[IoEntry] = []
    for entry in entries:
        if entry.alias is None or entry.dataset is not None or entry.uri or entry.asset_name:
            expanded.append(entry)
            continue
        assets = session.execute(
            select(ASSET.c.uri, ASSET.c.name)
            .join(LINK, LINK.c.asset_id == ASSET.c.id)
            .join(ALIAS, ALIAS.c.id == LINK.c.alias_id)
            .where(ALIAS.c.name == entry.alias)
        ).all()
        expanded.extend(replace(entry, uri=asset.uri, asset_name=asset.name) for asset in assets)
        if not assets:
            expanded.append(entry)
    return expanded


def registered_names(names: Iterable[str], *, session: Session) -> dict[str, list[str]]:
    """URIs of the assets that Airflow has registered under these names.

    A worker's word is not enough to give a name to a dataset: it could take another one's.
    """
    found: dict[str, list[str]] = {}
    wanted = sorted(set(names))
    for part in parts(wanted, CHUNK):
        query = select(ASSET.c.name, ASSET.c.uri).where(ASSET.c.name.in_(part))
        for row in session.execute(query):
            found.setdefault(row.name, []).append(row.uri)
    return found
