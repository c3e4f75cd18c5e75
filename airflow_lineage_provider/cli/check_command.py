"""``airflow lineage check``: judge DAG files and contract files before they are merged."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.cli.command import FAILED, CommandError, judging_command

if TYPE_CHECKING:
    from airflow_lineage_provider.governance.offline.baseline_file import BaselineFile
    from airflow_lineage_provider.governance.offline.check import CheckRequest
    from airflow_lineage_provider.governance.offline.git_base import GitBase
    from airflow_lineage_provider.governance.offline.report import CheckReport
    from airflow_lineage_provider.model.rule_policy import RulePolicy

TOKEN = "AIRFLOW_LINEAGE_TOKEN"  # noqa: S105 - its name


@judging_command
def check(args: Any) -> tuple[int, str]:
    """Check. Exit code 1: findings at or above ``--fail-on``; 2: it could not be checked."""
    from airflow_lineage_provider.cli.check_evidence import text_reader
    from airflow_lineage_provider.contracts.error import ContractError
    from airflow_lineage_provider.governance.offline.check import check as judge
    from airflow_lineage_provider.governance.offline.dag_files import UnreadablePath
    from airflow_lineage_provider.governance.offline.git_base import UnknownBase
    from airflow_lineage_provider.governance.offline.live_lineage import UnreachableLineage

    try:
        request = _request(args)
        try:
            report = judge(request, text_reader)
        finally:
            if request.live is not None:
                request.live.close()
    except ContractError as error:
        raise CommandError("\n".join(map(str, error.problems))) from None
    except (UnreadablePath, UnknownBase, UnreachableLineage) as error:
        raise CommandError(f"{error}.") from None
    if args.write_baseline:
        return _write_baseline(args.baseline, request, report), ""
    return FAILED if report.is_failed else 0, _written(args.format, args.output, report)


def _request(args: Any) -> CheckRequest:
    from datetime import UTC, datetime

    from airflow_lineage_provider import config
    from airflow_lineage_provider.governance.offline.check import CheckRequest
    from airflow_lineage_provider.governance.offline.downstream import Job
    from airflow_lineage_provider.governance.offline.git_base import git_base
    from airflow_lineage_provider.governance.offline.lineage_file import UnreadableLineage, read_lineage
    from airflow_lineage_provider.governance.offline.live_lineage import LiveLineage
    from airflow_lineage_provider.governance.offline.waivers_file import InvalidWaivers, read_waivers
    from airflow_lineage_provider.model.level import Level

    if args.write_baseline and not args.baseline:
        raise CommandError("--write-baseline needs --baseline FILE.")
    dags = tuple(Path(path) for path in args.dags)
    contracts = tuple(Path(path) for path in args.contracts or ())
    base = git_base(args.diff_base, (*contracts, *dags)[0]) if args.diff_base else None
    baseline, base_baseline = _baselines(args.baseline, base, is_new=args.write_baseline)
    live: LiveLineage | None = None
    jobs: tuple[Job, ...] = ()
    if args.lineage and args.lineage.startswith(("http://", "https://")):
        live = LiveLineage(args.lineage, os.environ.get(TOKEN))
    elif args.lineage:
        try:
            jobs = tuple(read_lineage(_text(args.lineage)))
        except UnreadableLineage as error:
            raise CommandError(f"{args.lineage} is no lineage: {error}.") from None
    try:
        waivers = tuple(read_waivers(_text(args.waivers))) if args.waivers else ()
    except InvalidWaivers as error:
        raise CommandError(f"{args.waivers} holds no waivers: {error}.") from None
    return CheckRequest(
        dags=dags,
        contracts=contracts,
        registrations=_registrations(args.owners),
        owners_source=args.owners or "",
        policy=_policy(args.rules),
        environment=args.environment or config.environment(),
        base=base,
        baseline=baseline,
        base_baseline=base_baseline,
        waivers=waivers,
        jobs=jobs,
        live=live,
        fail_on=Level(args.fail_on),
        now=datetime.now(UTC),
    )


def _registrations(path: str | None) -> Any:
    if path is None:
        return ()
    from airflow_lineage_provider.contracts.owners_import import read_owners_path
    from airflow_lineage_provider.governance.offline.connections import OfflineConnections

    try:
        return read_owners_path(Path(path), path, lookup=OfflineConnections()).registrations
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror or error}.") from None


def _policy(given: str | None) -> RulePolicy:
    """Of rules that cannot be read a gate says so and goes on; here that would let everything pass."""
    from airflow_lineage_provider import config
    from airflow_lineage_provider.governance.rules import RULES
    from airflow_lineage_provider.governance.rules.option import InvalidOption, check_options
    from airflow_lineage_provider.model.rule_policy import InvalidPolicy, read_policy

    if given is None:
        source, text = "[lineage_provider] rules", config.rules_text()
    elif given.lstrip().startswith("{"):
        source, text = "--rules", given
    else:
        source, text = given, _text(given)
    try:
        policy = read_policy(text)
    except InvalidPolicy as error:
        raise CommandError(f"{source}: {error}.") from None
    for rule in RULES:
        try:
            check_options(rule.options, policy.options(rule.id))
        except InvalidOption as error:
            raise CommandError(f"{source}: {rule.id}: {error}.") from None
    return policy


def _baselines(
    path: str | None, base: GitBase | None, *, is_new: bool
) -> tuple[BaselineFile | None, BaselineFile | None]:
    """(the baseline, the one of the base)."""
    from airflow_lineage_provider.governance.offline.baseline_file import InvalidBaseline, read_baseline

    if path is None:
        return None, None
    before = None
    if base is not None and (text := base.text(Path(path))) is not None:
        try:
            before = read_baseline(text)
        except InvalidBaseline:
            before = None  # it is being mended
    if is_new and not os.path.exists(path):
        return None, before
    try:
        return read_baseline(_text(path)), before
    except InvalidBaseline as error:
        raise CommandError(f"{path} is no baseline: {error}.") from None


def _text(path: str) -> str:
    try:
        return Path(path).read_text("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise CommandError(f"{path} is not UTF-8 text.") from None


def _write_baseline(path: str, request: CheckRequest, report: CheckReport) -> int:
    from airflow_lineage_provider.governance.offline.baseline_file import is_for_baseline, write_baseline

    _save(path, write_baseline(report.reported, request.baseline, request.now.date()))
    kept = sum(map(is_for_baseline, report.reported))
    print(f"{kept} finding{'' if kept == 1 else 's'} written to {path}.", file=sys.stderr)
    left = [one for one in report.failing if not is_for_baseline(one)]
    for one in left:
        print(f"No baseline takes this: {one.title}: {one.finding.message}", file=sys.stderr)
    return FAILED if left else 0


def _written(format: str, path: str | None, report: CheckReport) -> str:
    """What is left to print of a report."""
    from airflow_lineage_provider.cli.check_report import write_report

    text = write_report(format, report)
    if path is None:
        return text
    _save(path, text)
    failing = len(report.failing)
    print(f"{failing} finding{'' if failing == 1 else 's'} fail the check; see {path}.", file=sys.stderr)
    return ""


def _save(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, "utf-8", newline="")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror or error}.") from None
