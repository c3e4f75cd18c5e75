"""``airflow lineage contracts``: apply ODCS files, list what is in force and how it stands."""

from __future__ import annotations

import sys
from typing import Any

from airflow_lineage_provider import config
from airflow_lineage_provider.cli.command import CommandError, lineage_command, print_document, print_rows
from airflow_lineage_provider.cli.person import person


@lineage_command
def apply(args: Any) -> None:
    """``airflow lineage contracts apply PATH... [--prune] [--dry-run] [--connection-id ID] [--namespace N] [--output F]``."""
    from airflow.cli.simple_table import AirflowConsole
    from airflow.utils.session import create_session

    from airflow_lineage_provider.contracts.apply import Applied, apply_paths
    from airflow_lineage_provider.contracts.error import ContractError

    try:
        # A session of its own: a connection named in a contract is looked up through the thread's scoped one.
        with create_session(scoped=False) as session:
            applied = apply_paths(
                args.paths,
                session=session,
                applied_by=person(),
                prune=args.prune,
                dry_run=args.dry_run,
                place={"connection_id": args.connection_id, "namespace": args.namespace},
            )
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

    with create_session(scoped=False) as session:
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
            row["origin"] = entry.origin
            row["managed_by"] = entry.managed_by
            row["bindings"] = [item.to_wire() for item in entry.schemas]
        else:
            row["datasets"] = _datasets((item.schema_name, item.dataset) for item in entry.schemas)
        return row

    AirflowConsole().print_as(data=contracts, output=args.output, mapper=mapper)


@lineage_command
def show(args: Any) -> None:
    """``airflow lineage contracts show ID [--version V] [--output table|json|yaml|plain]``."""
    from airflow.utils.session import create_session

    from airflow_lineage_provider.contracts.named_contract import UnknownContract, body_of, chosen_version
    from airflow_lineage_provider.contracts.status import contract_statuses
    from airflow_lineage_provider.store.contracts import summaries, versions

    with create_session(scoped=False) as session:
        found = versions(args.contract_id, session=session)
        if not found:
            raise CommandError(f"There is no contract {args.contract_id!r}.")
        try:
            shown = chosen_version(found, args.version)
        except UnknownContract as error:
            raise CommandError(f"{error}.") from None
        body = dict(body_of(shown, session=session))
        current = summaries(ids=[args.contract_id], session=session)
        status = next(iter(contract_statuses(current, session=session)), None)
    rows = [
        {
            "version": each.version,
            "status": each.status or "",
            "in_force": each.is_current,
            "applied_at": each.applied_at.isoformat(),
            "applied_by": each.applied_by or "",
            "source": each.source or "",
            "content": each.content_hash[:12],
        }
        for each in found
    ]
    if args.output in ("json", "yaml"):
        document = {
            "contract_id": args.contract_id,
            "version": shown.version,
            "state": status.state if status is not None else "retracted",
            "versions": rows,
            "bindings": [item.to_wire() for item in shown.schemas],
            "objects": [item.to_wire() for item in status.objects] if status is not None else [],
            "contract": body,
        }
        print_document(document, args.output)
        return
    print_rows([{**row, "in_force": "yes" if row["in_force"] else ""} for row in rows], args.output)
    for item in shown.schemas:
        where = f"{item.dataset} ({item.bound_by})" if item.dataset else f"no dataset: {item.detail}"
        print(f"{item.schema_name}: {where}")
    print()
    print_document(body, "yaml")


@lineage_command
def status(args: Any) -> None:
    """``airflow lineage contracts status [--output table|json|yaml|plain]``."""
    from airflow.utils.session import create_session

    from airflow_lineage_provider.contracts.status import contract_statuses
    from airflow_lineage_provider.store.contract_problems import file_problems
    from airflow_lineage_provider.store.contracts import summaries

    with create_session(scoped=False) as session:
        found = contract_statuses(summaries(session=session), session=session)
        problems = file_problems(session=session)
    if args.output in ("json", "yaml"):
        files = [
            {"source": each.source, "contract_id": each.contract_id, "problems": list(each.lines())}
            for each in problems
        ]
        print_document(
            {"contracts": [each.to_wire() for each in found], "files": files},
            args.output,
        )
        return
    rows = [
        {
            "contract_id": each.contract_id,
            "version": each.version,
            "previous": each.previous_version or "",
            "status": each.status or "",
            "state": each.state,
            "datasets": _datasets((item.schema_name, item.dataset) for item in each.objects),
        }
        for each in found
    ]
    print_rows(rows, args.output)
    for entry in found:
        for item in entry.objects:
            for line in _remarks(item):
                print(f"{entry.contract_id} {entry.version}: {item.schema_name} {line}", file=sys.stderr)
    for problem in problems:
        for line in problem.lines():
            print(f"{problem.source}: {line}", file=sys.stderr)


def _remarks(item: Any) -> list[str]:
    """What a person should know of a schema object."""
    found = []
    if item.dataset is None:
        found.append(f"speaks for no dataset: {item.detail}")
    elif item.also:
        found.append(f"speaks for {item.dataset}, as do {', '.join(item.also)}; retire all but one")
    elif item.known_as is None and item.closest:
        found.append(f"speaks for {item.dataset}, which nobody has read or written")
    elif item.via == "symlink" and not config.trust_symlinks():
        found.append(
            f"speaks for {item.dataset}, which another producer calls {item.known_as}; for rules they are two until "
            "openlineageNamespace and openlineageName say the latter"
        )
    if item.closest:
        found.append(f"may mean {', '.join(map(str, item.closest))}")
    return found


def _datasets(bindings: Any) -> str:
    return "\n".join(str(dataset) if dataset else f"{name}: no dataset" for name, dataset in bindings)
