"""Names of DAGs and jobs that a reader may not read, in texts that were written for everybody."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any

from airflow.models.dag import DagModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.ingest import JOB
from airflow_lineage_provider.store.upsert import CHUNK

HIDDEN = "(hidden)"
_WORD = re.compile(r"[\w.\-]+")
"""What ids of DAGs and tasks are made of."""
_OF_DAG = "owner of DAG "
_JOBS = frozenset({"job", "written_by", "observed_by", "producers"})
"""Keys under which facts and evidence name jobs: of those that are no task of ours any text may be the name."""


class HiddenNames:
    """Replaces DAGs and their tasks that the reader may not read, and jobs of other producers.

    :param documents: JSON values and texts that will be shown: only names in them are looked up.
    """

    def __init__(self, documents: Iterable[Any], access: Access, *, session: Session) -> None:
        self._names: frozenset[str] = frozenset()
        self._owners: frozenset[str] = frozenset()
        self._jobs: dict[str, re.Pattern[str]] = {}
        if access.is_unrestricted:
            return
        listed = list(documents)
        candidates = {
            part for text in _texts(listed) for word in _WORD.findall(text) for part in _parts(word)
        }
        unreadable = {name for name in candidates if not access.may_read(name)}
        self._names = frozenset(_dag_ids(unreadable, session=session))
        self._owners = frozenset(self._owners_of_hidden(listed))
        foreign = _foreign_jobs(set(_jobs_in(listed)), session=session)
        self._jobs = {
            name: re.compile(rf"(?<![\w.\-]){re.escape(name)}(?![\w\-])")
            for name in sorted(foreign, key=len, reverse=True)
        }

    def text(self, text: str, shown: Collection[str] = ()) -> str:
        """The text without hidden names.

        :param shown: names that the reader sees anyhow, of datasets and contracts, whatever DAG is called like them.
        """
        for name, job in self._jobs.items():
            if name not in shown:
                text = job.sub(HIDDEN, text)
        if not self._names and not self._owners:
            return text
        kept = {word for name in shown for word in (name, *_WORD.findall(name))}

        def replace(found: re.Match[str]) -> str:
            word = found[0]
            bare = word.rstrip(".")
            if word in kept or bare in kept:
                return word
            is_hidden = bare in self._owners or any(part in self._names for part in _parts(bare))
            return HIDDEN + word[len(bare) :] if is_hidden else word

        for owner in sorted(self._owners, key=len, reverse=True):
            if not _WORD.fullmatch(owner):
                text = text.replace(owner, HIDDEN)
        return _WORD.sub(replace, text)

    def document(self, value: Any, shown: Collection[str] = ()) -> Any:
        """A JSON value without hidden names; keys stay."""
        if isinstance(value, str):
            return value if value in shown else self.text(value, shown)
        if isinstance(value, list | tuple):
            return [self.document(item, shown) for item in value]
        if isinstance(value, dict):
            return {key: self.document(item, shown) for key, item in value.items()}
        return value

    def _owners_of_hidden(self, documents: Iterable[Any]) -> Iterator[str]:
        """Owners that only the DAGs which are hidden name."""
        named: dict[str, set[bool]] = {}
        for owner in _owner_facts(documents):
            source, name = owner.get("source"), owner.get("name")
            if isinstance(source, str) and isinstance(name, str):
                is_hidden = source.startswith(_OF_DAG) and source.removeprefix(_OF_DAG) in self._names
                named.setdefault(name, set()).add(is_hidden)
        return (name for name, found in named.items() if found == {True})


def _dag_ids(names: Collection[str], *, session: Session) -> Iterator[str]:
    """Those of some names that are ids of DAGs, of today or of the past."""
    ordered = sorted(names)
    for part in parts(ordered, CHUNK):
        yield from session.scalars(select(DagModel.dag_id).where(DagModel.dag_id.in_(part)))
        yield from session.scalars(select(JOB.c.dag_id).where(JOB.c.dag_id.in_(part)).distinct())


def _foreign_jobs(names: Collection[str], *, session: Session) -> Iterator[str]:
    """Those of some names that are jobs of other producers."""
    ordered = sorted(names)
    for part in parts(ordered, CHUNK):
        yield from session.scalars(
            select(JOB.c.name).where(JOB.c.name.in_(part), JOB.c.dag_id.is_(None)).distinct()
        )


def _jobs_in(value: Any) -> Iterator[str]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _jobs_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item) if key in _JOBS else _jobs_in(item)


def _parts(word: str) -> Iterator[str]:
    """What of ``a.b.c`` may be a DAG: ``a``, ``a.b``, ``a.b.c``."""
    at = word.find(".")
    while at != -1:
        yield word[:at]
        at = word.find(".", at + 1)
    yield word.rstrip(".")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)


def _owner_facts(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _owner_facts(item)
    elif isinstance(value, dict):
        if isinstance(owners := value.get("owners"), list):
            yield from (owner for owner in owners if isinstance(owner, dict))
        for item in value.values():
            yield from _owner_facts(item)
