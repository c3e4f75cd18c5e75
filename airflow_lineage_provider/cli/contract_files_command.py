"""``airflow lineage contracts lint|diff|infer``: work on contract files; nothing is applied."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.cli.command import CommandError, lineage_command, print_document, print_rows

if TYPE_CHECKING:
    from airflow_lineage_provider.contracts.error import Problem


@lineage_command
def lint(args: Any) -> None:
    """``airflow lineage contracts lint PATH... [--output text|json|github]``. Exit code 1: a contract is not valid."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.contracts.lint import lint_paths

    report = lint_paths(args.paths, today=datetime.now(UTC).date())
    if args.output == "json":
        document = {
            "files": report.files,
            "problems": [_wire(problem) for problem in report.problems],
            "warnings": [_wire(problem) for problem in report.warnings],
        }
        print(json.dumps(document, indent=2, ensure_ascii=False))
    elif args.output == "github":
        for level, problems in (("error", report.problems), ("warning", report.warnings)):
            for problem in problems:
                print(github_line(level, problem))
    else:
        for problem in report.problems:
            print(problem)
        for problem in report.warnings:
            print(f"{problem} (warning)")
        print(
            f"{_count(report.files, 'contract')}, {_count(len(report.problems), 'problem')}, "
            f"{_count(len(report.warnings), 'warning')}.",
            file=sys.stderr,
        )
    if report.problems:
        raise SystemExit(1)


@lineage_command
def diff(args: Any) -> None:
    """``airflow lineage contracts diff A B [--output table|json|yaml|plain]``.

    Exit code 1: it breaks who relies on A, and the version number does not say so.
    """
    from airflow.utils.session import create_session

    from airflow_lineage_provider.contracts.contract_diff import diff as compare
    from airflow_lineage_provider.contracts.error import ContractError
    from airflow_lineage_provider.contracts.named_contract import UnknownContract, contract_named

    try:
        with create_session(scoped=False) as session:
            old = contract_named(args.old, session=session)
            new = contract_named(args.new, session=session)
    except UnknownContract as error:
        raise CommandError(f"{error}.") from None
    except ContractError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        raise SystemExit(1) from None
    found = compare(old.data, new.data, dialect=new.dialect or old.dialect)
    is_refused = found.is_breaking and not found.is_version_raised
    if args.output in ("json", "yaml"):
        document = {
            "old": old.label,
            "new": new.label,
            "old_version": found.old_version,
            "new_version": found.new_version,
            "impact": found.impact.value if found.impact is not None else None,
            "is_breaking": found.is_breaking,
            "is_version_raised": found.is_version_raised,
            "changes": [change.to_wire() for change in found.changes],
        }
        print_document(document, args.output)
    else:
        rows = [
            {
                "impact": change.impact.value,
                "kind": change.kind,
                "path": change.path,
                "what": change.message,
            }
            for change in found.changes
        ]
        print_rows(rows, args.output)
        if is_refused:
            is_same = found.old_version == found.new_version
            step = (
                f"still is {found.old_version}"
                if is_same
                else f"goes from {found.old_version} to {found.new_version}"
            )
            print(
                f"{new.label} breaks who relies on {old.label}: raise the major version (it {step}).",
                file=sys.stderr,
            )
    if is_refused:
        raise SystemExit(1)


@lineage_command
def infer(args: Any) -> None:
    """``airflow lineage contracts infer --namespace NS --name NAME [--id ID] [--file PATH]``."""
    from datetime import UTC, datetime

    from airflow_lineage_provider.cli.command import fresh_session
    from airflow_lineage_provider.contracts.infer import infer as write
    from airflow_lineage_provider.governance.dataset_owners import owners_of
    from airflow_lineage_provider.model.access import FULL_ACCESS
    from airflow_lineage_provider.model.dataset_id import DatasetId
    from airflow_lineage_provider.store.found_dataset import UnknownDataset, dataset_named

    with fresh_session() as session:
        try:
            dataset = dataset_named(args.namespace, args.name, FULL_ACCESS, session=session)
        except UnknownDataset as error:
            raise CommandError(f"{error}; `airflow lineage datasets` lists what is.") from None
        named = DatasetId(dataset.namespace, dataset.name)
        owners = owners_of(named, FULL_ACCESS, today=datetime.now(UTC).date(), session=session)
        text = write(
            dataset,
            FULL_ACCESS,
            contract_id=args.id,
            owners=[owner.name for owner in owners],
            channel=next((owner.channel for owner in owners if owner.channel), None),
            session=session,
        )
    if args.file is None:
        print(text, end="")
        return
    try:
        # Whoever wrote there before has promised something already.
        with open(args.file, "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise CommandError(f"{args.file} cannot be written: {error.strerror or error}.") from None
    print(f"Written to {args.file}. Read it, correct it, and set its status to active.", file=sys.stderr)


def github_line(level: str, problem: Problem) -> str:
    """A workflow command of GitHub: it shows the message at the line of a pull request."""
    from airflow_lineage_provider.contracts.error import path_text

    place = [f"file={_property(problem.source)}"]
    if problem.line is not None:
        place.append(f"line={problem.line}")
    message = f"{path_text(problem.path)}: {problem.message}" if problem.path else problem.message
    return f"::{level} {','.join(place)},title=Data contract::{_message(message)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def _wire(problem: Problem) -> dict[str, Any]:
    from airflow_lineage_provider.contracts.error import path_text

    return {
        "file": problem.source,
        "line": problem.line,
        "path": path_text(problem.path),
        "message": problem.message,
    }


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' if number != 1 else ''}"
