"""``airflow lineage dead-letters list|retry|purge``."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.cli.command import CommandError, lineage_command, print_document, print_rows


@lineage_command
def list_letters(args: Any) -> None:
    """List dead letters, newest first."""
    from airflow.utils.session import create_session

    from airflow_lineage_provider.store.dead_letters import list_letters as read

    with create_session(scoped=False) as session:
        letters = read(limit=args.limit, session=session)
    rows = [
        {
            "id": letter.id,
            "dag_id": letter.dag_id,
            "run_id": letter.run_id,
            "task_id": letter.task_id,
            "map_index": letter.map_index,
            "key": letter.mailbox_key,
            "received_at": letter.received_at.isoformat(),
            "bytes": letter.payload_bytes,
            "retries": letter.retries,
            "reason": letter.reason,
        }
        for letter in letters
    ]
    if args.output in ("json", "yaml"):
        print_document(rows, args.output)
        return
    print_rows([{key: str(value) for key, value in row.items()} for row in rows], args.output)


@lineage_command
def retry(args: Any) -> None:
    """Ingest dead letters again; those that fail again stay, with the new reason."""
    from airflow_lineage_provider.mailbox.drainer import Drainer

    drainer = Drainer()
    failed = 0
    ids = _chosen(args)
    for letter_id in ids:
        reason = drainer.retry_dead_letter(letter_id)
        print(f"{letter_id}: " + ("ingested" if reason is None else reason))
        failed += reason is not None
    if failed:
        raise CommandError(f"{failed} of {len(ids)} dead letters could not be ingested.")


@lineage_command
def purge(args: Any) -> None:
    """Delete dead letters."""
    from datetime import UTC, datetime

    from airflow.utils.session import create_session

    from airflow_lineage_provider.cli.person import person
    from airflow_lineage_provider.store.dead_letters import purge_letters

    ids = _chosen(args)
    if not args.yes and not _agrees(f"Delete {len(ids)} dead letters for good? [y/N] "):
        raise CommandError("Nothing was deleted.")
    with create_session(scoped=False) as session:
        gone = purge_letters(ids, actor=person(), now=datetime.now(UTC), session=session)
    print(f"{gone} dead letters deleted")


def _agrees(question: str) -> bool:
    try:
        return input(question).strip().lower() == "y"
    except EOFError:
        # Nobody is there to answer: a script, a pipe.
        print()
        return False


def _chosen(args: Any) -> list[int]:
    from airflow.utils.session import create_session

    from airflow_lineage_provider.store.dead_letters import list_letters as read

    if bool(args.ids) == bool(args.all):
        raise SystemExit(_usage("name the ids of dead letters, or --all"))
    if args.ids:
        return list(args.ids)
    with create_session(scoped=False) as session:
        return [letter.id for letter in read(session=session)]


def _usage(message: str) -> int:
    import sys

    print(f"airflow lineage dead-letters: {message}", file=sys.stderr)
    return 2
