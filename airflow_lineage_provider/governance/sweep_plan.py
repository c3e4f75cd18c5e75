"""What a sweep is to judge: all there is now and then, and in between what something happened to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from airflow.models.dag import DagModel
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.decisions import Decisions
from airflow_lineage_provider.governance.in_scope import InScope
from airflow_lineage_provider.governance.scope import every_dataset
from airflow_lineage_provider.model.canonical import content_hash
from airflow_lineage_provider.model.rule_policy import RulePolicy
from airflow_lineage_provider.store.recent_changes import newest_run, register_marks, touched_since
from airflow_lineage_provider.store.watermarks import WATERMARK, write_watermark

FULL_EVERY = timedelta(minutes=15)
"""What nothing happened to is judged so often, for clocks go on."""
MARGIN = timedelta(minutes=2)
"""Clocks of servers differ, and what is written at a moment is seen a little later."""
_ROUND = "govern.sweep.round"
"""Watermark: when all was begun to be judged, and in which state of contracts and decisions."""
_LOOKED = "govern.sweep"
"""Watermark: when was looked for changes last, and what was the newest run."""
_DATASETS, _DAGS = "govern.sweep.datasets", "govern.sweep.dags"
"""Watermarks: how much of the pass is done; 0 where nothing of it is left."""
_NAMES = (_ROUND, _LOOKED, _DATASETS, _DAGS)


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """What is left to be judged."""

    is_full: bool
    """Whether a pass over everything is under way."""
    datasets: Sequence[InScope]
    dag_ids: Sequence[str]
    known_digests: frozenset[str]
    """Of all there is; only of a full pass."""
    known_dags: frozenset[str]
    done_datasets: int
    """By the sweeps before, of the same pass."""
    done_dags: int
    begins: bool
    """Whether the pass begins with this sweep."""
    state: int
    newest_run: int


def plan_sweep(
    policy: RulePolicy, environment: str | None, decisions: Decisions, *, now: datetime, session: Session
) -> SweepPlan:
    """Plan a sweep.

    A pass over everything begins where the last one is some time ago, or where rules, contracts, owners or decisions
    are others than then; one that ran out of time is gone on with. Else it is what runs touched since the last sweep.
    """
    query = select(WATERMARK.c.name, WATERMARK.c.value, WATERMARK.c.updated_at).where(
        WATERMARK.c.name.in_(_NAMES)
    )
    marks = {row.name: row for row in session.execute(query)}
    state = _state(policy, environment, decisions, session=session)
    last, looked = marks.get(_ROUND), marks.get(_LOOKED)
    done = {name: marks[name].value if name in marks else 0 for name in (_DATASETS, _DAGS)}
    begins = last is None or last.value != state or last.updated_at <= now - FULL_EVERY
    newest = newest_run(session=session)
    if begins or any(done.values()):
        datasets = every_dataset(session=session)
        dag_ids = sorted(session.scalars(select(DagModel.dag_id).where(DagModel.is_stale.is_(False))))
        first_dataset, first_dag = (0, 0) if begins else (done[_DATASETS], done[_DAGS])
        return SweepPlan(
            is_full=True,
            datasets=datasets[first_dataset:],
            dag_ids=dag_ids[first_dag:],
            known_digests=frozenset(entry.dataset.digest for entry in datasets),
            known_dags=frozenset(dag_ids),
            done_datasets=first_dataset,
            done_dags=first_dag,
            begins=begins,
            state=state,
            newest_run=newest,
        )
    since = looked.updated_at - MARGIN if looked is not None else now - FULL_EVERY
    touched = touched_since(since, looked.value if looked is not None else newest, session=session)
    datasets = []
    if touched.digests:
        datasets = [entry for entry in every_dataset(session=session) if _is_among(entry, touched.digests)]
    live = select(DagModel.dag_id).where(DagModel.is_stale.is_(False))
    dag_ids = sorted(touched.dag_ids & set(session.scalars(live))) if touched.dag_ids else []
    return SweepPlan(False, datasets, dag_ids, frozenset(), frozenset(), 0, 0, False, state, newest)


def note_sweep(plan: SweepPlan, datasets: int, dags: int, *, began_at: datetime, session: Session) -> None:
    """Note how far a sweep came.

    :param datasets: how many it judged.
    :param dags: how many it judged.
    """
    write_watermark(_LOOKED, plan.newest_run, now=began_at, session=session)
    if not plan.is_full:
        return
    if plan.begins:
        write_watermark(_ROUND, plan.state, now=began_at, session=session)
    is_over = datasets >= len(plan.datasets) and dags >= len(plan.dag_ids)
    for name, done in ((_DATASETS, plan.done_datasets + datasets), (_DAGS, plan.done_dags + dags)):
        write_watermark(name, 0 if is_over else done, now=began_at, session=session)


def _state(policy: RulePolicy, environment: str | None, decisions: Decisions, *, session: Session) -> int:
    """A number that is another one when rules, contracts, owners or decisions are."""
    waivers = sorted(waiver.id for waiver in decisions.waivers)
    parts = [
        repr(policy),
        environment,
        waivers,
        sorted(decisions.baseline),
        register_marks(session=session),
    ]
    return int(content_hash(parts)[:15], 16)


def _is_among(entry: InScope, digests: frozenset[str]) -> bool:
    return entry.dataset.digest in digests or any(name.digest in digests for name in entry.stored_as)
