"""``airflow lineage contracts``: apply ODCS files, list what is in force."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from airflow_lineage_provider.cli.command import lineage_command


@lineage_command
def apply(args: Any) -> None:
    """``airflow lineage contracts apply PATH... [--dry-run] [--output table|json|yaml|plain]``."""
    from airflow.cli.simple_table import AirflowConsole
    from airflow.utils.session import create_session

    from airflow_lineage_provider.contracts.apply import Applied, apply_paths
    from airflow_lineage_provider.contracts.error import ContractError

    try:
        # A session of its own: a connection named in a contract is looked up through the thread's scoped one.
        with create_session(scoped=False) as session:
            applied = apply_paths(args.paths, session=session, applied_by=_user(), dry_run=args.dry_run)
    except ContractError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        count = len(error.problems)
        print(f"Nothing was applied: {count} problem{'s' if count != 1 else ''}.", file=sys.stderr)
        raise SystemExit(1) from None

    def mapper(entry: Applied) -> dict[str, Any]:
        if args.output in ("json", "yaml"):
            return entry.to_wire()
        return {
            "contract_id": entry.contract_id,
            "version": entry.version,
            "action": f"would be {entry.action}"
            if args.dry_run and entry.action != "unchanged"
            else entry.action,
            "datasets": _datasets((item.schema_name, item.dataset) for item in entry.bindings),
            "path": entry.path,
        }

    AirflowConsole().print_as(data=applied, output=args.output, mapper=mapper)
    for entry in applied:
        for item in entry.bindings:
            if item.dataset is None:
                print(
                    f"{entry.path}: {item.schema_name} speaks for no dataset: {item.detail}", file=sys.stderr
                )


@lineage_command
def list_(args: Any) -> None:
    """``airflow lineage contracts list [--output table|json|yaml|plain]``."""
    from airflow.cli.simple_table import AirflowConsole
    from airflow.utils.session import create_session

    from airflow_lineage_provider.store.contracts import ContractSummary, summaries

    with create_session() as session:
        contracts = summaries(session=session)

    def mapper(entry: ContractSummary) -> dict[str, Any]:
        row: dict[str, Any] = {
            "contract_id": entry.contract_id,
            "version": entry.version,
            "status": entry.status or "",
            "applied_at": entry.applied_at.isoformat(),
            "applied_by": entry.applied_by or "",
        }
        if args.output in ("json", "yaml"):
            row["source"] = entry.source
            row["bindings"] = [
                {
                    "schema": item.schema_name,
                    "namespace": item.dataset.namespace if item.dataset else None,
                    "name": item.dataset.name if item.dataset else None,
                    "bound_by": item.bound_by,
                    "detail": item.detail,
                }
                for item in entry.schemas
            ]
        else:
            row["datasets"] = _datasets((item.schema_name, item.dataset) for item in entry.schemas)
        return row

    AirflowConsole().print_as(data=contracts, output=args.output, mapper=mapper)


def _datasets(bindings: Any) -> str:
    return "\n".join(str(dataset) if dataset else f"{name}: no dataset" for name, dataset in bindings)


def _user() -> str | None:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        # A container's user may have no name.
        return None
