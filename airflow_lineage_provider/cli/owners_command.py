"""``airflow lineage owners list|set|end|import|orphans``: who answers for datasets."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.cli.command import (
    CommandError,
    fresh_session,
    lineage_command,
    print_document,
    print_rows,
)
from airflow_lineage_provider.cli.day import read_day
from airflow_lineage_provider.cli.person import person

if TYPE_CHECKING:
    from airflow_lineage_provider.governance.ownership import OwnedDataset
    from airflow_lineage_provider.governance.scope import InScope

VIA = "cli"


@lineage_command
def list_(args: Any) -> None:
    """``owners list [--namespace N --name N | --search TEXT] [--at DATE] [--limit N] [--output table|json|yaml|plain]``."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.governance.ownership import ownership
    from airflow_lineage_provider.model.access import FULL_ACCESS

    if bool(args.namespace) != bool(args.name):
        raise CommandError("--namespace and --name go together: both name the one dataset.")
    if args.namespace and args.search:
        raise CommandError("Give either --namespace and --name, or --search.")
    today = read_day(args.at, "--at") or datetime.now(UTC).date()
    with fresh_session() as session:
        scope = _scope(args, session)
        owned = ownership(scope[: args.limit], FULL_ACCESS, today=today, session=session)
    if args.output in ("json", "yaml"):
        document = [
            {
                "namespace": each.dataset.namespace,
                "name": each.dataset.name,
                "owners": [owner.to_wire() for owner in each.owners],
                "departed": [owner.to_wire() for owner in each.departed],
            }
            for each in owned
        ]
        print_document(document, args.output)
    else:
        print_rows([row for each in owned for row in _rows(each)], args.output)
    if len(scope) > args.limit:
        print(f"{len(scope) - args.limit} more datasets; --limit shows more.", file=sys.stderr)


@lineage_command
def set_(args: Any) -> None:
    """``owners set OWNER --namespace N --name N [--glob] [--channel C] [--contact C] [--kind K] [--from D] [--until D]``."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.store.ownership.hand import set_owner
    from airflow_lineage_provider.store.ownership.registration import Registration, Target

    registration = Registration(
        target=Target(args.namespace, args.name, is_glob=args.glob),
        owner=args.owner,
        kind=args.kind,
        contact=args.contact,
        channel=args.channel,
        valid_from=read_day(args.first_day, "--from"),
        valid_to=read_day(args.last_day, "--until"),
    )
    with _writing() as session:
        done = set_owner(
            registration,
            replaces=args.replace,
            by=person(args.by),
            via=VIA,
            now=datetime.now(UTC),
            session=session,
        )
    target, owner = done.registration.target, done.registration.owner
    words = {
        "created": "is registered for",
        "changed": "is registered anew for",
        "unchanged": "was registered so for",
    }
    print(f"{owner} {words[done.action]} {'all of ' if target.is_glob else ''}{target}.")
    if done.ended:
        print(f"Ended: {', '.join(done.ended)}.")


@lineage_command
def end(args: Any) -> None:
    """``owners end OWNER --namespace N --name N [--glob] [--until DATE] [--by NAME]``."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.store.ownership.hand import end_owner
    from airflow_lineage_provider.store.ownership.registration import Target

    with _writing() as session:
        ended = end_owner(
            Target(args.namespace, args.name, is_glob=args.glob),
            args.owner,
            last_day=read_day(args.last_day, "--until"),
            by=person(args.by),
            via=VIA,
            now=datetime.now(UTC),
            session=session,
        )
    if ended.last_day is None:
        print(f"{ended.owner} of {ended.target} would not have served by then, and is out of the register.")
    else:
        print(f"{ended.owner} owns {ended.target} until {ended.last_day}, and not after it.")


@lineage_command
def import_(args: Any) -> None:
    """``owners import PATH [--connection-id ID | --namespace N] [--dry-run] [--by NAME]``."""
    from datetime import UTC, datetime
    from pathlib import Path

    from airflow_lineage_provider import config
    from airflow_lineage_provider.contracts.error import ContractError
    from airflow_lineage_provider.contracts.owners_import import read_owners_path, source_of
    from airflow_lineage_provider.contracts.readers.place import Place
    from airflow_lineage_provider.store.ownership.sources import replace_source

    path = Path(args.path)
    try:
        place = Place(args.connection_id, args.namespace)
        read = read_owners_path(path, args.path, place=place)
    except OSError as error:
        raise CommandError(f"{args.path} cannot be read: {error.strerror or error}") from None
    except ContractError as error:
        lines = "\n".join(map(str, error.problems))
        count = len(error.problems)
        raise CommandError(
            f"{lines}\nNothing was imported: {count} problem{'s' if count != 1 else ''}."
        ) from None
    with _writing() as session:
        change = replace_source(
            source_of(path, config.owners_path()),
            read.registrations,
            dry_run=args.dry_run,
            by=person(args.by),
            now=datetime.now(UTC),
            session=session,
        )
    for warning in read.warnings:
        print(warning, file=sys.stderr)
    for sign, registrations in (("+", change.added), ("-", change.removed)):
        for each in registrations:
            print(f"{sign} {each.target} {each.owner}")
    what = f"{len(change.added)} added, {len(change.removed)} removed, {change.kept} kept"
    if change.is_reordered:
        what += ", in another order"
    print(f"{what}{'; nothing was changed' if args.dry_run else ''}.")


@lineage_command
def orphans(args: Any) -> None:
    """``owners orphans [--limit N] [--output table|json|yaml|plain]``."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.governance.ownership import find_orphans
    from airflow_lineage_provider.model.access import FULL_ACCESS

    with fresh_session() as session:
        page = find_orphans(FULL_ACCESS, limit=args.limit, today=datetime.now(UTC).date(), session=session)
    if args.output in ("json", "yaml"):
        document = [
            {
                "namespace": each.dataset.namespace,
                "name": each.dataset.name,
                "departed": [owner.to_wire() for owner in each.departed],
                "writers": list(each.writers),
                "readers": list(each.readers),
                "known_by": list(each.known_by),
            }
            for each in page.orphans
        ]
        print_document(document, args.output)
    else:
        print_rows(
            [
                {
                    "namespace": each.dataset.namespace,
                    "name": each.dataset.name,
                    "left": ", ".join(owner.name for owner in each.departed),
                    "writers": _some(each.writers),
                    "readers": _some(each.readers),
                    "known_by": _some(each.known_by),
                }
                for each in page.orphans
            ],
            args.output,
        )
    if page.next_after is not None:
        print("There are more; --limit shows them.", file=sys.stderr)


def _scope(args: Any, session: Any) -> list[InScope]:
    from airflow_lineage_provider.governance.scope import every_dataset, explicit_scope
    from airflow_lineage_provider.model.dataset_id import DatasetId

    if args.namespace:
        return explicit_scope([(DatasetId(args.namespace, args.name), None)], session=session)
    text = (args.search or "").casefold()
    return [entry for entry in every_dataset(session=session) if text in str(entry.dataset).casefold()]


def _rows(owned: OwnedDataset) -> Iterator[dict[str, str]]:
    named = {"namespace": owned.dataset.namespace, "name": owned.dataset.name}
    for owner in owned.owners:
        yield {**named, **_owner(owner), "until": str(owner.valid_to or "")}
    if not owned.owners:
        left = ", ".join(f"{owner.name} ({owner.source})" for owner in owned.departed)
        nobody = f"left: {left}" if left else "nobody"
        yield {**named, "owner": "", "source": nobody, "channel": "", "contact": "", "until": ""}


def _owner(owner: Any) -> dict[str, str]:
    return {
        "owner": owner.name,
        "source": owner.source,
        "channel": owner.channel or "",
        "contact": owner.contact or "",
    }


def _some(names: tuple[str, ...], most: int = 3) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


@contextmanager
def _writing() -> Iterator[Any]:
    from airflow_lineage_provider.store.own_transactions import OwnTransactions
    from airflow_lineage_provider.store.ownership.registration import InvalidOwner

    try:
        with OwnTransactions().writing() as session:
            yield session
    except InvalidOwner as error:
        raise CommandError(f"{error}.") from None
