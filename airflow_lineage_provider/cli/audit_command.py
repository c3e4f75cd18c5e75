"""``airflow lineage audit verify|export|checkpoint|seal|reseal|purge``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.cli.command import CommandError, lineage_command, print_document

if TYPE_CHECKING:
    from airflow_lineage_provider.governance.audit.checkpoint import Checkpoint


@lineage_command
def verify(args: Any) -> None:
    """``audit verify [--checkpoints PATH] [--output text|json]``: exit code 1 for a chain that is broken."""
    from airflow_lineage_provider.governance.audit.verifier import Verifier
    from airflow_lineage_provider.store.own_transactions import OwnTransactions

    checkpoints = _checkpoints(args.checkpoints)
    with OwnTransactions().reading() as session:
        found = Verifier(session, checkpoints=checkpoints).verify()
    if args.output == "json":
        print_document(found.to_wire(), "json")
    else:
        print(found.describe())
    if not found.is_intact:
        raise SystemExit(1)


@lineage_command
def export(args: Any) -> None:
    """``audit export [--since MOMENT] [--file PATH]``: a line of JSON for each entry."""
    from airflow_lineage_provider.cli.moment import read_moment
    from airflow_lineage_provider.model.canonical import canonical_json
    from airflow_lineage_provider.store.audit_entries import every_entry
    from airflow_lineage_provider.store.own_transactions import OwnTransactions

    since = read_moment(args.since, "--since")
    count = 0
    with OwnTransactions().reading() as session:
        entries = every_entry(since=since, session=session)
        lines = (canonical_json(entry.to_wire()) + b"\n" for entry in entries)
        if args.file is None:
            for line in lines:
                sys.stdout.write(line.decode("utf-8", "replace"))
            return
        try:
            with open(args.file, "wb") as file:
                for line in lines:
                    file.write(line)
                    count += 1
        except OSError as error:
            raise CommandError(f"{args.file} cannot be written: {error.strerror or error}") from None
    print(f"{count} entries are in {args.file}")


@lineage_command
def checkpoint(args: Any) -> None:
    """``audit checkpoint [--file PATH]``: seal, and append the state of the chain to a file."""
    from datetime import UTC, datetime
    from pathlib import Path

    from airflow_lineage_provider import config
    from airflow_lineage_provider.governance.audit.checkpoint import Checkpoints, append_checkpoint
    from airflow_lineage_provider.store.own_transactions import OwnTransactions

    _seal()
    with OwnTransactions().reading() as session:
        taken = Checkpoints().take(datetime.now(UTC), session=session)
    if taken is None:
        raise CommandError("The audit has no entries yet.")
    path = args.file or config.audit_checkpoints()
    if path is None:
        sys.stdout.write(taken.to_line().decode())
        return
    try:
        is_new = append_checkpoint(taken, Path(path))
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror or error}") from None
    print(f"{path} {'ends now' if is_new else 'ended already'} with the checkpoint of entry {taken.size}")


@lineage_command
def seal(args: Any) -> None:
    """``audit seal``: give all waiting entries their places in the chain."""
    count = _seal()
    print(f"{count} {'entry is' if count == 1 else 'entries are'} sealed")


@lineage_command
def reseal(args: Any) -> None:
    """``audit reseal --reason TEXT [--checkpoints PATH]``: accept what is broken, and go on after it."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.cli.person import person
    from airflow_lineage_provider.governance.audit.reseal import CannotReseal, reseal as accept
    from airflow_lineage_provider.store.own_transactions import OwnTransactions

    if not args.reason.strip():
        raise CommandError("--reason must say what happened: it stays in the audit.")
    checkpoints = _checkpoints(args.checkpoints)
    try:
        with OwnTransactions().writing() as session:
            found = accept(
                args.reason.strip(),
                actor=person(),
                checkpoints=checkpoints,
                now=datetime.now(UTC),
                session=session,
            )
    except CannotReseal as error:
        raise CommandError(str(error)) from None
    print(found.describe())
    print(f"This is accepted now ({len(found.faults)} faults), and the chain goes on.")


@lineage_command
def purge(args: Any) -> None:
    """``audit purge --before MOMENT [--yes]``: take the payloads of old entries; their hashes stay."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.cli.moment import read_moment
    from airflow_lineage_provider.cli.person import person
    from airflow_lineage_provider.governance.audit.purge import count_payloads, purge_payloads
    from airflow_lineage_provider.store.own_transactions import OwnTransactions

    before = read_moment(args.before, "--before")
    now = datetime.now(UTC)
    if before is None or before > now:
        raise CommandError("--before must not be in the future.")
    transactions = OwnTransactions()
    if not args.yes:
        with transactions.reading() as session:
            count = count_payloads(before, session=session)
        if not _agrees(f"Delete the payloads of {count} entries for good? [y/N] "):
            raise CommandError("Nothing was deleted.")
    with transactions.writing() as session:
        gone = purge_payloads(before, actor=person(), now=now, session=session)
    print(f"The payloads of {gone} entries are deleted; their hashes stay.")


def _seal() -> int:
    from airflow_lineage_provider.governance.audit.sealer import ChainBroken, seal as seal_all
    from airflow_lineage_provider.store.own_transactions import OwnTransactions

    try:
        return seal_all(OwnTransactions())
    except ChainBroken as error:
        raise CommandError(str(error)) from None


def _checkpoints(named: str | None) -> list[Checkpoint]:
    """Checkpoints of the file that is named, else of the configured one; none where that was not made yet."""
    from pathlib import Path

    from airflow_lineage_provider import config
    from airflow_lineage_provider.governance.audit.checkpoint import InvalidCheckpoints, read_checkpoints

    path = named or config.audit_checkpoints()
    if path is None:
        return []
    if named is None and not Path(path).exists():
        print(f"{path}, the configured file of checkpoints, is not there.", file=sys.stderr)
        return []
    try:
        return read_checkpoints(Path(path))
    except InvalidCheckpoints as error:
        raise CommandError(str(error)) from None


def _agrees(question: str) -> bool:
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() == "y"
