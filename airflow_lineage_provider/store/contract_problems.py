"""Watched contract files that could not be applied, until they can."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.model.parts import parts
from airflow_lineage_provider.store.tables import ContractProblem
from airflow_lineage_provider.store.tables.base import core_table
from airflow_lineage_provider.store.upsert import CHUNK, insert_or_update

PROBLEM = core_table(ContractProblem)
MOST_PROBLEMS = 100
"""Problems of one file that are kept."""
_MAX_SOURCE = 2000


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file that is no contract that can be applied."""

    source: str
    managed_by: str | None
    contract_id: str | None
    """As far as it can be read."""
    problems: tuple[Mapping[str, Any], ...]
    """``{"line", "path", "message"}`` each."""
    seen_at: datetime

    def lines(self) -> tuple[str, ...]:
        """Each problem for people: ``line 7, schema[0].name: is missing``."""
        return tuple(_line(problem) for problem in self.problems)


def note_problem(
    source: str,
    problems: Sequence[Mapping[str, Any]],
    *,
    managed_by: str | None,
    contract_id: str | None,
    now: datetime,
    session: Session,
) -> None:
    """Remember what is wrong with a file, in place of what was wrong with it before."""
    row = {
        "source_digest": _digest(source),
        "source": source[-_MAX_SOURCE:],
        "managed_by": managed_by,
        "contract_id": contract_id,
        "problems": canonical_json(list(problems)[:MOST_PROBLEMS]).decode("utf-8"),
        "seen_at": now,
    }
    insert_or_update(PROBLEM, [row], ("source_digest",), _newest, session=session)


def forget_problems(sources: Iterable[str], *, session: Session) -> int:
    """The files are valid, or gone. Returns how many of them had problems."""
    digests = sorted({_digest(source) for source in sources})
    gone = 0
    for part in parts(digests, CHUNK):
        done: Any = session.execute(PROBLEM.delete().where(PROBLEM.c.source_digest.in_(part)))
        gone += int(done.rowcount)
    return gone


def problem_sources(managed_by: str, *, session: Session) -> set[str]:
    """Files of a folder that had problems when they were looked at last."""
    return set(session.scalars(select(PROBLEM.c.source).where(PROBLEM.c.managed_by == managed_by)))


def file_problems(*, session: Session) -> list[FileProblem]:
    """All of them, by source."""
    return [
        FileProblem(row.source, row.managed_by, row.contract_id, tuple(json.loads(row.problems)), row.seen_at)
        for row in session.execute(select(PROBLEM).order_by(PROBLEM.c.source, PROBLEM.c.id))
    ]


def _line(problem: Mapping[str, Any]) -> str:
    place = [f"line {problem['line']}"] if problem.get("line") else []
    place += [str(problem["path"])] if problem.get("path") else []
    message = str(problem.get("message"))
    return f"{', '.join(place)}: {message}" if place else message


def _newest(new: Any) -> dict[str, Any]:
    return {name: new[name] for name in ("source", "managed_by", "contract_id", "problems", "seen_at")}


def _digest(source: str) -> str:
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
