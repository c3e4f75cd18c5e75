"""Who answers for datasets: the first source that names anybody counts."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fnmatch import translate
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

from sqlalchemy.orm import Session

from airflow_lineage_provider.contracts.team import (
    OwnerMember,
    member_owners,
    support_channel,
    team_name,
)
from airflow_lineage_provider.governance.facts import OwnerFact
from airflow_lineage_provider.governance.facts_of.contracts import Bound, is_retired
from airflow_lineage_provider.governance.facts_of.producers import Producers
from airflow_lineage_provider.governance.facts_of.subjects import Subjects
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store import owners
from airflow_lineage_provider.store.content_cache import ContentCache
from airflow_lineage_provider.store.contracts import StoredContract
from airflow_lineage_provider.store.ownership.registration import HAND
from airflow_lineage_provider.store.registered_owners import (
    RegisteredOwner,
    registered_owners,
)
from airflow_lineage_provider.store.told_owners import told_owners

Owners = dict[DatasetId, list[OwnerFact]]
Wanted = Collection[DatasetId]
OF_DAG = "owner of DAG "
"""How the source of an owner begins that only who may read the DAG is told."""


def owner_facts(
    subjects: Subjects,
    contracts: Bound,
    producers: Callable[[], Producers],
    *,
    today: date,
    session: Session,
) -> tuple[Owners, Owners]:
    """(owners, owners that have left) by dataset.

    In this order: members of a contract's team with role owner, the name of the team, registered owners, owners that
    an entitled producer told, owners in the extra of an asset, owners of the DAGs that write. A source is asked only
    for datasets that no earlier one knows an owner of.

    :param producers: asked for only where owners of DAGs are needed.
    """
    in_force = {
        dataset: [contract for contract in bound if not is_retired(contract.status)]
        for dataset, bound in contracts.items()
    }
    register = _register(subjects, today=today, session=session)
    everyone = [entry.dataset for entry in subjects.entries]
    departed = register.owners_of(everyone, today)[1] if register.has_anybody_left else {}
    for dataset, bound in in_force.items():
        for contract in bound:
            departed.setdefault(dataset, []).extend(members_of(contract, today, have_left=True))
    sources: tuple[Callable[[Wanted], Mapping[DatasetId, list[OwnerFact]]], ...] = (
        lambda wanted: _of_contracts(wanted, in_force, lambda contract: members_of(contract, today)),
        lambda wanted: _of_contracts(wanted, in_force, team_of),
        lambda wanted: register.owners_of(wanted, today)[0],
        lambda wanted: _told(subjects, wanted, session=session),
        lambda wanted: _of_assets(subjects, session=session),
        lambda wanted: _of_dags(wanted, producers(), session=session),
    )
    found: Owners = {}
    for source in sources:
        wanted = {entry.dataset for entry in subjects.entries if not found.get(entry.dataset)}
        if not wanted:
            break
        told = source(wanted)
        found |= {dataset: _distinct(told[dataset]) for dataset in wanted if told.get(dataset)}
    return found, {dataset: _distinct(facts) for dataset, facts in departed.items() if facts}


def _of_contracts(
    wanted: Wanted, contracts: Bound, say: Callable[[StoredContract], list[OwnerFact]]
) -> Mapping[DatasetId, list[OwnerFact]]:
    return {
        dataset: [fact for contract in contracts.get(dataset, ()) for fact in say(contract)]
        for dataset in wanted
    }


@dataclass(frozen=True, slots=True)
class _People:
    """Whom a contract names."""

    members: tuple[OwnerMember, ...]
    team: str | None
    channel: str | None


_people: ContentCache[_People] = ContentCache()


def _people_of(contract: StoredContract) -> _People:
    known = _people.get(contract.content_hash)
    if known is None:
        body = contract.body
        read = _People(tuple(member_owners(body)), team_name(body), support_channel(body))
        known = _people.put(contract.content_hash, read)
    return known


def members_of(contract: StoredContract, today: date, *, have_left: bool = False) -> list[OwnerFact]:
    """Members of a contract's team with role owner that serve, or that have left."""
    people = _people_of(contract)
    return [
        OwnerFact(member.name, _source(contract), people.channel, valid_to=member.last_day)
        for member in people.members
        if (member.has_left(today) if have_left else member.serves(today))
    ]


def team_of(contract: StoredContract) -> list[OwnerFact]:
    """The name of a contract's team."""
    people = _people_of(contract)
    return [OwnerFact(people.team, _source(contract), people.channel)] if people.team else []


def _source(contract: StoredContract) -> str:
    return f"contract {contract.contract_id} {contract.version}"


@dataclass(frozen=True, slots=True)
class _Register:
    """Who is registered for some datasets. Globs are compared with a dataset where that can tell something."""

    exact: Mapping[DatasetId, list[RegisteredOwner]]
    globs: Sequence[Entry]
    has_anybody_left: bool

    def owners_of(self, datasets: Collection[DatasetId], today: date) -> tuple[Owners, Owners]:
        """(who is registered today, who was): rows of the dataset itself, else those of the last globs that match."""
        found: Owners = {}
        departed: Owners = {}
        for dataset in datasets:
            for row in self.exact.get(dataset) or last_match(dataset, self.globs):
                has_left = _has_left(row, today)
                if has_left or row.valid_from is None or row.valid_from <= today:
                    (departed if has_left else found).setdefault(dataset, []).append(registered_fact(row))
        return found, departed


def _register(subjects: Subjects, *, today: date, session: Session) -> _Register:
    exact: dict[DatasetId, list[RegisteredOwner]] = {}
    globs: list[RegisteredOwner] = []
    rows = registered_owners(subjects.names, session=session)
    for row in rows:
        if row.digest is None:
            globs.append(row)
        else:
            exact.setdefault(subjects.names[row.digest], []).append(row)
    return _Register(exact, entries_of(globs, today), any(_has_left(row, today) for row in rows))


def _has_left(row: RegisteredOwner, today: date) -> bool:
    return row.valid_to is not None and row.valid_to < today


class Entry(NamedTuple):
    """Owners of all datasets that two globs match."""

    namespace: Callable[[str], object]
    name: Callable[[str], object]
    rows: Sequence[RegisteredOwner]
    serves: bool


def entries_of(globs: Sequence[RegisteredOwner], today: date) -> list[Entry]:
    """Rows next to each other with the same globs of a source are one entry; the last comes first.

    :param globs: by position within their source.

    What was set by hand comes after every file. Databases sort texts each in their own way, so it is done here.
    """
    found = []
    ordered = sorted(globs, key=lambda row: (row.source == HAND, row.source))
    for (_, namespace, name), group in groupby(
        ordered, key=lambda row: (row.source, row.namespace, row.name)
    ):
        rows = tuple(group)
        serves = any(_serves(row, today) for row in rows)
        found.append(Entry(_matcher(namespace), _matcher(name), rows, serves))
    return found[::-1]


@lru_cache(maxsize=8192)
def _matcher(glob: str) -> Callable[[str], object]:
    return re.compile(translate(glob)).match


def last_match(dataset: DatasetId, entries: Sequence[Entry]) -> Sequence[RegisteredOwner]:
    """Owners by the last entry that matches and has somebody today; without such, by the last of all."""
    last: Sequence[RegisteredOwner] = ()
    for entry in entries:
        if entry.name(dataset.name) and entry.namespace(dataset.namespace):
            if entry.serves:
                return entry.rows
            last = last or entry.rows
    return last


def _serves(row: RegisteredOwner, today: date) -> bool:
    return (row.valid_from is None or row.valid_from <= today) and (
        row.valid_to is None or row.valid_to >= today
    )


def registered_fact(row: RegisteredOwner) -> OwnerFact:
    """A row of the register as rules know it."""
    what = "this dataset" if row.digest else f"{row.namespace} {row.name}"
    return OwnerFact(
        row.owner, f"registered for {what} by {row.source}", row.channel, row.contact, row.valid_to
    )


def _told(subjects: Subjects, wanted: Wanted, *, session: Session) -> Owners:
    rows = {row_id: dataset for row_id, dataset in subjects.rows.items() if dataset in wanted}
    found: Owners = {}
    for row_id, names in told_owners(rows, session=session).items():
        found.setdefault(rows[row_id], []).extend(
            OwnerFact(name, "ownership facet that another producer sent")
            for name in names
            if name.casefold() not in owners.NOBODY
        )
    return found


def _of_assets(subjects: Subjects, *, session: Session) -> Owners:
    found: Owners = {}
    for asset in owners.asset_owners(session=session):
        dataset = subjects.names.get(asset.dataset.digest)
        if dataset is not None:
            found.setdefault(dataset, []).append(OwnerFact(asset.owner, f"extra of asset {asset.asset}"))
    return found


def _of_dags(wanted: Wanted, producers: Producers, *, session: Session) -> Owners:
    dags = {each.dag_id for dataset in wanted for each in producers.get(dataset, ()) if each.dag_id}
    names = owners.dag_owners(dags, session=session)
    return {
        dataset: [
            OwnerFact(name, f"{OF_DAG}{each.dag_id}")
            for each in producers.get(dataset, ())
            if each.dag_id
            for name in names.get(each.dag_id, ())
        ]
        for dataset in wanted
    }


def _distinct(facts: Sequence[OwnerFact]) -> list[OwnerFact]:
    return list(dict.fromkeys(facts) if len(facts) > 1 else facts)
