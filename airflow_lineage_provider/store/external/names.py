"""From the names in an event to locked dataset rows; other names of the same data lead to one row."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import literal_column, select, union_all
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.datasets import ALIAS, DATASET, MOST_ROUNDS, hold_datasets
from airflow_lineage_provider.store.external.symlinks import MERGED, Group, settle_group
from airflow_lineage_provider.store.upsert import CHUNK, insert_missing, some

_LOOK_UP = union_all(
    select(ALIAS.c.digest, ALIAS.c.dataset_id, ALIAS.c.origin).where(ALIAS.c.digest.in_(some())),
    select(DATASET.c.digest, DATASET.c.id, literal_column("''")).where(DATASET.c.digest.in_(some())),
)


@dataclass(slots=True)
class _Found:
    """What names lead to, by their digests."""

    aliases: dict[str, Any] = field(default_factory=dict)
    """Rows with ``dataset_id`` and ``origin``."""
    datasets: dict[str, int] = field(default_factory=dict)

    def id_of(self, dataset: DatasetId) -> int | None:
        alias = self.aliases.get(dataset.digest)
        return alias.dataset_id if alias is not None else self.datasets.get(dataset.digest)

    def ids_of(self, names: Collection[DatasetId]) -> set[int]:
        """Everything they lead to: a name that is an alias and a dataset as well leads to two."""
        digests = {name.digest for name in names}
        return {self.aliases[digest].dataset_id for digest in digests if digest in self.aliases} | {
            self.datasets[digest] for digest in digests if digest in self.datasets
        }


def event_dataset_ids(
    names: Collection[DatasetId],
    symlinks: Mapping[DatasetId, Collection[DatasetId]],
    *,
    now: datetime,
    session: Session,
) -> dict[DatasetId, int]:
    """Row ids of datasets, whose rows stay locked until the transaction ends.

    What nobody has seen is made, and what a producer says to be the same data is merged.

    :param names: canonical names of everything an event names.
    :param symlinks: name to other names of the same data; all are among ``names``.
    """
    wanted = sorted(names, key=lambda name: name.digest)
    groups = _groups(symlinks)
    for _ in range(MOST_ROUNDS):
        found = _look_up(wanted, session=session)
        missing = [name for name in wanted if found.id_of(name) is None]
        if missing:
            # Symlinks as well: a row is what keeps two servers from giving one name to two datasets.
            insert_missing(DATASET, [_row(name, now) for name in missing], session=session)
            found = _look_up(wanted, session=session)
        ids = found.ids_of(wanted)
        if hold_datasets(ids, key_share=False, session=session) != ids:
            continue  # merged in the meantime: then other names lead elsewhere now
        unsettled = [group for group in groups if not _is_settled(group, found)]
        if not unsettled:
            return {name: found.id_of(name) or 0 for name in wanted}
        refused: set[DatasetId] = set()
        for group in _joined(unsettled, found):
            if not settle_group(group, now=now, session=session):
                refused |= group.names
        groups = [group for group in groups if not group.names & refused]
    raise RuntimeError("datasets are merged faster than they can be looked up")


def _look_up(names: list[DatasetId], *, session: Session) -> _Found:
    """Names and aliases in one statement: who merges makes the alias and takes the dataset away in one moment."""
    digests = [name.digest for name in names]
    found = _Found()
    for part in parts(digests, CHUNK):
        for row in session.execute(_LOOK_UP, {"some": part}):
            if row.origin:
                found.aliases[row.digest] = row
            else:
                found.datasets[row.digest] = row.dataset_id
    return found


def _groups(symlinks: Mapping[DatasetId, Collection[DatasetId]]) -> list[Group]:
    return _united([Group({own, *others}, set(others), set()) for own, others in symlinks.items()])


def _joined(groups: list[Group], found: _Found) -> list[Group]:
    """Groups with the rows their names lead to; those that lead to the same one are one group."""
    return _united([Group(group.names, group.mentioned, found.ids_of(group.names)) for group in groups])


def _united(groups: list[Group]) -> list[Group]:
    united: list[Group] = []
    for group in groups:
        whole, apart = group, []
        for other in united:
            if other.names & whole.names or other.ids & whole.ids:
                whole = whole | other
            else:
                apart.append(other)
        united = [*apart, whole]
    return united


def _is_settled(group: Group, found: _Found) -> bool:
    if len(found.ids_of(group.names)) != 1:
        return False
    known = (found.aliases.get(name.digest) for name in group.mentioned)
    return all(alias is not None and alias.origin != MERGED for alias in known)


def _row(name: DatasetId, now: datetime) -> dict[str, Any]:
    return {"digest": name.digest, "namespace": name.namespace, "name": name.name, "first_seen": now}
