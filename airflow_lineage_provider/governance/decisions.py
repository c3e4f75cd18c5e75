"""What people decided that bears on a verdict: waivers, the baseline, and the break-glass grant that a run names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from typing import Any

from airflow.models.dagrun import DagRun
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.facts import AskerFact
from airflow_lineage_provider.governance.verdict import GrantNote
from airflow_lineage_provider.governance.waiver import Waiver
from airflow_lineage_provider.store.baseline import baseline_keys
from airflow_lineage_provider.store.grants import grant_named, is_used_by
from airflow_lineage_provider.store.waivers import in_force

CONF_KEY = "lineage_break_glass"
"""Key of a DAG run's conf that names a grant."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What the judge is given besides facts and levels."""

    waivers: tuple[Waiver, ...] = ()
    baseline: frozenset[str] = frozenset()
    grant: GrantNote | None = None


def decisions_for(
    asker: AskerFact | None, *, conf: Mapping[str, Any] | None, now: datetime, session: Session
) -> Decisions:
    """Decisions that hold now.

    :param conf: of the asking DAG run. A grant that it names counts where somebody other than its author approved
        it, it lasts, nobody revoked it, it is for this DAG, and it has a use left or this run has used it before.
    """
    return Decisions(
        waivers=tuple(_waiver(row) for row in in_force(now, session=session)),
        baseline=baseline_keys(session=session),
        grant=grant_of(asker, conf, now, session),
    )


def conf_of(dag_run_id: int, *, session: Session) -> Mapping[str, Any] | None:
    """Conf of a DAG run; ``None`` where it has none."""
    conf = session.scalar(select(DagRun.conf).where(DagRun.id == dag_run_id))
    return conf if isinstance(conf, Mapping) else None


def _waiver(row: Any) -> Waiver:
    return Waiver(
        id=row.id,
        rule=row.rule,
        reason=row.reason,
        expires_at=row.expires_at,
        namespace=row.namespace,
        name=row.name,
        dag_id=row.dag_id,
        subject=row.subject,
        ticket=row.ticket,
        author=row.author,
        approver=row.approver,
        approved_at=row.approved_at,
        revoked_at=row.revoked_at,
    )


def grant_of(
    asker: AskerFact | None,
    conf: Mapping[str, Any] | None,
    now: datetime,
    session: Session,
    *,
    waits: bool = True,
) -> GrantNote | None:
    """The break-glass grant that a DAG run's conf names, where it counts: see :func:`decisions_for`.

    :param waits: for whoever uses it in this moment; without it, two runs may both take its last use.
    """
    name = (conf or {}).get(CONF_KEY)
    if asker is None or not isinstance(name, str) or not 0 < len(name) <= 128 or "\0" in name:
        return None
    row = grant_named(name, now, waits=waits, session=session)
    if row is None or not (row.dag_id == asker.dag_id or fnmatchcase(asker.dag_id, row.dag_id)):
        return None
    is_used_up = row.most_uses is not None and row.uses >= row.most_uses
    if is_used_up and not (asker.run_id and is_used_by(row.id, asker.dag_id, asker.run_id, session=session)):
        return None
    return GrantNote(row.id, row.name, row.reason, row.approver, row.expires_at.date())
