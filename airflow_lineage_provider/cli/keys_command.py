"""``airflow lineage keys create|list|revoke``: with what other producers send their events."""

from __future__ import annotations

import getpass
from typing import Any

from airflow_lineage_provider.cli.command import CommandError, lineage_command, print_document, print_rows


@lineage_command
def create(args: Any) -> None:
    """``keys create --name NAME --namespace PATTERN [--namespace ...] [--expires-in-days N]``."""
    from datetime import UTC, datetime, timedelta

    from airflow.utils.session import create_session

    from airflow_lineage_provider.store.ingest_keys import IngestKeyError, create_key

    now = datetime.now(UTC)
    days = args.expires_in_days
    if days is not None and not 1 <= days <= 36_500:
        raise CommandError("--expires-in-days must be from 1 to 36500.")
    try:
        with create_session(scoped=False) as session:
            key = create_key(
                args.name,
                args.namespace,
                created_by=_user(),
                expires_at=None if days is None else now + timedelta(days=days),
                now=now,
                session=session,
            )
    except IngestKeyError as error:
        raise CommandError(str(error)) from None
    if args.output in ("json", "yaml"):
        print_document({"name": args.name, "key": key}, args.output)
        return
    print(key)
    _explain("Keep it now: it is stored nowhere and is not shown again.")


@lineage_command
def list_(args: Any) -> None:
    """``keys list [--output table|json|yaml|plain]``."""
    from datetime import UTC, datetime

    from airflow.utils.session import create_session

    from airflow_lineage_provider.store.ingest_keys import list_keys

    now = datetime.now(UTC)
    with create_session(scoped=False) as session:
        rows = [
            {
                "name": key.name,
                "key": f"{key.prefix}…",
                "state": key.state(now),
                "namespaces": list(key.namespaces),
                "created_at": key.created_at.isoformat(),
                "created_by": key.created_by,
                "expires_at": key.expires_at.isoformat() if key.expires_at else None,
                "last_used_at": key.last_used_at.isoformat() if key.last_used_at else None,
            }
            for key in list_keys(session=session)
        ]
    if args.output in ("json", "yaml"):
        print_document(rows, args.output)
        return
    print_rows([{name: _cell(value) for name, value in row.items()} for row in rows], args.output)


@lineage_command
def revoke(args: Any) -> None:
    """``keys revoke NAME``."""
    from datetime import UTC, datetime

    from airflow.utils.session import create_session

    from airflow_lineage_provider.store.ingest_keys import IngestKeyError, revoke_key

    try:
        with create_session(scoped=False) as session:
            revoke_key(args.name, revoked_by=_user(), now=datetime.now(UTC), session=session)
    except IngestKeyError as error:
        raise CommandError(str(error)) from None
    print(f"Key {args.name!r} is revoked; events sent with it are refused from now on.")


def _cell(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return "" if value is None else str(value)


def _explain(line: str) -> None:
    """A line for people: scripts read the key from standard output."""
    import sys

    print(line, file=sys.stderr)


def _user() -> str | None:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        # A container's user may have no name.
        return None
