"""``airflow lineage findings`` and ``airflow lineage verdicts``."""

from __future__ import annotations

import sys
from typing import Any

from airflow_lineage_provider.cli.command import (
    CommandError,
    fresh_session,
    lineage_command,
    print_document,
    print_rows,
)
from airflow_lineage_provider.cli.plain_document import plain_document

MOST_ROWS = 10_000


@lineage_command
def findings(args: Any) -> None:
    """List findings, the one opened last first."""
    from airflow_lineage_provider.governance.dag_findings import findings_of
    from airflow_lineage_provider.model.access import FULL_ACCESS
    from airflow_lineage_provider.store.finding_list import FindingFilter, list_findings

    asked = FindingFilter(
        state=_state(args),
        rule=args.rule,
        dag_id=args.dag_id,
        namespace=args.namespace,
        name=args.name,
        owner=args.owner,
    )
    limit = min(args.limit, MOST_ROWS)
    with fresh_session() as session:
        page = list_findings(
            findings_of(asked, session=session), FULL_ACCESS, limit=max(limit, 1), session=session
        )
    found = page.findings[:limit]
    if page.next_id is not None or len(found) < len(page.findings):
        print(f"There are more than these {limit} findings: see --limit.", file=sys.stderr)
    if args.output in ("json", "yaml"):
        print_document(
            [{**plain_document(finding), "state": finding.state} for finding in found], args.output
        )
        return
    rows = []
    for finding in found:
        dataset = f"{finding.namespace} {finding.name}" if finding.name is not None else ""
        rows.append(
            {
                "id": str(finding.id),
                "rule": finding.rule,
                "standing": finding.standing if finding.resolved_at is None else "resolved",
                "dataset": dataset,
                "dag_id": finding.dag_id or "",
                "subject": finding.subject or "",
                "owner": finding.owner or "",
                "since": finding.opened_at.isoformat(timespec="seconds"),
                "seen": finding.last_seen_at.isoformat(timespec="seconds"),
                "message": finding.message,
            }
        )
    print_rows(rows, args.output)


@lineage_command
def verdicts(args: Any) -> None:
    """List verdicts, newest first."""
    from airflow_lineage_provider.model.access import FULL_ACCESS
    from airflow_lineage_provider.store.verdict_list import VerdictFilter, list_verdicts

    limit = min(args.limit, MOST_ROWS)
    asked = VerdictFilter(dag_id=args.dag_id, run_id=args.run_id)
    with fresh_session() as session:
        page = list_verdicts(asked, FULL_ACCESS, limit=max(limit, 1), session=session)
    found = page.verdicts[:limit]
    if page.next_id is not None or len(found) < len(page.verdicts):
        print(f"There are more than these {limit} verdicts: see --limit.", file=sys.stderr)
    if args.output in ("json", "yaml"):
        print_document([plain_document(verdict) for verdict in found], args.output)
        return
    print_rows(
        [
            {
                "id": str(verdict.id),
                "judged_at": verdict.judged_at.isoformat(timespec="seconds"),
                "gate": verdict.gate,
                "dag_id": verdict.dag_id or "",
                "run_id": verdict.run_id or "",
                "task_id": verdict.task_id or "",
                "result": verdict.result,
                "datasets": str(verdict.datasets),
                "findings": str(verdict.findings),
            }
            for verdict in found
        ],
        args.output,
    )


def _state(args: Any) -> str:
    chosen = [state for state in ("open", "resolved", "all") if getattr(args, state)]
    if len(chosen) > 1:
        raise CommandError("Give at most one of --open, --resolved and --all.")
    return chosen[0] if chosen else "open"
