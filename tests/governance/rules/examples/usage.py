"""What DAGs do with data, and what is known about it."""

from __future__ import annotations

from dataclasses import replace

from airflow_lineage_provider.governance.facts import FlowFact, ScopeFacts, UseFact
from tests.governance.rules.well import ASKER, CUSTOMERS, HOUR, NOW, REPORT, WELL, Example, world

_LEAK = FlowFact("email", "internal", CUSTOMERS, "email", "restricted", False)
_READ = ("read by daily_report.report in run scheduled__2026-06-14",)
_WROTE = ("written by daily_report.report in run scheduled__2026-06-14",)
_RUN = WELL.producer_runs[0]

EXAMPLES = (
    Example(
        "classification-leaked",
        "`email` of the customers is restricted and flows into a column that is only internal.",
        world(flows=(_LEAK,)),
        "The job masks it, and says so in its column lineage; or the column is classified as restricted.",
        world(flows=(replace(_LEAK, is_masked=True),)),
    ),
    Example(
        "input-undeclared",
        "A task of a DAG that declares inlets was seen reading a table that none of its tasks declares.",
        world(known_by=_READ, use=UseFact(observed_inputs=(REPORT,), is_declaring=True)),
        "The table is an inlet of the task.",
        world(),
    ),
    Example(
        "output-undeclared",
        "A task of a DAG that declares outlets was seen writing a table that none of its tasks declares.",
        world(known_by=_WROTE, use=UseFact(observed_outputs=(REPORT,), is_declaring=True)),
        "The table is an outlet of the task.",
        world(use=UseFact(declared_outputs=(REPORT,), observed_outputs=(REPORT,), is_declaring=True)),
    ),
    Example(
        "declared-unused",
        "A task declares an inlet, and its last run did not read it.",
        world(use=UseFact(declared_inputs=(REPORT,), idle=(REPORT,), is_declaring=True)),
        "The inlet is gone, or the task says what it reads with `lineage.read(...)`.",
        world(use=UseFact()),
    ),
    Example(
        "upstream-failed",
        "The last run of the job that writes the table failed.",
        world(producer_runs=(replace(_RUN, state="failed"),)),
        "Its task was cleared and has succeeded.",
        world(),
    ),
    Example(
        "upstream-running",
        "The job that writes the table is running.",
        world(producer_runs=(replace(_RUN, state="running", at=NOW - HOUR / 4),)),
        "It has ended.",
        world(),
    ),
    Example(
        "upstream-unknown",
        "A DAG that declares nothing is judged before its first run.",
        ScopeFacts((), ASKER, is_whole_upstream=True),
        "A task declares an inlet.",
        world(),
    ),
    Example(
        "capture-off",
        "A task has `params=lineage.policy(capture=False).params`.",
        ScopeFacts((WELL,), replace(ASKER, uncaptured=(REPORT,)), is_whole_upstream=True),
        "The policy is gone.",
        world(),
    ),
)
