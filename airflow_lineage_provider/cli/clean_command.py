"""``airflow lineage clean``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.cli.command import CommandError, lineage_command, print_document, print_rows

if TYPE_CHECKING:
    from airflow_lineage_provider.store.retention.policy import Policy
    from airflow_lineage_provider.store.retention.report import Report, Swept


@lineage_command
def clean(args: Any) -> None:
    """Delete what is older than it is to be kept, and what nothing names any more."""
    from airflow_lineage_provider.cli.person import person
    from airflow_lineage_provider.store.own_transactions import OwnTransactions
    from airflow_lineage_provider.store.retention.cleaner import Cleaner
    from airflow_lineage_provider.store.retention.kind import Kind
    from airflow_lineage_provider.store.retention.policy import Policy

    policy = Policy.configured([Kind(kind) for kind in args.kind or ()], unused=args.unused)
    cleaner = Cleaner(policy, OwnTransactions(), actor=person())
    if args.dry_run:
        _print(cleaner.count(), policy, args.output, is_done=False)
        return
    if not args.yes:
        forecast = cleaner.count()
        _print(forecast, policy, args.output, is_done=False, file_is_stderr=True)
        if not _agrees(f"Delete {forecast.rows} rows for good? [y/N] "):
            raise CommandError("Nothing was deleted.")
    report = cleaner.clean()
    if report is None:
        raise CommandError("Somebody else is cleaning now: an API server, or this command elsewhere.")
    _print(report, policy, args.output, is_done=True)


def _print(
    report: Report, policy: Policy, output: str, *, is_done: bool, file_is_stderr: bool = False
) -> None:
    if file_is_stderr:
        # Standard output is for what was done: somebody may read it as JSON.
        for swept in report.swept:
            print(f"{swept.kind}: {swept.rows}", file=sys.stderr)
        return
    if output in ("json", "yaml"):
        rows = [{**swept.to_wire(), "deleted": is_done} for swept in report.swept]
        print_document(rows, output)
        return
    print_rows([_row(swept, policy, is_done) for swept in report.swept], output)


def _row(swept: Swept, policy: Policy, is_done: bool) -> dict[str, str]:
    age = policy.ages.get(swept.kind)
    row = {
        "kind": swept.kind.value,
        "kept": f"{age.days} days" if age is not None else "while in use",
        "older than": swept.before.isoformat(timespec="seconds") if swept.before else "",
        "deleted" if is_done else "would be deleted": str(swept.rows),
    }
    if is_done:
        row["left"] = str(swept.left)
    return {**row, "seconds": f"{swept.seconds:.1f}"}


def _agrees(question: str) -> bool:
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() == "y"
