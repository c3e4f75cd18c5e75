"""``airflow lineage judge``: what the verdict would be now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.cli.command import (
    BROKEN,
    FAILED,
    CommandError,
    fresh_session,
    json_text,
    judging_command,
)

if TYPE_CHECKING:
    from airflow_lineage_provider.governance.verdict import Verdict


@judging_command
def judge(args: Any) -> tuple[int, str]:
    """Judge a DAG, a dataset or everything. Exit code 1: fail; 2: error; else 0."""
    from airflow_lineage_provider.governance.result import Result

    verdict = _verdict(args)
    codes = {Result.FAIL: FAILED, Result.ERROR: BROKEN}
    text = (
        json_text(verdict.to_wire())
        if args.output == "json"
        else f"{verdict.result.value}: {verdict.message}"
    )
    return codes.get(verdict.result, 0), text


def _verdict(args: Any) -> Verdict:
    from datetime import UTC, datetime

    from airflow_lineage_provider.governance.consult import (
        MAX_DEPTH,
        consult_all,
        consult_dag,
        consult_datasets,
    )
    from airflow_lineage_provider.model.dataset_id import DatasetId
    from airflow_lineage_provider.model.level import Level
    from airflow_lineage_provider.store.known_dags import is_known_dag

    is_dataset = args.namespace is not None or args.name is not None
    if [args.dag_id is not None, is_dataset, args.all].count(True) != 1:
        raise CommandError("Give one of --dag-id, --namespace with --name, and --all.")
    if is_dataset and not (args.namespace and args.name):
        raise CommandError("A dataset has both --namespace and --name.")
    if not 1 <= args.depth <= MAX_DEPTH:
        raise CommandError(f"--depth must be from 1 to {MAX_DEPTH}.")
    common: dict[str, Any] = {
        "level": Level(args.level) if args.level else None,
        "file": args.store,
        "now": datetime.now(UTC),
    }
    with fresh_session() as session:
        if args.all:
            return consult_all(**common, session=session)
        if is_dataset:
            dataset = DatasetId(args.namespace, args.name)
            return consult_datasets([dataset], depth=args.depth, **common, session=session)
        if not is_known_dag(args.dag_id, session=session):
            raise CommandError(f"No DAG {args.dag_id!r} is known.")
        return consult_dag(args.dag_id, depth=args.depth, **common, session=session)
