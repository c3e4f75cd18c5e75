"""``airflow lineage forward status|retry``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow_lineage_provider.cli.command import CommandError, lineage_command, print_document, print_rows


@lineage_command
def status(args: Any) -> None:
    """Show what waits for each target, since when, and why."""
    from datetime import UTC, datetime

    from airflow.utils.session import create_session

    from airflow_lineage_provider import config
    from airflow_lineage_provider.store.outgoing.status import read_status
    from airflow_lineage_provider.store.outgoing.targets import targets_of

    transport = config.transport()
    targets = targets_of(transport) if transport else {}
    with create_session(scoped=False) as session:
        found = read_status(list(targets), now=datetime.now(UTC), session=session)
    rows = [
        {
            "target": target.name or "(no longer configured)",
            "type": targets[target.name].get("type") if target.name else None,
            "problem": _problem_of(target.name, targets),
            "waiting": target.waiting,
            "failing": target.failing,
            "most_tries": target.most_tries,
            "oldest": target.oldest.isoformat() if target.oldest else None,
            "next_try_at": target.next_try_at.isoformat() if target.next_try_at else None,
            "last_error": target.last_error,
            "parked": target.parked,
            "parked_error": target.parked_error,
        }
        for target in found
    ]
    if args.output in ("json", "yaml"):
        print_document({"forwarding": transport is not None, "targets": rows}, args.output)
        return
    if transport is None:
        print("Nothing is forwarded: [lineage_provider] transport is not set.")
    if rows:
        print_rows(
            [{key: "" if value is None else str(value) for key, value in row.items()} for row in rows],
            args.output,
        )


@lineage_command
def retry(args: Any) -> None:
    """Make everything due that failed before, and send it from here where that is asked for."""
    from datetime import UTC, datetime

    from airflow.utils.session import create_session

    from airflow_lineage_provider import config
    from airflow_lineage_provider.api.forwarder import Forwarder
    from airflow_lineage_provider.store.outgoing.queue import make_due

    if config.transport() is None:
        raise CommandError("Nothing is forwarded: [lineage_provider] transport is not set.")
    with create_session(scoped=False) as session:
        count = make_due(now=datetime.now(UTC), session=session)
    if not args.once:
        print(f"{count} events that failed are tried again now")
        return
    forwarder = Forwarder()
    try:
        result = forwarder.forward(at_once=True)
        problems = forwarder.problems
    finally:
        forwarder.close()
    print(f"{result.sent} events sent, {result.failed} not taken")
    if problems:
        raise CommandError("; ".join(f"{name}: {problem}" for name, problem in problems.items()))


def _problem_of(name: str | None, targets: Mapping[str, Mapping[str, Any]]) -> str | None:
    """What is wrong with a target's configuration, which the server would find as well."""
    from airflow_lineage_provider.api.forward_target import Target

    if name is None:
        return None
    target = Target(name, targets[name])
    target.connect()
    target.close()
    return target.problem
