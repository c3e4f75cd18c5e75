"""``airflow lineage diff``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.cli.change_text import change_lines
from airflow_lineage_provider.cli.command import CommandError, fresh_session, lineage_command, print_document
from airflow_lineage_provider.cli.plain_document import plain_document

if TYPE_CHECKING:
    from airflow_lineage_provider.store.run_diff import NumberChange, RunDiff
    from airflow_lineage_provider.store.run_refs import RunRef

_MOST_ATTEMPTS = 10_000


@lineage_command
def diff(args: Any) -> None:
    """Show what the tasks of a DAG run did otherwise than in the run before, or than in another."""
    from airflow_lineage_provider.model.access import FULL_ACCESS
    from airflow_lineage_provider.store.run_diff import diff_runs

    with fresh_session(lambda drainer: drainer.reconcile_dag(args.dag_id, args.run_id)) as session:
        pairs = list(_pairs(args, session))
        found = [diff_runs(before, after, FULL_ACCESS, session=session) for before, after in pairs]
    if not found:
        raise CommandError("There is nothing to compare with: no earlier run is known of these tasks.")
    if args.output in ("json", "yaml"):
        document = [{**plain_document(each), "is_same": each.is_same} for each in found]
        print_document(document, args.output)
        return
    for each in found:
        for line in diff_lines(each):
            print(line)


def _pairs(args: Any, session: Any) -> Iterable[tuple[RunRef, RunRef]]:
    """(before, after) of each task that both runs know."""
    from airflow_lineage_provider.model.access import FULL_ACCESS
    from airflow_lineage_provider.store.run_diff import previous_run
    from airflow_lineage_provider.store.run_refs import UnknownRun, find_attempt_run

    try:
        newest = find_attempt_run(args.dag_id, args.run_id, args.task_id, access=FULL_ACCESS, session=session)
        if args.with_run is not None:
            find_attempt_run(args.dag_id, args.with_run, args.task_id, access=FULL_ACCESS, session=session)
    except UnknownRun as error:
        raise CommandError(_sentence(error)) from None
    after = _attempts(args.dag_id, newest.run_id, args.task_id, session)
    others = _attempts(args.dag_id, args.with_run, args.task_id, session) if args.with_run else {}
    for key, run in sorted(after.items()):
        if args.with_run:
            if key in others:
                yield others[key], run
            else:
                print(f"{run.job_name} is not in {args.with_run}.", file=sys.stderr)
            continue
        try:
            yield previous_run(run, FULL_ACCESS, session=session), run
        except UnknownRun as error:
            print(_sentence(error), file=sys.stderr)


def _attempts(
    dag_id: str, run_id: str | None, task_id: str | None, session: Any
) -> dict[tuple[str, int], RunRef]:
    """Last attempt of each task (and map index) in a DAG run."""
    from airflow_lineage_provider.model.access import FULL_ACCESS
    from airflow_lineage_provider.store.run_list import RunFilter, list_runs

    asked = RunFilter(dag_id=dag_id, run_id=run_id, task_id=task_id)
    page = list_runs(asked, FULL_ACCESS, limit=_MOST_ATTEMPTS, session=session)
    found: dict[tuple[str, int], RunRef] = {}
    for entry in page.runs:
        key = (entry.run.job_name, entry.run.map_index)
        if key not in found or entry.run.try_number > found[key].try_number:
            found[key] = entry.run
    return found


def diff_lines(diff: RunDiff) -> Iterable[str]:
    """One task's difference as text."""
    before, after = diff.before, diff.after
    index = f" [{after.map_index}]" if after.map_index >= 0 else ""
    yield f"{after.job_name}{index}: {_name(before)} -> {_name(after)}"
    yield f"  state     {before.state} -> {after.state}"
    yield f"  duration  {_numbers(diff.duration, ' s')}"
    for word, added, removed in (
        ("input", diff.inputs_added, diff.inputs_removed),
        ("output", diff.outputs_added, diff.outputs_removed),
    ):
        yield from (f"  + {word} {entry.namespace} {entry.name}" for entry in added)
        yield from (f"  - {word} {entry.namespace} {entry.name}" for entry in removed)
    yield from (
        f"  + statement {entry.fingerprint[:12]} {entry.sql or ''}" for entry in diff.statements_added
    )
    yield from (
        f"  - statement {entry.fingerprint[:12]} {entry.sql or ''}" for entry in diff.statements_removed
    )
    for entry in diff.datasets:
        lines = [f"    {line}" for line in change_lines(entry.columns or ())]
        for word, numbers in (("rows", entry.rows), ("bytes", entry.bytes), ("partitions", entry.partitions)):
            if numbers.before != numbers.after:
                lines.append(f"    {word} {_numbers(numbers)}")
        if lines:
            yield f"  {entry.direction} {entry.namespace} {entry.name}"
            yield from lines
    if diff.is_same:
        yield "  same inputs, outputs, columns and statements"


def _sentence(error: LookupError) -> str:
    text = str(error.args[0])
    return f"{text[:1].upper()}{text[1:]}."


def _name(run: RunRef) -> str:
    return f"{run.run_id} try {run.try_number}" if run.run_id else str(run.id)


def _numbers(change: NumberChange, unit: str = "") -> str:
    was, now = ("?" if value is None else f"{value:g}{unit}" for value in (change.before, change.after))
    return f"{was} -> {now}" + (f" (x{change.ratio:g})" if change.ratio is not None else "")
