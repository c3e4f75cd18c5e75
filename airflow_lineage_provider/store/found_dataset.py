"""A dataset by a node id or by namespace and name, for somebody who may see it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.node_id import NodeId
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.datasets import DATASET, resolve_aliases
from airflow_lineage_provider.store.identity import canonical_dataset
from airflow_lineage_provider.store.upsert import CHUNK
from airflow_lineage_provider.store.visibility import visible_datasets

MOST_READINGS = 100
"""Ways to split a node id that are tried: real names have a handful of colons."""


class UnknownDataset(LookupError):
    """Nobody has seen such a dataset, or the reader may not see it."""


@dataclass(frozen=True, slots=True)
class FoundDataset:
    """A dataset that is stored, under its stored name."""

    id: int
    digest: str
    namespace: str
    name: str


def dataset_named(namespace: str, name: str, access: Access, *, session: Session) -> FoundDataset:
    """Dataset of a name, or of what the name is an alias of. Raises :class:`UnknownDataset`."""
    found = _find([(namespace, name)], access, session=session)
    if found is None:
        raise UnknownDataset(f"no dataset {name!r} is known in namespace {namespace!r}")
    return found


def dataset_of_node(text: str, access: Access, *, session: Session) -> FoundDataset:
    """Dataset of a node id. Raises :class:`UnknownDataset` and ``InvalidNodeId``."""
    readings = [
        (reading.namespace, reading.name) for reading in NodeId.readings(text) if reading.type == "dataset"
    ]
    found = _find(readings, access, session=session)
    if found is None:
        raise UnknownDataset(f"no dataset {text!r} is known")
    return found


def _find(names: list[tuple[str, str]], access: Access, *, session: Session) -> FoundDataset | None:
    """The first of the names that is a dataset which may be seen; all are looked up at once."""
    given = [DatasetId(namespace, name) for namespace, name in names[:MOST_READINGS]]
    digests = [each.digest for dataset in given for each in (dataset, canonical_dataset(dataset))]
    ids = resolve_aliases(digests, session=session)
    for part in parts(digests, CHUNK):
        query = select(DATASET.c.digest, DATASET.c.id).where(DATASET.c.digest.in_(part))
        for digest, row_id in session.execute(query):
            ids.setdefault(digest, row_id)
    shown = visible_datasets(set(ids.values()), access, session=session)
    for digest in digests:
        if ids.get(digest) in shown:
            row = session.execute(select(DATASET).where(DATASET.c.id == ids[digest])).one()
            return FoundDataset(row.id, row.digest, row.namespace, row.name)
    return None
