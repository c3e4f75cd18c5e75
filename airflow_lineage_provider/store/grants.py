"""Break-glass grants as gates read and use them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from airflow.models.dagrun import DagRun
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.store.tables import Grant
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.verdicts import VERDICT

GRANT = core_table(Grant)
DAG_RUN = core_table(DagRun)


def grant_named(name: str, now: datetime, *, waits: bool = True, session: Session) -> Any:
    """Row of the grant of this name that is in force now; ``None``: there is none.

    :param waits: it is held until the transaction ends, so that no two runs take its last use. Without it, it is
        read as it was committed last, whoever holds it.
    """
    query = select(GRANT).where(
        GRANT.c.name == name,
        GRANT.c.approved_at.is_not(None),
        GRANT.c.approver.is_not(None),
        GRANT.c.approver != GRANT.c.author,
        GRANT.c.revoked_at.is_(None),
        GRANT.c.expires_at > now,
    )
    return session.execute(query.with_for_update() if waits else query).one_or_none()


def is_used_by(grant_id: int, dag_id: str, run_id: str, *, session: Session) -> bool:
    """Whether a DAG run went on by a grant before.

    One that was deleted and triggered again under the same id is another run.
    """
    of_run = and_(DAG_RUN.c.dag_id == VERDICT.c.dag_id, DAG_RUN.c.run_id == VERDICT.c.run_id)
    query = (
        select(VERDICT.c.id)
        .select_from(VERDICT.outerjoin(DAG_RUN, of_run))
        .where(
            VERDICT.c.dag_id == dag_id,
            VERDICT.c.run_id == run_id,
            VERDICT.c.grant_id == grant_id,
            or_(DAG_RUN.c.created_at.is_(None), DAG_RUN.c.created_at <= VERDICT.c.judged_at),
        )
    )
    return session.execute(query.limit(1)).first() is not None


def count_use(grant_id: int, *, waits: bool = True, session: Session) -> bool:
    """Count one use more. Returns whether it was counted: there was one left.

    :param waits: without it nothing is counted where somebody else holds the grant.
    """
    if not waits:
        free = select(GRANT.c.id).where(GRANT.c.id == grant_id).with_for_update(skip_locked=True)
        if session.scalar(free) is None:
            return False
    used = session.execute(
        GRANT.update()
        .where(GRANT.c.id == grant_id, or_(GRANT.c.most_uses.is_(None), GRANT.c.uses < GRANT.c.most_uses))
        .values(uses=GRANT.c.uses + 1)
    )
    return bool(getattr(used, "rowcount", 0))
