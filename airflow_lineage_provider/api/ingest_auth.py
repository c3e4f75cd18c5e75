"""Who sends events, and what they may say."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from airflow.api_fastapi.app import get_auth_manager
from airflow.api_fastapi.common.db.common import SessionDep
from airflow.api_fastapi.core_api.security import bearer_scheme, get_user
from fastapi import Depends, HTTPException, Request
from fastapi.security import HTTPAuthorizationCredentials
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from airflow_lineage_provider.mailbox.failure import first_line
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.namespace_pattern import is_match
from airflow_lineage_provider.model.openlineage.event import LineageEvent
from airflow_lineage_provider.store.identity import canonical_namespace
from airflow_lineage_provider.store.ingest_keys import KEY_START, RefusedKey, find_key, note_use
from airflow_lineage_provider.store.own_jobs import is_own_job, is_own_run

MAX_SENDER = 250

log = logging.getLogger(__name__)

Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer_scheme)]


@dataclass(frozen=True, slots=True)
class Sender:
    """Whoever sends events."""

    name: str
    """``key:NAME`` or ``user:NAME``"""
    namespaces: Sequence[str] | None
    """Patterns of the namespaces that a key may write; ``None``: a user."""

    def may_merge(self, dataset: DatasetId) -> bool:
        """Whether they may say that a dataset, by the name it is stored under, is the same as another one."""
        if self.namespaces is None or is_match(dataset.namespace, self.namespaces):
            return True
        # A key may name a namespace as its producer writes it: without a port, or by another name of the server.
        return dataset.namespace in map(canonical_namespace, self.namespaces)


async def _user(request: Request, credentials: Credentials) -> Any:
    """The signed-in user; ``None`` where a key was sent, which Airflow's own sign-in would refuse."""
    if _presented_key(credentials) is not None:
        return None
    # What somebody put in the place of Airflow's sign-in stands here too.
    given = request.app.dependency_overrides.get(get_user)
    return given() if given is not None else await get_user(request, None, credentials)


def sender_of(user: Annotated[Any, Depends(_user)], credentials: Credentials, session: SessionDep) -> Sender:
    """Who sends: an ingest key, or an Airflow user who may create asset events."""
    key = _presented_key(credentials)
    if key is not None:
        return _sender_of_key(key, session)
    if not get_auth_manager().is_authorized_asset(method="POST", user=user):
        raise HTTPException(
            403, "Sending lineage events needs the right to create asset events, or an ingest key."
        )
    return Sender(f"user:{user.get_name()}"[:MAX_SENDER], None)


SenderDep = Annotated[Sender, Depends(sender_of)]


def why_refused(event: LineageEvent, sender: Sender, *, own_namespace: str, session: Session) -> str | None:
    """Why a sender may not send an event; ``None`` where they may."""
    if sender.namespaces is not None and (reason := _why_key_may_not(event, sender, own_namespace)):
        return reason
    if (
        event.job is not None
        and event.job.namespace == own_namespace
        and is_own_job(event.job, session=session)
    ):
        return (
            f"Job {event.job.name!r} of namespace {own_namespace!r} is a DAG or task of this Airflow, "
            "which records its runs itself."
        )
    if event.run_id is not None and is_own_run(event.run_id, session=session):
        return f"Run {event.run_id} is a task attempt of this Airflow, which records it itself."
    return None


def _why_key_may_not(event: LineageEvent, sender: Sender, own_namespace: str) -> str | None:
    if event.job is not None:
        namespaces = {event.job.namespace}
        if event.job.namespace == own_namespace and own_namespace not in (sender.namespaces or ()):
            # dbt writes its run where its parent is. That somebody thought of it shows in the name: no pattern does.
            return (
                f"Ingest key {sender.name.partition(':')[2]!r} may not write namespace {own_namespace!r}: it is this "
                "Airflow's own, which a key must name in full. Give the other producer a namespace of its own."
            )
    else:
        namespaces = {output.dataset.namespace for output in event.outputs}
    for namespace in sorted(namespaces):
        if not is_match(namespace, sender.namespaces or ()):
            return f"Ingest key {sender.name.partition(':')[2]!r} may not write namespace {namespace!r}."
    return None


def _presented_key(credentials: HTTPAuthorizationCredentials | None) -> str | None:
    if credentials is not None and credentials.credentials.startswith(KEY_START):
        return credentials.credentials
    return None


def _sender_of_key(presented: str, session: Session) -> Sender:
    now = datetime.now(UTC)
    try:
        key = find_key(presented, now=now, session=session)
    except RefusedKey as error:
        raise HTTPException(401, str(error), headers={"WWW-Authenticate": "Bearer"}) from None
    try:
        note_use(key, now=now, session=session)
        session.commit()
    except DBAPIError as error:
        # A busy database must not cost the event.
        session.rollback()
        log.debug("The last use of ingest key %r was not written: %s", key.name, first_line(error))
    return Sender(f"key:{key.name}", key.namespaces)
