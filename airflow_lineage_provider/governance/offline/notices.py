"""What people should know about a check beside its findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from airflow_lineage_provider.governance.offline.baseline_file import BaselineFile
from airflow_lineage_provider.governance.offline.report import Reported
from airflow_lineage_provider.governance.waiver import Waiver
from airflow_lineage_provider.model.dataset_id import DatasetId

_SOON = timedelta(days=14)
_MOST = 10


def notices_of(
    baseline: BaselineFile | None,
    base: BaselineFile | None,
    waivers: Iterable[Waiver],
    reported: Sequence[Reported],
    now: datetime,
    unknown_connections: Sequence[str],
) -> Iterator[str]:
    """Sentences.

    :param base: the baseline at the commit that is compared with.
    """
    if baseline is not None:
        yield from _of_baseline(baseline, base, reported)
    used = {one.finding.waiver.id for one in reported if one.finding.waiver is not None}
    for waiver in waivers:
        if waiver.revoked_at is None and waiver.expires_at <= now:
            yield f"waiver {waiver.id} of {waiver.rule} expired on {waiver.expires_at.date()}; what it let pass counts"
        elif waiver.id in used and waiver.expires_at - now <= _SOON:
            yield f"waiver {waiver.id} of {waiver.rule} expires on {waiver.expires_at.date()}"
    if unknown_connections:
        yield (
            f"nobody says where {_count(len(unknown_connections), 'connection')} "
            f"{'leads' if len(unknown_connections) == 1 else 'lead'}: "
            f"{_few(unknown_connections)}; tables are named after them. Set AIRFLOW_CONN_..., without any password"
        )


def hidden_columns(datasets: Sequence[DatasetId]) -> Iterator[str]:
    """About datasets of which a deployment does not tell every column."""
    if datasets:
        yield (
            f"the columns of {_count(len(datasets), 'dataset')} could not be judged, for the deployment hides some from "
            f"the user of AIRFLOW_LINEAGE_TOKEN: {_few(list(map(str, datasets)))}"
        )


def unread_sql(dag_id: str, troubles: Mapping[str, str]) -> Iterator[str]:
    """About SQL of a DAG that could not be read, or not wholly.

    :param troubles: reason by task.
    """
    if troubles:
        tasks = [f"{dag_id}.{task_id}" for task_id in troubles]
        yield (
            f"SQL of {_few(tasks)} could not be read, so that nothing, or not all, is known of what it touches: "
            f"{next(iter(troubles.values()))}"
        )


def _of_baseline(
    baseline: BaselineFile, base: BaselineFile | None, reported: Sequence[Reported]
) -> Iterator[str]:
    found = {one.finding.key for one in reported}
    gone = sorted(_named(baseline, key) for key in baseline.entries.keys() - found)
    if gone:
        yield (
            f"{_count(len(gone), 'finding')} of the baseline {'is' if len(gone) == 1 else 'are'} mended: "
            f"{_few(gone)}; take them out with --write-baseline"
        )
    if base is not None:
        new = sorted(_named(baseline, key) for key in baseline.entries.keys() - base.entries.keys())
        if new:
            yield f"this change adds {_count(len(new), 'finding')} to the baseline: {_few(new)}"


def _named(baseline: BaselineFile, key: str) -> str:
    rule, subject = baseline.entries[key]
    return f"{rule} of {subject}" if subject else rule


def _few(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return ", ".join(names[:_MOST]) + rest


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
