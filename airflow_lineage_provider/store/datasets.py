"""Dataset identities to rows, through the aliases that are known."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.tables import Alias, Dataset
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, ids_of, insert_missing, select_ids, some

DATASET = core_table(Dataset)
ALIAS = core_table(Alias)
_RESOLVE = select(ALIAS.c.digest, ALIAS.c.dataset_id).where(ALIAS.c.digest.in_(some()))
_BY_ID = select(DATASET.c.id).where(DATASET.c.id.in_(some())).order_by(DATASET.c.id)
_LOCK = _BY_ID.with_for_update(key_share=True)
_HOLD = _BY_ID.with_for_update(read=True, key_share=True)
_RESOLVE_OWN = (
    select(ALIAS.c.digest, ALIAS.c.dataset_id, ALIAS.c.origin, DATASET.c.digest.label("main"))
    .join(DATASET, DATASET.c.id == ALIAS.c.dataset_id)
    .where(ALIAS.c.digest.in_(some()))
)
TOLD_ORIGINS = ("symlink", "merged")
"""Of aliases that nobody but other producers stands for."""
MOST_ROUNDS = 5
"""How often names are looked up anew because somebody merged what they led to in the meantime."""


def dataset_ids(datasets: Iterable[DatasetId], *, now: datetime, session: Session) -> dict[DatasetId, int]:
    """Row id of each dataset that tasks of this Airflow touch, creating the ones nobody has seen.

    An alias leads to what it stands for, but one that other producers told of becomes a dataset of its own again:
    what a task read under one name is not judged under another because somebody else calls them the same.

    Until the transaction ends nobody can merge the rows into others.
    """
    wanted = {dataset.digest: dataset for dataset in datasets}
    for _ in range(MOST_ROUNDS):
        resolved = _own_aliases(wanted, session=session)
        known = select_ids(
            DATASET, "digest", [digest for digest in wanted if digest not in resolved], session=session
        )
        new = [digest for digest in wanted if digest not in resolved and digest not in known]
        if new:
            rows = [
                {
                    "digest": digest,
                    "namespace": wanted[digest].namespace,
                    "name": wanted[digest].name,
                    "first_seen": now,
                }
                for digest in new
            ]
            known |= ids_of(DATASET, "digest", rows, session=session)
            # While we waited for somebody who made the same row, it may have become an alias.
            if any(known[digest] != row for digest, row in resolve_aliases(new, session=session).items()):
                continue
        resolved = known | resolved
        if hold_datasets(resolved.values(), key_share=True, session=session) >= set(resolved.values()):
            return {dataset: resolved[digest] for digest, dataset in wanted.items()}
    raise RuntimeError("datasets are merged faster than they can be looked up")


def _own_aliases(digests: Iterable[str], *, session: Session) -> dict[str, int]:
    """Dataset ids of those digests that are aliases, without those that other producers told of: they are removed."""
    wanted = list(digests)
    found: dict[str, int] = {}
    told: dict[str, int] = {}
    for part in parts(wanted, CHUNK):
        for row in session.execute(_RESOLVE_OWN, {"some": part}):
            # The name under which a dataset is stored may have been called a symlink as well.
            is_told = row.origin in TOLD_ORIGINS and row.digest != row.main
            (told if is_told else found)[row.digest] = row.dataset_id
    if told:
        # First what they lead to, as whoever merges does it.
        hold_datasets(told.values(), key_share=True, session=session)
        for digest in sorted(told):
            session.execute(
                ALIAS.delete().where(ALIAS.c.digest == digest, ALIAS.c.dataset_id == told[digest])
            )
    return found


def hold_datasets(ids: Iterable[int], *, key_share: bool, session: Session) -> set[int]:
    """Lock rows until the transaction ends, in the order of their ids.

    :param key_share: only against being merged into others, so that many may hold a row; else against whatever
        changes facts of the datasets.
    :return: those that are still there.
    """
    wanted = sorted(set(ids))
    if session.get_bind().dialect.name == "sqlite" and key_share:
        return set(wanted)  # who writes has the whole file
    query = _HOLD if key_share else _LOCK
    held: set[int] = set()
    for part in parts(wanted, CHUNK):
        held.update(session.scalars(query, {"some": part}))
    return held


def resolve_aliases(digests: Iterable[str], *, session: Session) -> dict[str, int]:
    """Dataset ids of those digests that are aliases."""
    wanted = list(digests)
    found: dict[str, int] = {}
    for part in parts(wanted, CHUNK):
        rows = session.execute(_RESOLVE, {"some": part})
        found.update({row[0]: row[1] for row in rows})
    return found


def add_aliases(aliases: Iterable[tuple[DatasetId, int, str]], *, now: datetime, session: Session) -> None:
    """Remember other names of datasets.

    :param aliases: (other name, dataset id, origin). A name that is a dataset of its own stays one.
    """
    rows = {
        alias.digest: {
            "digest": alias.digest,
            "namespace": alias.namespace,
            "name": alias.name,
            "dataset_id": dataset_id,
            "origin": origin,
            "first_seen": now,
        }
        for alias, dataset_id, origin in aliases
    }
    if not rows:
        return
    taken = set(session.scalars(select(DATASET.c.digest).where(DATASET.c.digest.in_(rows))))
    known = resolve_aliases(rows, session=session)
    new = [rows[digest] for digest in sorted(rows) if digest not in taken and digest not in known]
    insert_missing(ALIAS, new, session=session)
    for digest, dataset_id in known.items():
        if dataset_id != rows[digest]["dataset_id"]:
            # The name was given to something else since: an asset whose URI was changed.
            session.execute(
                ALIAS.update()
                .where(ALIAS.c.digest == digest)
                .values(dataset_id=rows[digest]["dataset_id"], origin=rows[digest]["origin"])
            )


def find_dataset(dataset: DatasetId, *, session: Session) -> int | None:
    """Row id of a dataset or of what an alias of that name stands for; ``None`` if nobody has seen it."""
    aliased = resolve_aliases([dataset.digest], session=session).get(dataset.digest)
    if aliased is not None:
        return aliased
    return session.scalar(select(DATASET.c.id).where(DATASET.c.digest == dataset.digest))
