"""Raw events and facets without the names and columns that their reader may not know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.model.dataset_id import DatasetId, identity_digest
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.catalog.sight import MASKED, Sight, open_facets
from airflow_lineage_provider.store.datasets import DATASET, resolve_aliases
from airflow_lineage_provider.store.identity import canonical_dataset
from airflow_lineage_provider.store.ingest import JOB
from airflow_lineage_provider.store.upsert import CHUNK

Name = tuple[str, str]
"""Namespace and name."""

_SIDES = ("inputs", "outputs")
_DEEPEST = 100


def masked_events(
    events: Sequence[dict[str, Any]], sight: Sight, *, secret: Collection[int] = ()
) -> list[dict[str, Any]]:
    """Events as the reader may see them: nothing is changed for who sees everything.

    :param secret: places of events that tell of sensitive columns though they name no dataset that has some.
    """
    if sight.access.is_unrestricted and sight.access.has_sensitive:
        return list(events)
    known = _known({name for event in events for name in _names(event)}, sight)
    return [_masked(event, known, is_secret=place in secret) for place, event in enumerate(events)]


def masked_facets(found: dict[int, dict[str, Any]], sight: Sight) -> dict[int, dict[str, Any]]:
    """Facets by owner and name as the reader may see them: they name datasets and columns of others too."""
    if sight.access.is_unrestricted and sight.access.has_sensitive:
        return found
    known = _known({name for facets in found.values() for name in _names(facets)}, sight)
    return {owner: dict(_shown_facets(facets, known)) for owner, facets in found.items()}


def _shown_facets(facets: Mapping[str, Any], known: _Known) -> Iterator[tuple[str, Any]]:
    for name, body in facets.items():
        if open_facets({name: body}) or known.sensitive.isdisjoint(_names(body)):
            yield name, body if known.is_unrestricted else _without_names(body, known)


@dataclass(frozen=True, slots=True)
class _Known:
    is_unrestricted: bool
    seen: frozenset[Name]
    sensitive: frozenset[Name]
    """Datasets of which some column is not shown."""


def _known(names: set[Name], sight: Sight) -> _Known:
    datasets = _dataset_ids(names, session=sight.session)
    hidden = sight.hidden_columns(set(datasets.values()))
    sensitive = frozenset(name for name, row_id in datasets.items() if row_id in hidden)
    if sight.access.is_unrestricted:
        return _Known(True, frozenset(), sensitive)
    jobs = _ids(JOB, {identity_digest(*name): name for name in names}, session=sight.session)
    seen_datasets, seen_jobs = sight.datasets(set(datasets.values())), sight.jobs(set(jobs.values()))
    own = config.namespace()
    seen = {name for name, row_id in datasets.items() if row_id in seen_datasets}
    seen |= {name for name, row_id in jobs.items() if row_id in seen_jobs}
    # A DAG is no job of ours, and still the root of what its tasks start.
    seen |= {name for name in names if name[0] == own and sight.access.may_read(name[1])}
    return _Known(False, frozenset(seen), sensitive)


def _dataset_ids(names: Iterable[Name], *, session: Session) -> dict[Name, int]:
    digests: dict[str, set[Name]] = {}
    for name in names:
        dataset = DatasetId(*name)
        for spelling in (dataset, canonical_dataset(dataset)):
            digests.setdefault(spelling.digest, set()).add(name)
    aliases = resolve_aliases(digests, session=session)
    found = {name: row_id for digest, row_id in aliases.items() for name in digests[digest]}
    for part in parts(sorted(set(digests) - set(aliases)), CHUNK):
        query = select(DATASET.c.digest, DATASET.c.id).where(DATASET.c.digest.in_(part))
        found.update({name: row[1] for row in session.execute(query) for name in digests[row[0]]})
    return found


def _ids(table: Table, digests: Mapping[str, Name], *, session: Session) -> dict[Name, int]:
    wanted = sorted(digests)
    found: dict[Name, int] = {}
    for part in parts(wanted, CHUNK):
        query = select(table.c.digest, table.c.id).where(table.c.digest.in_(part))
        found.update({digests[row[0]]: row[1] for row in session.execute(query)})
    return found


def _names(value: Any, depth: int = 0) -> Iterator[Name]:
    """Whatever an event names by namespace and name: jobs, datasets, parents, symlinks, inputs of columns."""
    if depth >= _DEEPEST:
        return
    if isinstance(value, dict):
        if (name := _name(value)) is not None:
            yield name
        for part in value.values():
            yield from _names(part, depth + 1)
    elif isinstance(value, list):
        for part in value:
            yield from _names(part, depth + 1)


def _name(value: Mapping[str, Any]) -> Name | None:
    namespace, name = value.get("namespace"), value.get("name")
    return (namespace, name) if isinstance(namespace, str) and isinstance(name, str) else None


def _masked(event: dict[str, Any], known: _Known, *, is_secret: bool) -> dict[str, Any]:
    shown: dict[str, Any] = event if known.is_unrestricted else _without_names(event, known)
    if not is_secret and known.sensitive.isdisjoint(_names(event)):
        return shown
    # Statements, plans and what else a producer makes up may tell of the columns as well.
    shown = dict(shown)
    for part in ("run", "job"):
        if isinstance(shown.get(part), dict):
            shown[part] = _open(shown[part], "facets")
    for side in _SIDES:
        if isinstance(shown.get(side), list):
            shown[side] = [
                _open(_open(_open(entry, "facets"), "inputFacets"), "outputFacets")
                for entry in shown[side]
                if isinstance(entry, dict)
            ]
    return shown


def _open(owner: dict[str, Any], key: str) -> dict[str, Any]:
    facets = owner.get(key)
    return {**owner, key: open_facets(facets)} if isinstance(facets, dict) else owner


def _without_names(value: Any, known: _Known, depth: int = 0) -> Any:
    if depth >= _DEEPEST:
        return None
    if isinstance(value, list):
        return [_without_names(part, known, depth + 1) for part in value]
    if not isinstance(value, dict):
        return value
    name = _name(value)
    if name is not None and name not in known.seen:
        return {"namespace": MASKED, "name": MASKED}
    return {key: _without_names(part, known, depth + 1) for key, part in value.items()}
