"""``airflow lineage gates list|show|judge|snapshot``: what the gates would do now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.cli.command import (
    CommandError,
    fresh_session,
    lineage_command,
    print_document,
    print_rows,
)

if TYPE_CHECKING:
    from airflow_lineage_provider.governance.gates.gate_view import GateView

MOST = 10_000


@lineage_command
def list_(args: Any) -> None:
    """``gates list [--level L] [--result R] [--dag-id GLOB] [--output table|json|yaml|plain]``."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.governance.gates.gate_view import view_of
    from airflow_lineage_provider.model.access import FULL_ACCESS
    from airflow_lineage_provider.store.gate_list import GateFilter, list_gates

    with fresh_session() as session:
        asked = GateFilter(args.level, args.result, args.dag_id)
        page = list_gates(asked, FULL_ACCESS, limit=MOST, session=session)
    now = datetime.now(UTC)
    views = [view_of(gate, now=now) for gate in page.gates]
    if args.output in ("json", "yaml"):
        print_document([view.to_wire() for view in views], args.output)
        return
    print_rows([_row(view) for view in views], args.output)
    if page.next_after is not None:
        raise CommandError(f"Only the first {MOST} are shown; --dag-id takes a glob.")


@lineage_command
def show(args: Any) -> None:
    """``gates show DAG_ID [--output text|json]``."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.governance.gates.gate_view import view_of
    from airflow_lineage_provider.store.gate_states import gate_of

    with fresh_session() as session:
        gate = gate_of(args.dag_id, connection=session)
    if gate is None:
        raise CommandError(
            f"Nothing is known about the gates of DAG {args.dag_id!r}: `airflow lineage gates judge` judges it, and "
            "an API server does as long as it runs."
        )
    _print(view_of(gate, now=datetime.now(UTC)), args.output)


@lineage_command
def judge(args: Any) -> None:
    """``gates judge DAG_ID... [--output text|json]``: judge now, and keep the answers."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.governance.gates.gate_view import view_of
    from airflow_lineage_provider.governance.gates.judge_now import judge_now
    from airflow_lineage_provider.store.known_dags import is_live_dag

    with fresh_session() as session:
        if unknown := [each for each in args.dag_ids if not is_live_dag(each, session=session)]:
            raise CommandError(f"There is no DAG {', '.join(map(repr, unknown))}.")
        gates = []
        for dag_id in dict.fromkeys(args.dag_ids):
            gates.append(judge_now(dag_id, now=datetime.now(UTC), session=session))
            # One transaction each, as whoever keeps them does it.
            session.commit()
    views = [view_of(gate, now=datetime.now(UTC)) for gate in gates]
    if args.output == "json":
        print_document([_whole(view) for view in views], "json")
        return
    for view in views:
        _print(view, args.output)


@lineage_command
def snapshot(args: Any) -> None:
    """``gates snapshot PATH``: write the answers into a file, as the option ``gate_snapshot`` does all the time."""
    from datetime import UTC, datetime
    from pathlib import Path

    from airflow_lineage_provider.governance.gates.snapshot import take_snapshot, write_snapshot

    with fresh_session() as session:
        taken = take_snapshot(session=session)
    path = Path(args.path)
    try:
        write_snapshot(taken, path, now=datetime.now(UTC))
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror or error}") from None
    print(f"{len(taken.gates)} DAGs written to {path}")


def _row(view: GateView) -> dict[str, Any]:
    gate = view.gate
    return {
        "dag_id": gate.dag_id,
        "would": view.effective.value,
        "level": gate.level.value,
        "result": gate.result,
        "findings": gate.findings_total,
        "datasets": gate.datasets,
        "judged": gate.judged_at.isoformat(timespec="seconds"),
        "until": "expired" if view.is_expired else gate.valid_until.isoformat(timespec="seconds"),
    }


def _whole(view: GateView) -> dict[str, Any]:
    return view.to_wire(message=view.gate.message)


def _print(view: GateView, output: str) -> None:
    if output == "json":
        print_document(_whole(view), "json")
        return
    gate = view.gate
    until = "expired" if view.is_expired else f"{gate.valid_until:%Y-%m-%d %H:%M:%S} UTC"
    print(f"{gate.dag_id}: {view.told}")
    print(f"mode {view.mode.value}, gravest level {gate.level.value}, result {gate.result}")
    print(
        f"judged {gate.judged_at:%Y-%m-%d %H:%M:%S} UTC, counts until {until}, verdict {gate.verdict_id or 'none'}"
    )
    print(gate.message)
