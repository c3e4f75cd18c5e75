"""Keep the contracts in force as watched folders and assets declare them."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from airflow_lineage_provider import config
from airflow_lineage_provider.contracts.apply import Applied
from airflow_lineage_provider.contracts.asset_contracts import AssetContracts
from airflow_lineage_provider.contracts.binding import Lookup
from airflow_lineage_provider.contracts.connection import connection_identity
from airflow_lineage_provider.contracts.error import Problem
from airflow_lineage_provider.contracts.folder import WatchedFolder, watched_folders
from airflow_lineage_provider.contracts.folder_watch import FolderWatch
from airflow_lineage_provider.contracts.look import Look
from airflow_lineage_provider.contracts.validation import remember_valid
from airflow_lineage_provider.store.contracts import Retracted
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.retention.transactions import Transactions

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WatchReport:
    """What one look found. A look at what did not change finds nothing."""

    files: int
    """That are there."""
    read: int
    """That had changed, or were new."""
    applied: tuple[Applied, ...]
    retracted: tuple[Retracted, ...]
    problems: tuple[Problem, ...]
    """Of files and assets that had changed, or were new."""
    folders: tuple[tuple[str, str], ...]
    """Folders that could not be looked at: name and reason. Nothing of theirs was retracted."""


class Watcher:
    """Remembers what it saw, so that a file that did not change costs one ``stat``."""

    def __init__(
        self, transactions: Transactions | None = None, *, lookup: Lookup = connection_identity
    ) -> None:
        self._transactions = transactions or OwnTransactions()
        self._lookup = lookup
        self._folders: dict[str, FolderWatch] = {}
        self._assets = AssetContracts()
        self._has_looked = False
        self._told: dict[str, str] = {}

    def look(self, folders: Sequence[WatchedFolder], *, now: datetime) -> WatchReport:
        """Apply what is new, retract what is gone. One bad file stops no other."""
        look = Look(self._transactions, self._lookup, now)
        self._folders = {
            folder.name: self._folders.get(folder.name) or FolderWatch(folder) for folder in folders
        }
        if folders:
            look.read_current()
            if not self._has_looked:
                remember_valid(
                    entry.content_hash for entry in look.current.values() if entry.managed_by in self._folders
                )
                self._has_looked = True
        listed = [watch for watch in self._folders.values() if watch.list_files(look)]
        for watch in listed:
            watch.claim(look)
        for watch in listed:
            watch.apply_changed(look)
        for watch in listed:
            watch.retract_gone(look)
        self._assets.look(look)
        self._tell(look)
        return WatchReport(
            sum(len(watch.seen) for watch in listed),
            look.read,
            tuple(look.applied),
            tuple(look.retracted),
            tuple(look.problems),
            tuple(look.folders.items()),
        )

    def _tell(self, look: Look) -> None:
        """Log what happened, and what is wrong with a folder when that began."""
        for name, reason in look.folders.items():
            if self._told.get(name) != reason:
                log.warning("Contracts in %s are left as they are: %s", name, reason)
        self._told = dict(look.folders)
        for applied in look.applied:
            log.info("Contract %s %s is %s", applied.contract_id, applied.version, applied.action)
        for gone in look.retracted:
            log.info("Contract %s is no longer in force: %s is gone", gone.contract_id, gone.source)
        for problem in look.problems:
            log.warning("A contract is not applied: %s", problem)


def watch_once(*, now: datetime, transactions: Transactions | None = None) -> WatchReport:
    """Look once at the folders of ``[lineage_provider] contracts_path`` and at Airflow's assets.

    What was seen is remembered from call to call in this process. Not inside of a transaction of the caller's.

    :param transactions: where to write; by default sessions of its own on Airflow's database.
    """
    watcher = _watcher() if transactions is None else Watcher(transactions)
    return watcher.look(watched_folders(config.contracts_path()), now=now)


@lru_cache(maxsize=1)
def _watcher() -> Watcher:
    return Watcher()
