"""Stored datasets whose names look like a given one; what is searched is bounded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.identity import IdentityRules
from airflow_lineage_provider.model.look_alike import Difference, differences, stem_of
from airflow_lineage_provider.model.namespace import scheme_of
from airflow_lineage_provider.model.naming import ASSET_NAMESPACE
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.upsert import CHUNK

NEWEST = 20_000
"""Datasets, the newest ones, that are searched for a similar name."""
MOST_SIMILAR = 1_000
"""How many of them may be similar."""
MOST_NAMESPACES = 200
"""Namespaces of the same system that are asked for exactly this name."""
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A stored dataset and why it is another one."""

    dataset: DatasetId
    differences: tuple[Difference, ...]

    def to_wire(self) -> dict[str, Any]:
        return {
            "namespace": self.dataset.namespace,
            "name": self.dataset.name,
            "differences": [
                {"reason": each.reason, "configure": each.configure} for each in self.differences
            ],
        }


def find_look_alikes(wanted: DatasetId, rules: IdentityRules, *, session: Session) -> list[LookAlike]:
    """Those with the fewest differences first, at most ``MOST_SHOWN``.

    :param wanted: a canonical name.
    """
    found: dict[DatasetId, LookAlike] = {}
    for other in (*_exact(wanted, session=session), *_similar(wanted, session=session)):
        if other == wanted or other in found:
            continue
        why: list[Difference] | None
        if rules.canonical(other) == wanted:
            why = [
                Difference(
                    "it was stored before the rules that are in force now: they make it this dataset",
                    "nothing: what runs from now on is stored under the canonical name",
                )
            ]
        else:
            why = differences(wanted, other)
        if why:
            found[other] = LookAlike(other, tuple(why))
    ranked = sorted(found.values(), key=lambda each: (len(each.differences), each.dataset))
    return ranked[:MOST_SHOWN]


def _similar(wanted: DatasetId, *, session: Session) -> list[DatasetId]:
    newest = (
        select(DATASET.c.namespace, DATASET.c.name).order_by(DATASET.c.id.desc()).limit(NEWEST).subquery()
    )
    rows = session.execute(
        select(newest.c.namespace, newest.c.name)
        .where(func.lower(newest.c.name).contains(stem_of(wanted), autoescape=True))
        .limit(MOST_SIMILAR)
    )
    return [DatasetId(row.namespace, row.name) for row in rows]


def _exact(wanted: DatasetId, *, session: Session) -> list[DatasetId]:
    names = {wanted.name, wanted.name.lower(), wanted.name.upper()}
    namespaces = [wanted.namespace, *_namespaces(f"{scheme_of(wanted.namespace)}://", session=session)]
    possible = [DatasetId(namespace, name) for namespace in namespaces for name in names]
    possible += [DatasetId(ASSET_NAMESPACE, name) for name in (*names, stem_of(wanted))]
    return _stored(possible, session=session)


def _namespaces(beginning: str, *, session: Session) -> list[str]:
    """Namespaces that begin with a text, one seek of the index each."""
    found: list[str] = []
    last = beginning
    for _ in range(MOST_NAMESPACES):
        following = session.scalar(select(func.min(DATASET.c.namespace)).where(DATASET.c.namespace > last))
        if following is None:
            break
        last = str(following)
        if last.startswith(beginning):
            found.append(last)
        elif found:
            break
    return found


def _stored(possible: Iterable[DatasetId], *, session: Session) -> list[DatasetId]:
    digests = sorted({dataset.digest for dataset in possible})
    found: list[DatasetId] = []
    for part in parts(digests, CHUNK):
        query = select(DATASET.c.namespace, DATASET.c.name).where(DATASET.c.digest.in_(part))
        found += [DatasetId(row.namespace, row.name) for row in session.execute(query)]
    return found
