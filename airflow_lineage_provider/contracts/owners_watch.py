"""Keep the registered owners as watched files say.

A file that cannot be read, or is no owners file, changes nothing. Its owners go when it is gone from a folder that can be
read, for two looks in a row. A file that the option no longer names is not read any more; its owners stay as they are
until the file is gone as well, so that a server with another configuration ends nobody's ownership.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from airflow_lineage_provider import config
from airflow_lineage_provider.contracts.dbt_registrations import ReadOwners
from airflow_lineage_provider.contracts.error import ContractError, Problem
from airflow_lineage_provider.contracts.folder import UnreadableFolder, WatchedFolder
from airflow_lineage_provider.contracts.folder_watch import GONE_LOOKS
from airflow_lineage_provider.contracts.owners_file import InvalidOwnersFile
from airflow_lineage_provider.contracts.owners_import import read_owners_path
from airflow_lineage_provider.contracts.watched_file import digest_of, is_settled, stamp_of
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.ownership.registration import InvalidOwner
from airflow_lineage_provider.store.ownership.sources import SourceChange, replace_source, sources_set_by
from airflow_lineage_provider.store.retention.transactions import Transactions

log = logging.getLogger(__name__)

ACTOR = "watch"


@dataclass(slots=True)
class OwnersReport:
    """What one look found. A look at what did not change finds nothing but what is still wrong."""

    changes: list[SourceChange] = field(default_factory=list)
    problems: dict[str, tuple[Problem, ...]] = field(default_factory=dict)
    """By file, as long as they last. Nothing of such a file was changed."""
    unlisted: tuple[str, ...] = ()
    """Files that ``owners_path`` no longer names, and whose owners are still registered."""


@dataclass(slots=True)
class _Seen:
    """A file from look to look."""

    stamp: tuple[int, int] | None = None
    digest: str | None = None
    owners: int = 0
    """That it named when it was read last."""
    missing: int = 0
    """Looks in a row at which it was not there."""


class OwnersWatcher:
    """Remembers what it saw, so that a file that did not change costs one ``stat``."""

    def __init__(self, transactions: Transactions | None = None) -> None:
        self._transactions = transactions or OwnTransactions()
        self._seen: dict[str, _Seen] = {}
        self._has_looked = False
        self._told: dict[str, tuple[Problem, ...]] = {}

    def look(self, names: Sequence[str], *, now: datetime) -> OwnersReport:
        """Import what changed, end what is gone. One bad file stops no other."""
        report = OwnersReport()
        listed = list(dict.fromkeys(names))
        if not listed and not self._seen and self._has_looked:
            return report
        with self._transactions.reading() as session:
            stored = sources_set_by(ACTOR, session=session)
        if not self._has_looked:
            # What another server imports later, and this one has never had, is not this one's to end.
            self._seen |= {name: _Seen() for name in stored}
            self._has_looked = True
        for name in listed:
            self._seen.setdefault(name, _Seen())
        for name, seen in list(self._seen.items()):
            try:
                self._look_at(name, seen, name in listed, name in stored, report, now)
            except OSError as error:
                reason = str(error) if isinstance(error, UnreadableFolder) else error.strerror or str(error)
                self._refuse(name, seen, [Problem(name, f"cannot be read: {reason}")], report)
            except ContractError as error:
                self._refuse(name, seen, error.problems, report)
            except InvalidOwner as error:
                self._refuse(name, seen, [Problem(name, str(error))], report)
        report.unlisted = tuple(sorted(name for name in self._seen if name not in listed and name in stored))
        self._seen = {name: seen for name, seen in self._seen.items() if name in listed or name in stored}
        self._tell(report)
        return report

    def _look_at(
        self, name: str, seen: _Seen, is_listed: bool, is_stored: bool, report: OwnersReport, now: datetime
    ) -> None:
        path = WatchedFolder(name).path()
        if not _is_there(path):
            seen.stamp = seen.digest = None
            seen.missing += 1
            if not is_stored:
                if is_listed:
                    report.problems[name] = (Problem(name, f"there is no such file: {path}"),)
            elif seen.missing >= GONE_LOOKS:
                self._import(name, ReadOwners(()), report, now)
            return
        seen.missing = 0
        if not is_listed:
            return
        stamp = stamp_of(path)
        is_due = bool(seen.owners) and not is_stored
        if stamp == seen.stamp and not is_due:
            return
        digest = digest_of(path)
        if digest == seen.digest and not is_due:
            seen.stamp = stamp if is_settled(stamp) else None
            return
        read = read_owners_path(path, name)
        if not read.registrations and is_stored and not path.read_bytes().strip():
            raise InvalidOwnersFile(
                [
                    Problem(
                        name,
                        "is empty, as if it were being written; to end all its owners leave a comment in it",
                    )
                ]
            )
        self._import(name, read, report, now)
        for warning in read.warnings:
            log.warning("Owners: %s", warning)
        seen.stamp, seen.digest = stamp if is_settled(stamp) else None, digest
        seen.owners = len(read.registrations)

    def _import(self, name: str, read: ReadOwners, report: OwnersReport, now: datetime) -> None:
        with self._transactions.reading() as session:
            plan = replace_source(name, read.registrations, dry_run=True, by=ACTOR, now=now, session=session)
        if not plan.has_moved:
            return
        with self._transactions.writing() as session:
            change = replace_source(name, read.registrations, by=ACTOR, now=now, session=session)
        if change.is_change:
            report.changes.append(change)

    def _refuse(self, name: str, seen: _Seen, problems: Sequence[Problem], report: OwnersReport) -> None:
        report.problems[name] = tuple(problems)
        # It may be of the moment, so the file is read again with the next look.
        seen.stamp = seen.digest = None

    def _tell(self, report: OwnersReport) -> None:
        """Log what happened, and what is wrong when that began."""
        for change in report.changes:
            log.info(
                "Owners of %s: %d added, %d removed, %d kept",
                change.source, len(change.added), len(change.removed), change.kept,
            )  # fmt: skip
        for name, problems in report.problems.items():
            if self._told.get(name) != problems:
                for problem in problems:
                    log.warning("Owners are left as they are: %s", problem)
        self._told = dict(report.problems)


def watch_owners_once(*, now: datetime, transactions: Transactions | None = None) -> OwnersReport:
    """Look once at the files of ``[lineage_provider] owners_path``.

    What was seen is remembered from call to call in this process. Not inside of a transaction of the caller's.

    :param transactions: where to write; by default sessions of its own on Airflow's database.
    """
    watcher = _watcher() if transactions is None else OwnersWatcher(transactions)
    return watcher.look(config.owners_path(), now=now)


def _is_there(path: Path) -> bool:
    """Whether the file is there. Raises :class:`UnreadableFolder` where that cannot be told."""
    if path.is_dir():
        raise UnreadableFolder(f"{path} is a folder; name the owners file in it")
    if path.exists():
        return True
    if not path.parent.is_dir():
        raise UnreadableFolder(f"{path.parent} is no folder, or is not mounted")
    return False


@lru_cache(maxsize=1)
def _watcher() -> OwnersWatcher:
    return OwnersWatcher()
