"""``airflow lineage baseline take|shrink|list|export|import``: what was there before governance was."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.cli.command import CommandError, lineage_command, print_document, print_rows
from airflow_lineage_provider.cli.person import person


@lineage_command
def take(args: Any) -> None:
    """``baseline take [--by NAME]``."""
    from datetime import UTC, datetime

    from airflow.utils.session import create_session

    from airflow_lineage_provider.store.decisions import baseline_entries

    with create_session(scoped=False) as session:
        change = baseline_entries.take(by=person(args.by), now=datetime.now(UTC), session=session)
        known = len(baseline_entries.rows(session=session))
    print(f"{change.added} findings added; {known} are in the baseline.")


@lineage_command
def shrink(args: Any) -> None:
    """``baseline shrink [--by NAME]``."""
    from datetime import UTC, datetime

    from airflow.utils.session import create_session

    from airflow_lineage_provider.store.decisions import baseline_entries

    with create_session(scoped=False) as session:
        change = baseline_entries.shrink(by=person(args.by), now=datetime.now(UTC), session=session)
    print(f"{change.removed} findings that are mended left the baseline.")


@lineage_command
def list_(args: Any) -> None:
    """``baseline list [--output table|json|yaml|plain]``."""
    from airflow.utils.session import create_session

    from airflow_lineage_provider.store.decisions import baseline_entries

    with create_session(scoped=False) as session:
        entries = baseline_entries.rows(session=session)
    rows = [
        {
            "rule": entry.rule,
            "subject": entry.subject,
            "is_open": entry.is_open,
            "since": entry.created_at.date().isoformat(),
            "by": entry.created_by or "",
            "key": entry.key,
        }
        for entry in entries
    ]
    if args.output in ("json", "yaml"):
        print_document(rows, args.output)
        return
    print_rows([{key: str(value) for key, value in row.items()} for row in rows], args.output)


@lineage_command
def export(args: Any) -> None:
    """``baseline export [--file PATH]``."""
    from pathlib import Path

    from airflow.utils.session import create_session

    from airflow_lineage_provider.store.decisions import baseline_entries

    with create_session(scoped=False) as session:
        text = baseline_entries.to_file(baseline_entries.rows(session=session))
    if args.file is None:
        print(text, end="")
        return
    try:
        Path(args.file).write_text(text, "utf-8")
    except OSError as error:
        raise CommandError(f"{args.file} cannot be written: {error.strerror or error}") from None


@lineage_command
def import_(args: Any) -> None:
    """``baseline import PATH [--by NAME]``."""
    from datetime import UTC, datetime
    from pathlib import Path

    from airflow.utils.session import create_session

    from airflow_lineage_provider.store.decisions import baseline_entries

    try:
        entries = baseline_entries.read_file(Path(args.path).read_text("utf-8"))
    except OSError as error:
        raise CommandError(f"{args.path} cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise CommandError(f"{args.path} is not UTF-8 text.") from None
    except baseline_entries.InvalidBaseline as error:
        raise CommandError(f"{args.path} is no baseline: {error}.") from None
    with create_session(scoped=False) as session:
        change = baseline_entries.add(entries, by=person(args.by), now=datetime.now(UTC), session=session)
    print(f"{change.added} findings added to the baseline; {len(entries) - change.added} were in it.")
