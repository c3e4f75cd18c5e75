"""``airflow lineage status``."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider import config
from airflow_lineage_provider.cli.command import fresh_session, lineage_command, print_document, print_rows

_MEANINGS = {
    "pending": "run now, or ended a moment ago",
    "announced": "more was announced and may still come",
    "recorded": "recorded",
    "partial": "recorded, but an announced part never came",
    "missing": "ran, and nothing came: killed, or the record was purged or its run deleted",
    "not_run": "ended by the scheduler without a worker",
}


@lineage_command
def status(args: Any) -> None:
    """Show queue, dead letters and coverage."""
    from airflow_lineage_provider.store.status import read_status

    with fresh_session(lambda drainer: drainer.reconcile(force=True)) as session:
        found = read_status(session=session)
    if args.output in ("json", "yaml"):
        print_document({**found.to_wire(), "invalid_options": config.problems()}, args.output)
        return
    rows: list[tuple[str, Any, str]] = [
        ("queue", found.queue, "mailbox rows that wait to be ingested"),
        ("dead letters", found.dead_letters, "see `airflow lineage dead-letters list`"),
        (
            "coverage",
            "-" if found.coverage is None else f"{found.coverage:.2%}",
            "of the attempts that ran in a worker are recorded",
        ),
        *((f"attempts {name}", count, _MEANINGS[name]) for name, count in found.attempts.items()),
        ("external runs", found.external_runs, "told by other OpenLineage producers; not in the coverage"),
        ("capture errors", found.capture_errors, "sources that could not answer, statements not understood"),
        ("datasets", found.datasets, ""),
        ("jobs", found.jobs, ""),
        ("edges", found.edges, ""),
        (
            "gate states",
            found.gate_states,
            "DAGs that were judged for the gates: `airflow lineage gates list`",
        ),
    ]
    if found.gate_states_expired:
        rows.append(
            (
                "gate states expired",
                found.gate_states_expired,
                "is an API server running, and is any gate on? See `airflow lineage gates list`",
            )
        )
    if found.queue_oldest_seconds is not None:
        rows.insert(
            1, ("oldest in queue", f"{found.queue_oldest_seconds:.0f} s", "is an API server draining?")
        )
    if found.state_store_backend:
        rows.append(
            ("state store", found.state_store_backend, "is not the metadata database: no record can arrive")
        )
    rows.extend(("option", problem, "the default is used instead") for problem in config.problems())
    print_rows(
        [{"what": what, "value": str(value), "meaning": why} for what, value, why in rows], args.output
    )
