"""Owners: who answers for a dataset, the register, and datasets without an owner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, HTTPException, Query, status

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.cursor import decode_cursor, encode_cursor
from airflow_lineage_provider.api.parameters import (
    Cursor,
    DatasetNode,
    Limit,
    Name,
    Namespace,
    Word,
    asked_dataset,
)
from airflow_lineage_provider.api.rights import GovernDep
from airflow_lineage_provider.api.schemas.owner import (
    ChangedOwner,
    DatasetOwners,
    EndedOwnerOut,
    FileLine,
    ImportedOwners,
    OrphanOut,
    OrphanPage,
    OwnerOut,
    OwnerRequest,
    OwnersImport,
    RegisteredOwnerOut,
    RegisteredOwners,
    SetOwnerOut,
)
from airflow_lineage_provider.contracts.error import Problem
from airflow_lineage_provider.contracts.owners_file import InvalidOwnersFile
from airflow_lineage_provider.contracts.owners_import import read_owners_text
from airflow_lineage_provider.governance.facts import OwnerFact
from airflow_lineage_provider.governance.ownership import find_orphans, ownership
from airflow_lineage_provider.governance.scope import explicit_scope
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE, DatasetId
from airflow_lineage_provider.store.ownership.hand import end_owner, set_owner
from airflow_lineage_provider.store.ownership.pages import list_registered
from airflow_lineage_provider.store.ownership.registration import (
    MAX_OWNER,
    InvalidOwner,
    Registration,
    Target,
    UnknownOwner,
)
from airflow_lineage_provider.store.ownership.sources import replace_source

router = APIRouter(tags=["Owners"])

VIA = "api"
_REGISTERED, _ORPHANS = "owners", "orphans"


@router.get("/owners", summary="Read who owns a dataset")
def get_owners(
    session: SessionDep,
    access: AccessDep,
    namespace: Namespace = None,
    name: Name = None,
    node_id: DatasetNode = None,
    at: Annotated[date | None, Query(description="Who serves on that day; default: today.")] = None,
) -> DatasetOwners:
    """As the rules find them: by contract, else registered, told by a producer, on an asset, or by the DAG that writes.

    Who may read every DAG may also ask for a dataset that nobody has seen yet.
    """
    dataset = _asked(node_id, namespace, name, access, session)
    scope = explicit_scope([(dataset, None)], session=session)
    (owned,) = ownership(scope, access, today=at or _today(), session=session)
    return DatasetOwners(
        namespace=dataset.namespace,
        name=dataset.name,
        owners=_owners(owned.owners),
        departed=_owners(owned.departed),
    )


@router.get("/owners/registered", summary="List registered owners")
def get_registered(
    session: SessionDep, access: AccessDep, limit: Limit = 100, cursor: Cursor = None
) -> RegisteredOwners:
    """Who may not read every DAG sees owners of datasets that they may see, and no globs."""
    after = decode_cursor(cursor, int, scope=_REGISTERED)[0] if cursor is not None else 0
    page = list_registered(access, after=int(str(after)), limit=limit, session=session)
    return RegisteredOwners(
        owners=[RegisteredOwnerOut.model_validate(row) for row in page.rows],
        next_cursor=encode_cursor([page.next_id], scope=_REGISTERED) if page.next_id is not None else None,
    )


@router.get("/owners/orphans", summary="List datasets without an owner")
def get_orphans(
    session: SessionDep, access: AccessDep, limit: Limit = 100, cursor: Cursor = None
) -> OrphanPage:
    """Datasets that nobody owns today, with the jobs that write and read them, as far as the reader may see them."""
    after = decode_cursor(cursor, str, str, scope=_ORPHANS) if cursor is not None else None
    page = find_orphans(
        access,
        after=DatasetId(str(after[0]), str(after[1])) if after is not None else None,
        limit=limit,
        today=_today(),
        session=session,
    )
    end = page.next_after
    return OrphanPage(
        orphans=[
            OrphanOut(
                namespace=each.dataset.namespace,
                name=each.dataset.name,
                departed=_owners(each.departed),
                writers=list(each.writers),
                readers=list(each.readers),
                known_by=list(each.known_by),
            )
            for each in page.orphans
        ],
        next_cursor=encode_cursor([end.namespace, end.name], scope=_ORPHANS) if end is not None else None,
    )


@router.put("/owners", summary="Register an owner")
def put_owner(session: SessionDep, user: GovernDep, body: OwnerRequest) -> SetOwnerOut:
    """Of one dataset, or of all that two globs match. One who is registered already is registered as said here."""
    registration = Registration(
        target=Target(body.namespace, body.name, is_glob=body.is_glob),
        owner=body.owner,
        kind=body.kind,
        contact=body.contact,
        channel=body.channel,
        valid_from=body.valid_from,
        valid_to=body.valid_to,
    )
    with _refusing():
        done = set_owner(
            registration,
            replaces=body.replaces,
            by=user.name,
            via=VIA,
            now=datetime.now(UTC),
            session=session,
        )
    target = done.registration.target
    return SetOwnerOut(
        action=done.action,
        namespace=target.namespace,
        name=target.name,
        is_glob=target.is_glob,
        owner=done.registration.owner,
        ended=list(done.ended),
    )


@router.delete("/owners", summary="End an owner")
def delete_owner(
    session: SessionDep,
    user: GovernDep,
    owner: Annotated[Word, Query(min_length=1, max_length=MAX_OWNER, description="Who was registered.")],
    namespace: Annotated[
        Word,
        Query(min_length=1, max_length=MAX_NAMESPACE, description="Namespace of the dataset, or its glob."),
    ],
    name: Annotated[
        Word, Query(min_length=1, max_length=MAX_NAME, description="Name of the dataset, or its glob.")
    ],
    is_glob: Annotated[bool, Query(description="Namespace and name are globs.")] = False,
    until: Annotated[
        date | None, Query(description="Last day; default: yesterday, so that it holds at once.")
    ] = None,
) -> EndedOwnerOut:
    """Owners of a file, a contract, an asset or a DAG end where they are named."""
    with _refusing():
        ended = end_owner(
            Target(namespace, name, is_glob=is_glob),
            owner,
            last_day=until,
            by=user.name,
            via=VIA,
            now=datetime.now(UTC),
            session=session,
        )
    return EndedOwnerOut(
        namespace=ended.target.namespace,
        name=ended.target.name,
        is_glob=ended.target.is_glob,
        owner=ended.owner,
        last_day=ended.last_day,
    )


@router.post("/owners/import", summary="Import an owners file")
def post_import(session: SessionDep, user: GovernDep, body: OwnersImport) -> ImportedOwners:
    """All of its lines or none: 400 with every problem where one of them is wrong."""
    try:
        read = read_owners_text(body.text, body.source)
    except InvalidOwnersFile as error:
        problems = [problem.model_dump() for problem in _lines(error.problems)]
        raise HTTPException(
            status.HTTP_400_BAD_REQUEST, {"message": "This is no owners file.", "problems": problems}
        ) from None
    with _refusing():
        change = replace_source(
            # Never the name of a file that a server watches.
            f"{VIA}:{body.source}",
            read.registrations,
            dry_run=body.dry_run,
            by=user.name,
            now=datetime.now(UTC),
            session=session,
        )
    return ImportedOwners(
        source=change.source,
        added=_changed(change.added),
        removed=_changed(change.removed),
        kept=change.kept,
        is_reordered=change.is_reordered,
        warnings=_lines(read.warnings),
    )


def _asked(
    node: str | None, namespace: str | None, name: str | None, access: Access, session: SessionDep
) -> DatasetId:
    try:
        found = asked_dataset(node, namespace, name, access, session)
    except HTTPException as error:
        is_named = node is None and namespace is not None and name is not None
        if error.status_code == status.HTTP_404_NOT_FOUND and is_named and access.is_unrestricted:
            return DatasetId(str(namespace), str(name))
        raise
    return DatasetId(found.namespace, found.name)


@contextmanager
def _refusing() -> Iterator[None]:
    """Answer 404 where there is no such owner, and 400 with the reason for what cannot be registered."""
    try:
        yield
    except UnknownOwner as error:
        raise HTTPException(status.HTTP_404_NOT_FOUND, str(error)) from None
    except InvalidOwner as error:
        raise HTTPException(status.HTTP_400_BAD_REQUEST, str(error)) from None


def _today() -> date:
    return datetime.now(UTC).date()


def _owners(owners: Iterable[OwnerFact]) -> list[OwnerOut]:
    return [OwnerOut.model_validate(owner) for owner in owners]


def _changed(registrations: Iterable[Registration]) -> list[ChangedOwner]:
    return [
        ChangedOwner(namespace=each.target.namespace, name=each.target.name, owner=each.owner)
        for each in registrations
    ]


def _lines(problems: Iterable[Problem]) -> list[FileLine]:
    return [FileLine(line=problem.line, message=problem.message) for problem in problems]
