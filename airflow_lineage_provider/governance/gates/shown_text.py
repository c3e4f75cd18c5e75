"""What a verdict says to everybody who may read its DAG: notes of runs and docs of DAGs know no readers."""

from __future__ import annotations

from itertools import takewhile

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.judge import MOST_TOLD
from airflow_lineage_provider.governance.verdict import Verdict, described
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.store.verdict_list import shown_answer

_PLAIN = ("key", "rule", "level", "result", "is_baselined", "enforce_from", "owner", "channel")
"""Of a finding: words of ours, which a DAG may be called like; and whom to ask, which is what a note is for."""


def shown_text(verdict: Verdict, dag_id: str, *, session: Session) -> str:
    """The message without names of other DAGs, and of columns that only some may see."""
    answer = verdict.to_wire()
    shown = shown_answer(answer, Access(frozenset({dag_id}), False), session=session)
    of_key = {finding["key"]: finding for finding in shown["findings"]}
    told = [
        {**masked, **{name: plain[name] for name in _PLAIN}}
        for plain in answer["findings"]
        if (masked := of_key.get(plain["key"])) is not None
    ]
    lines = list(takewhile(lambda line: not line.startswith("1. "), shown["message"].splitlines()))
    lines += [f"{number}. {described(finding)}" for number, finding in enumerate(told[:MOST_TOLD], 1)]
    if len(told) > MOST_TOLD:
        lines.append(f"and {len(told) - MOST_TOLD} more")
    return "\n".join(lines)
