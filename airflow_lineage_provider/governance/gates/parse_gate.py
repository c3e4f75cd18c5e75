"""Holding a DAG back where it is parsed: from a file, in the DAG processor, never by making it vanish.

A policy that raises takes every DAG of the file with it, and runs that are under way. So a DAG that fails stays
where it is, and its runs wait in the queue until it passes: nothing is lost, and what runs goes on.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from airflow_lineage_provider import config
from airflow_lineage_provider.model.clock_skew import AHEAD
from airflow_lineage_provider.model.level import Level

log = logging.getLogger(__name__)

VERSION = 1
HELD = "lineage-held"
"""Tag of a DAG whose runs wait."""
FAILING = "lineage-failing"
"""Tag of one that would be held, were the gate to block."""
_LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class _File:
    """A snapshot as it was read."""

    path: str
    stamp: tuple[int, int]
    written_at: datetime | None = None
    dags: Mapping[str, Any] | None = None
    problem: str | None = None


class ParseGate:
    """Remembers the snapshot from DAG to DAG, and what it has complained about."""

    def __init__(self) -> None:
        self._file: _File | None = None
        self._told: set[str] = set()

    def look(self, dag: Any, *, now: datetime | None = None) -> Level:
        """Hold a DAG back, or mark it, where its upstream fails. Returns what was done; never raises.

        :param dag: as it was parsed; at ``block`` it gets a tag, a text above its docs and no room for a run.
        """
        try:
            most = config.parse_gate()
            if most.rank < Level.WARN.rank:
                return Level.OFF
            return self._look(dag, most, now or datetime.now(UTC))
        except Exception as error:
            self._tell(f"The parse gate failed and lets DAGs pass: {type(error).__name__}: {error}")
            return Level.OFF

    def _look(self, dag: Any, most: Level, now: datetime) -> Level:
        path = config.gate_snapshot()
        if path is None:
            self._tell("[lineage_provider] parse_gate is on, but gate_snapshot names no file: DAGs pass")
            return Level.OFF
        found = self._read(path)
        if found.problem is not None or found.dags is None or found.written_at is None:
            self._tell(f"[lineage_provider] gate_snapshot {path} {found.problem}: DAGs pass")
            return Level.OFF
        lifetime: timedelta = config.gate_state_lifetime()
        if now - found.written_at > lifetime:
            self._tell(
                f"[lineage_provider] gate_snapshot {path} was written at {found.written_at}: DAGs pass"
            )
            return Level.OFF
        if _is_ahead(found.written_at, now):
            # It would count on long after the last server was gone.
            self._tell(
                f"[lineage_provider] gate_snapshot {path} was written at {found.written_at}, which has not come "
                "yet: DAGs pass. Set the clocks of API servers and DAG processors by one source"
            )
            return Level.OFF
        state = found.dags.get(dag.dag_id)
        if not isinstance(state, Mapping) or now > datetime.fromisoformat(state["valid_until"]):
            return Level.OFF
        judged_at = state.get("judged_at")
        if judged_at is not None and _is_ahead(datetime.fromisoformat(judged_at), now):
            return Level.OFF
        if state["result"] not in ("fail", "warn"):
            return Level.OFF  # An answer that could not be given holds nobody back here.
        level = Level(state["level"]).at_most(most)
        if level.rank < Level.WARN.rank:
            return Level.OFF
        if level is Level.BLOCK and state["has_running_runs"]:
            # What runs would go on anyway; its DAG stays as its author wrote it until it has ended.
            level = Level.WARN
        # Not the message: each run would change it, and each change of a DAG is a new version of it.
        _mark(dag, level, str(state.get("told", "")))
        return level

    def _read(self, path: str) -> _File:
        try:
            told = Path(path).stat()
        except OSError as error:
            return _File(path, (0, 0), problem=f"cannot be read ({error.strerror})")
        stamp = (told.st_mtime_ns, told.st_size)
        if self._file is None or (self._file.path, self._file.stamp) != (path, stamp):
            self._file = _load(path, stamp)
        return self._file

    def _tell(self, problem: str) -> None:
        if problem not in self._told:
            self._told.add(problem)
            log.warning("%s", problem)


def _is_ahead(moment: datetime, now: datetime) -> bool:
    return moment > now + AHEAD


def _load(path: str, stamp: tuple[int, int]) -> _File:
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
        if document["v"] != VERSION:
            return _File(path, stamp, problem=f"has version {document['v']!r}, not {VERSION}")
        written_at = datetime.fromisoformat(document["written_at"])
        dags = document["dags"]
        if written_at.tzinfo is None or not isinstance(dags, dict):
            raise ValueError
    except OSError as error:
        return _File(path, stamp, problem=f"cannot be read ({error.strerror})")
    except (ValueError, KeyError, TypeError, RecursionError):
        return _File(path, stamp, problem="is no snapshot of gates")
    return _File(path, stamp, written_at, dags)


def _mark(dag: Any, level: Level, findings: str) -> None:
    what, tag = (
        ("Held back: its runs wait in the queue until this is mended", HELD)
        if level is Level.BLOCK
        else ("Its upstream data fails", FAILING)
    )
    told = "\n".join(f"> {line}" for line in findings[:_LONGEST].splitlines())
    dag.doc_md = "\n\n".join(filter(None, (f"**{what}.**", told, dag.doc_md or ""))).rstrip() + "\n"
    dag.tags.add(tag)
    if level is Level.BLOCK:
        dag.max_active_runs = 0
