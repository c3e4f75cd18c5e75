"""Findings over time: opened when they are seen first, seen again, resolved when they are gone, reopened when they come back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, literal, null, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.tables import Finding
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, insert_missing, insert_or_update, some

FINDING = core_table(Finding)

_TRIES = 5
_NOT_SHOWN_BY = frozenset({"key", "rule", "digest", "namespace", "name", "dag_id", "subject"})
"""What the key stands for, so that it never differs."""


@dataclass(frozen=True, slots=True)
class SeenFinding:
    """A finding as a verdict says it; what its columns take, of their lengths."""

    key: str
    rule: str
    level: str
    result: str
    message: str
    fix: str = ""
    digest: str | None = None
    namespace: str | None = None
    name: str | None = None
    dag_id: str | None = None
    subject: str | None = None
    owner: str | None = None
    channel: str | None = None
    contract_id: str | None = None
    contract_version: str | None = None
    evidence: str = "{}"
    """Canonical JSON."""
    waiver_id: int | None = None
    is_baselined: bool = False


_COLUMNS = tuple(field.name for field in fields(SeenFinding))
_SHOWN = tuple(name for name in _COLUMNS if name not in _NOT_SHOWN_BY)


@dataclass(frozen=True, slots=True)
class Judged:
    """What was asked about: an open finding of it that was not found is gone."""

    digests: frozenset[str] = frozenset()
    """Of the datasets."""
    rules: frozenset[str] = frozenset()
    """Rules about the datasets themselves."""
    dag_id: str | None = None
    dag_rules: frozenset[str] = frozenset()
    """Rules about what the DAG does with the datasets."""
    whole_rules: frozenset[str] = frozenset()
    """Rules about all that the DAG reads, or without a DAG about all there is."""
    left_out: frozenset[tuple[str, str | None]] = frozenset()
    """Rules by digest that could not judge, or that are off there."""

    def covers(self, rule: str, digest: str | None, dag_id: str | None) -> bool:
        """Whether a finding would have been found again."""
        if (rule, digest) in self.left_out:
            return False
        if rule in self.whole_rules and dag_id == self.dag_id:
            return True
        if digest not in self.digests:
            return False
        return (dag_id is None and rule in self.rules) or (
            dag_id is not None and dag_id == self.dag_id and rule in self.dag_rules
        )


@dataclass(frozen=True, slots=True)
class Folded:
    """What became of findings."""

    ids: Mapping[str, int]
    """Row id by key, of all that were seen."""
    opened: tuple[str, ...] = ()
    """Keys."""
    reopened: tuple[str, ...] = ()
    resolved: tuple[str, ...] = ()

    @property
    def has_changed(self) -> bool:
        return bool(self.opened or self.reopened or self.resolved)


def is_folded(seen: Iterable[SeenFinding], judged: Judged, *, since: datetime, session: Session) -> bool:
    """Whether everything stands there as it was found and was written since a moment: then there is nothing to do."""
    by_key = {each.key: each for each in seen}
    open_now = _open(judged, session=session)
    return by_key.keys() == open_now.keys() and all(
        row.last_seen_at >= since and all(getattr(row, name) == getattr(by_key[key], name) for name in _SHOWN)
        for key, row in open_now.items()
    )


def fold(seen: Iterable[SeenFinding], judged: Judged, *, now: datetime, session: Session) -> Folded:
    """Fold what was found into what is known. Does not commit.

    Missing rows are made first and only then rows are locked, both in the order of their keys, so that two servers
    wait for each other and never deadlock; what somebody else saw later than ``now`` stays as they saw it.
    """
    by_key: dict[str, SeenFinding] = {}
    for each in seen:
        by_key.setdefault(each.key, each)
    open_now = _open(judged, session=session)
    gone = [key for key in open_now if key not in by_key]
    held, opened = _hold(by_key, gone, now=now, session=session)
    reopened, written = [], []
    for key in sorted(by_key):
        row = held[key]
        last = max(filter(None, (row.last_seen_at, row.resolved_at)))
        if key in opened or last > now:
            continue
        if row.resolved_at is not None:
            reopened.append(key)
        written.append(_row(by_key[key], now))
    insert_or_update(FINDING, written, ("key",), _seen_again, session=session)
    resolved = _resolve([held[key] for key in gone if key in held], now=now, session=session)
    return Folded(
        {key: held[key].id for key in by_key}, tuple(sorted(opened)), tuple(reopened), tuple(sorted(resolved))
    )


def resolve_forgotten(
    digests: frozenset[str],
    dag_ids: frozenset[str],
    rules: frozenset[str],
    *,
    before: datetime,
    now: datetime,
    session: Session,
) -> list[str]:
    """Resolve findings that nobody will look for again, seen last before a moment. Returns keys.

    :param digests: datasets that are known.
    :param dag_ids: DAGs that are.
    :param rules: rules that are asked by themselves, and not only when a run asks.
    """
    query = select(FINDING.c.key, FINDING.c.rule, FINDING.c.digest, FINDING.c.dag_id).where(
        FINDING.c.resolved_at.is_(None), FINDING.c.last_seen_at < before
    )
    forgotten = sorted(
        row.key
        for row in session.execute(query)
        if (row.digest is not None and row.digest not in digests)
        or (row.dag_id is not None and row.dag_id not in dag_ids)
        or row.rule not in rules
    )
    held = [row for row in _locked(forgotten, session=session) if row.last_seen_at < before]
    return _resolve(held, now=now, session=session)


def _open(judged: Judged, *, session: Session) -> dict[str, Any]:
    """Open findings that would have been found again, by key."""
    found: list[Any] = []
    rules = sorted(judged.rules | judged.dag_rules)
    for part in parts(sorted(judged.digests), CHUNK) if rules else ():
        found += session.execute(_OPEN_OF_DATASETS, {"some": part, "rules": rules})
    if judged.whole_rules:
        of_dag = FINDING.c.dag_id.is_(None) if judged.dag_id is None else FINDING.c.dag_id == judged.dag_id
        query = select(FINDING).where(
            FINDING.c.resolved_at.is_(None), FINDING.c.rule.in_(sorted(judged.whole_rules)), of_dag
        )
        found += session.execute(query)
    return {row.key: row for row in found if judged.covers(row.rule, row.digest, row.dag_id)}


_OPEN_OF_DATASETS = select(FINDING).where(
    FINDING.c.digest.in_(some()), FINDING.c.rule.in_(some("rules")), FINDING.c.resolved_at.is_(None)
)
_LOCKED = (
    select(FINDING.c.id, FINDING.c.key, FINDING.c.last_seen_at, FINDING.c.resolved_at)
    .where(FINDING.c.key.in_(some()))
    .order_by(FINDING.c.key)
    .with_for_update()
)


def _hold(
    by_key: Mapping[str, SeenFinding], gone: Sequence[str], *, now: datetime, session: Session
) -> tuple[dict[str, Any], set[str]]:
    """Lock the rows, making those that are missing. Returns them by key, and the keys of those made here."""
    made: set[str] = set()
    held: dict[str, Any] = {}
    keys = sorted({*by_key, *gone})
    for _ in range(_TRIES):
        there: set[str] = set()
        for part in parts(sorted(by_key), CHUNK):
            there.update(session.scalars(_THERE, {"some": part}))
        missing = [key for key in sorted(by_key) if key not in there]
        insert_missing(FINDING, [_row(by_key[key], now) for key in missing], session=session)
        made.update(missing)
        held = {row.key: row for row in _locked(keys, session=session)}
        # A row that was resolved long ago may have been cleaned away since: then it is made here.
        if by_key.keys() <= held.keys():
            break
    # Somebody else may have made them in the same moment: they were seen then, here or there.
    return held, {key for key in made if held[key].last_seen_at == now and held[key].resolved_at is None}


_THERE = select(FINDING.c.key).where(FINDING.c.key.in_(some()))


def _locked(keys: Sequence[str], *, session: Session) -> Iterator[Any]:
    """Lock rows in the order of their keys."""
    for part in parts(keys, CHUNK):
        yield from session.execute(_LOCKED, {"some": part}).all()


def _row(seen: SeenFinding, now: datetime) -> dict[str, Any]:
    return {**asdict(seen), "opened_at": now, "last_seen_at": now, "reopened": 0}


def _seen_again(new: Any) -> dict[str, ColumnElement[Any]]:
    columns = FINDING.c
    return {
        "reopened": columns.reopened + case((columns.resolved_at.is_not(None), literal(1)), else_=literal(0)),
        **{name: new[name] for name in _SHOWN},
        "last_seen_at": new.last_seen_at,
        "resolved_at": null(),
    }


def _resolve(rows: Sequence[Any], *, now: datetime, session: Session) -> list[str]:
    """Resolve locked rows, but for what somebody saw later than ``now``. Returns their keys."""
    gone = [row for row in rows if row.resolved_at is None and row.last_seen_at <= now]
    for part in parts([row.id for row in gone], CHUNK):
        session.execute(FINDING.update().where(FINDING.c.id.in_(part)).values(resolved_at=now))
    return [row.key for row in gone]
