"""The audit: its entries, and whether they are as they were written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, Depends, HTTPException, Query, Response, status

from airflow_lineage_provider import config
from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.cursor import decode_cursor, encode_cursor
from airflow_lineage_provider.api.parameters import Cursor, Limit, Moment, Word
from airflow_lineage_provider.api.schemas.audit import AuditEntry, AuditPage, AuditState
from airflow_lineage_provider.governance.audit.checkpoint import (
    Checkpoint,
    InvalidCheckpoints,
    read_checkpoints,
)
from airflow_lineage_provider.governance.audit.verifier import Verifier
from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.store.audit import MAX_SUBJECT
from airflow_lineage_provider.store.audit_entries import (
    EntryFilter,
    last_place,
    list_entries,
    sealed_entries,
)

_LIST = "audit"
SECONDS = 10.0
"""So long the chain is verified for one question; a longer one is for the command line."""
MOST_BYTES = 32 * 1024 * 1024
"""Of an export; the next one goes on."""
LARGEST = 2**62


def _may_read(access: AccessDep) -> None:
    if not access.is_unrestricted:
        raise HTTPException(
            status.HTTP_403_FORBIDDEN,
            "The audit is about all DAGs: reading it needs the right to read them all.",
        )


router = APIRouter(tags=["Audit"], dependencies=[Depends(_may_read)])

Since = Annotated[Moment | None, Query(description="Only entries from then on; ISO 8601, UTC without zone.")]


@router.get("/audit", summary="List the audit")
def get_audit(
    session: SessionDep,
    kind: Annotated[Word | None, Query(min_length=1, max_length=32, description="Only of this kind.")] = None,
    subject: Annotated[
        Word | None, Query(min_length=1, max_length=MAX_SUBJECT, description="Only about this.")
    ] = None,
    since: Since = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> AuditPage:
    """What was judged, decided, changed and purged, newest first."""
    below = decode_cursor(cursor, int, scope=_LIST)[0] if cursor is not None else None
    asked = EntryFilter(kind, subject, since)
    entries = list_entries(asked, below=below, limit=limit + 1, session=session)  # type: ignore[arg-type]
    page = entries[:limit]
    return AuditPage(
        entries=[
            AuditEntry(
                id=entry.id,
                seq=entry.seq,
                kind=entry.kind,
                at=entry.at,
                actor=entry.actor,
                subject=entry.subject,
                payload=entry.said,
                is_purged=entry.payload is None,
                payload_hash=entry.payload_hash,
                entry_hash=entry.entry_hash,
            )
            for entry in page
        ],
        next_cursor=encode_cursor([page[-1].id], scope=_LIST) if len(entries) > limit else None,
    )


@router.get("/audit/verify", summary="Verify the audit")
def verify_audit(
    session: SessionDep,
    last: Annotated[
        int | None,
        Query(
            ge=1,
            le=LARGEST,
            description="Only so many entries at the end; all by default, as far as 10 s go.",
        ),
    ] = None,
) -> AuditState:
    """Whether the chain is as it was sealed; the first entry that is not is named.

    The whole chain is compared with the configured file of checkpoints as well, where this server can read it.
    """
    after = max(0, last_place(session=session) - last) if last is not None else 0
    checkpoints, note = ([], None) if after else _checkpoints()
    found = Verifier(session, checkpoints=checkpoints, after=after, seconds=SECONDS).verify()
    return AuditState.model_validate({**found.to_wire(), "note": note})


@router.get(
    "/audit/export",
    summary="Export the audit",
    response_class=Response,
    responses={200: {"content": {"application/x-ndjson": {}}}},
)
def export_audit(
    session: SessionDep,
    after: Annotated[int, Query(ge=0, le=LARGEST, description="Place of the last entry that is known.")] = 0,
    since: Since = None,
    limit: Annotated[int, Query(ge=1, le=10_000, description="How many at most.")] = 1_000,
) -> Response:
    """Sealed entries in their order, a line of JSON each, with all that their hashes cover.

    The next export starts after the last ``seq`` of this one; an empty one is the end.
    """
    lines: list[bytes] = []
    size = 0
    while len(lines) < limit and size < MOST_BYTES:
        page = sealed_entries(after, since=since, limit=min(100, limit - len(lines)), session=session)
        for entry in page:
            lines.append(canonical_json(entry.to_wire()) + b"\n")
            size += len(lines[-1])
        if not page:
            break
        after = page[-1].seq or after
    return Response(b"".join(lines), media_type="application/x-ndjson")


def _checkpoints() -> tuple[list[Checkpoint], str | None]:
    path = config.audit_checkpoints()
    if path is None:
        return [], "no file of checkpoints is configured"
    if not Path(path).is_file():
        return [], "the configured file of checkpoints is not there"
    try:
        return read_checkpoints(Path(path)), None
    except InvalidCheckpoints as error:
        return [], str(error)
