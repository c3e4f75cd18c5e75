"""What is done about contracts, findings and the audit in each round, one step after another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.orm import Session

from airflow_lineage_provider import config
from airflow_lineage_provider.contracts.folder import watched_folders
from airflow_lineage_provider.contracts.owners_watch import OwnersWatcher
from airflow_lineage_provider.contracts.watch import Watcher
from airflow_lineage_provider.governance.audit.checkpoint import Checkpoints, append_checkpoint
from airflow_lineage_provider.governance.audit.sealer import seal
from airflow_lineage_provider.governance.notices.route import routes_of
from airflow_lineage_provider.governance.notices.teller import Teller
from airflow_lineage_provider.governance.sweep import sweep
from airflow_lineage_provider.store.own_transactions import OwnTransactions, own_session


class Desk:
    """What the steps remember from round to round.

    :param session_factory: makes a session outside anybody's scope; by default on Airflow's engine.
    """

    def __init__(self, session_factory: Callable[[], Session] | None = None) -> None:
        self.session_factory = session_factory or own_session
        self.transactions = OwnTransactions(self.session_factory)
        self.checkpoints = Checkpoints()
        self.is_stopped: Callable[[], bool] = lambda: False
        """Asked in the middle of what takes long."""

    @cached_property
    def watcher(self) -> Watcher:
        return Watcher(self.transactions)

    @cached_property
    def owners_watcher(self) -> OwnersWatcher:
        return OwnersWatcher(self.transactions)

    @cached_property
    def teller(self) -> Teller:
        return Teller(routes_of(config.notifiers()), self.transactions, quiet=config.notify_quiet())


class Step(NamedTuple):
    """One step; what it raises ends it alone."""

    name: str
    """Said in logs: "... failed"."""
    work: Callable[[Desk], object]


def _watch_contracts(desk: Desk) -> None:
    desk.watcher.look(watched_folders(config.contracts_path()), now=datetime.now(UTC))


def _watch_owners(desk: Desk) -> None:
    desk.owners_watcher.look(config.owners_path(), now=datetime.now(UTC))


def _sweep(desk: Desk) -> None:
    sweep(now=datetime.now(UTC), session_factory=desk.session_factory, is_stopped=desk.is_stopped)


def _seal(desk: Desk) -> None:
    seal(desk.transactions, is_stopped=desk.is_stopped)


def _checkpoint(desk: Desk) -> None:
    path = config.audit_checkpoints()
    if path is None:
        return
    with desk.transactions.reading() as session:
        checkpoint = desk.checkpoints.take(datetime.now(UTC), session=session)
    if checkpoint is not None:
        append_checkpoint(checkpoint, Path(path))


def _notify(desk: Desk) -> None:
    desk.teller.tell()


ROUND: tuple[Step, ...] = (
    Step("Watching contracts", _watch_contracts),
    Step("Watching owners", _watch_owners),
    Step("Judging", _sweep),
    Step("Sealing the audit", _seal),
    Step("Taking a checkpoint of the audit", _checkpoint),
    Step("Telling of findings", _notify),
)
