"""``airflow lineage waivers create|list|approve|revoke``: let a finding pass for a while."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.cli.command import lineage_command, print_document, print_rows
from airflow_lineage_provider.cli.deciding import MOST_DAYS, deciding
from airflow_lineage_provider.cli.person import person


@lineage_command
def create(args: Any) -> None:
    """``waivers create --rule R [--namespace N --name N] [--dag-id D] [--subject S] --days N --reason TEXT``."""
    from datetime import UTC, datetime, timedelta

    from airflow_lineage_provider import config
    from airflow_lineage_provider.store.decisions.approval import Request
    from airflow_lineage_provider.store.decisions.waiver_requests import WaiverScope, create_waiver

    now = datetime.now(UTC)
    scope = WaiverScope(args.rule, args.namespace, args.name, args.dag_id, args.subject)
    request = Request(
        args.reason, person(args.by), now + timedelta(days=min(args.days, MOST_DAYS)), args.ticket
    )
    with deciding() as session:
        waiver_id = create_waiver(scope, request, longest=config.waiver_longest(), now=now, session=session)
    print(
        f"Waiver {waiver_id} is asked for. It holds once somebody else approves it: "
        f"airflow lineage waivers approve {waiver_id}"
    )


@lineage_command
def list_(args: Any) -> None:
    """``waivers list [--state S] [--rule R] [--output table|json|yaml|plain]``."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.store.decisions.waiver_requests import STATES, list_waivers

    states = (args.state,) if args.state else STATES
    with deciding() as session:
        waivers = list_waivers(now=datetime.now(UTC), states=states, rule=args.rule, session=session)
    if args.output in ("json", "yaml"):
        names = list(waivers[0].__slots__) if waivers else []
        print_document(
            [{name: _plain(getattr(waiver, name)) for name in names} for waiver in waivers], args.output
        )
        return
    print_rows(
        [
            {
                "id": waiver.id,
                "state": waiver.state,
                "rule": waiver.rule,
                "for": _scope(waiver),
                "until": waiver.expires_at.date().isoformat(),
                "author": waiver.author,
                "approver": waiver.approver or "",
                "reason": waiver.reason + (f" ({waiver.ticket})" if waiver.ticket else ""),
            }
            for waiver in waivers
        ],
        args.output,
    )


@lineage_command
def approve(args: Any) -> None:
    """``waivers approve ID [--by NAME]``."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.store.decisions.waiver_requests import approve_waiver

    with deciding() as session:
        approve_waiver(args.id, by=person(args.by), now=datetime.now(UTC), session=session)
    print(f"Waiver {args.id} holds from now on.")


@lineage_command
def revoke(args: Any) -> None:
    """``waivers revoke ID [--by NAME]``."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.store.decisions.waiver_requests import revoke_waiver

    with deciding() as session:
        revoke_waiver(args.id, by=person(args.by), now=datetime.now(UTC), session=session)
    print(f"Waiver {args.id} is revoked; what it let pass counts again.")


def _scope(waiver: Any) -> str:
    parts = [f"{waiver.namespace or '*'} {waiver.name or '*'}" if waiver.namespace or waiver.name else ""]
    parts += [f"DAG {waiver.dag_id}" if waiver.dag_id else "", waiver.subject or ""]
    return ", ".join(part for part in parts if part)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
