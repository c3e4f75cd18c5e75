"""``airflow lineage break-glass create|list|approve|revoke``: leave to go on in an emergency, given beforehand."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.cli.command import lineage_command, print_document, print_rows
from airflow_lineage_provider.cli.deciding import MOST_DAYS, deciding
from airflow_lineage_provider.cli.person import person


@lineage_command
def create(args: Any) -> None:
    """``break-glass create NAME --dag-id GLOB --days N --reason TEXT [--most-uses N] [--ticket T] [--by NAME]``."""
    from datetime import UTC, datetime, timedelta

    from airflow_lineage_provider import config
    from airflow_lineage_provider.store.decisions.approval import Request
    from airflow_lineage_provider.store.decisions.grant_requests import create_grant

    now = datetime.now(UTC)
    request = Request(
        args.reason, person(args.by), now + timedelta(days=min(args.days, MOST_DAYS)), args.ticket
    )
    with deciding() as session:
        create_grant(
            args.grant,
            args.dag_id,
            request,
            most_uses=args.most_uses,
            longest=config.waiver_longest(),
            now=now,
            session=session,
        )
    print(
        f"Grant {args.grant!r} is asked for. It holds once somebody else approves it: "
        f"airflow lineage break-glass approve {args.grant}"
    )


@lineage_command
def list_(args: Any) -> None:
    """``break-glass list [--output table|json|yaml|plain]``."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.store.decisions.grant_requests import list_grants

    with deciding() as session:
        grants = list_grants(now=datetime.now(UTC), session=session)
    rows = [
        {
            "name": grant.name,
            "state": grant.state,
            "dag_id": grant.dag_id,
            "until": grant.expires_at.date().isoformat(),
            "uses": f"{grant.uses} of {grant.most_uses}" if grant.most_uses else str(grant.uses),
            "author": grant.author,
            "approver": grant.approver or "",
            "reason": grant.reason + (f" ({grant.ticket})" if grant.ticket else ""),
        }
        for grant in grants
    ]
    if args.output in ("json", "yaml"):
        print_document(rows, args.output)
        return
    print_rows(rows, args.output)


@lineage_command
def approve(args: Any) -> None:
    """``break-glass approve NAME [--by NAME]``."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.store.decisions.grant_requests import approve_grant, grant_named

    with deciding() as session:
        grant_id = grant_named(args.grant, session=session)
        approve_grant(grant_id, by=person(args.by), now=datetime.now(UTC), session=session)
    print(f'A run goes on with it by the conf {{"lineage_break_glass": "{args.grant}"}}.')


@lineage_command
def revoke(args: Any) -> None:
    """``break-glass revoke NAME [--by NAME]``."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.store.decisions.grant_requests import grant_named, revoke_grant

    with deciding() as session:
        grant_id = grant_named(args.grant, session=session)
        revoke_grant(grant_id, by=person(args.by), now=datetime.now(UTC), session=session)
    print(f"Grant {args.grant!r} is revoked.")
