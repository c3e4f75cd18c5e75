"""What the dag-run gate does about a run, from the answer that is kept for its DAG. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.verdict import GrantNote
from airflow_lineage_provider.model.error_line import first_line
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.printable import line_of
from airflow_lineage_provider.store.gate_states import GateFinding, StoredGate

_SAYS = "Dag-run gate: "
_KEEPER = (
    "see that an API server runs and that `[lineage_provider] govern_interval` is above 0; `airflow lineage "
    "status` says what is wrong with it"
)


@dataclass(frozen=True, slots=True)
class RunDecision:
    """What is done about one run."""

    does: Level
    """``off``: a pass; ``observe``: a verdict; ``warn``: also a note; ``block``: also no task starts."""
    result: str
    reason: str
    """For people, the first line says what was found."""
    shown: str | None = None
    """The same for everybody who may read the DAG, where that is something else."""
    wants: Level = Level.OFF
    """What it would do if the mode let it."""
    mode: Level = Level.BLOCK
    datasets: int = 0
    findings: tuple[GateFinding, ...] = ()
    findings_total: int = 0
    kept_id: int | None = None
    """The verdict that the answer rests on."""
    kept_at: datetime | None = None
    grant: GrantNote | None = None
    """Break-glass: why it goes on although it would be blocked."""
    refused_grant: str | None = None
    """Name in the run's conf that is no grant for it."""

    @property
    def blocks(self) -> bool:
        return self.does is Level.BLOCK

    def by_grant(self, grant: GrantNote) -> RunDecision:
        """The same, let go on."""
        return replace(self, does=Level.WARN, grant=grant)

    def without_tasks(self) -> RunDecision:
        """The same, where no task was left that could be held back."""
        return replace(self, does=Level.WARN)

    @property
    def told(self) -> str:
        """The reason as it stands where anybody may read it."""
        return self.reason if self.shown is None else self.shown

    @property
    def headline(self) -> str:
        """What happened to the run, in one sentence."""
        if self.blocks:
            told = "this run was blocked, none of its waiting tasks was started."
            if self.refused_grant is not None:
                told += f" {line_of(self.refused_grant)[:128]} is no break-glass grant in force for this DAG."
            return told
        if self.grant is not None:
            return line_of(
                f"this run would be blocked and goes on by break-glass grant {self.grant.name}, which "
                f"{self.grant.approver or 'nobody'} approved until {self.grant.expires}: {self.grant.reason}"
            )
        if self.wants is Level.BLOCK and self.mode is not Level.BLOCK:
            return f"this run would be blocked, but the gate may only {self.mode.value} here."
        if self.does is Level.OFF:
            return "this run passed."
        return "this run goes on."

    @property
    def message(self) -> str:
        """Of the run's verdict: all that is known where anybody is told, else one or two lines."""
        reason = self.reason
        if self.does.rank < Level.WARN.rank:
            reason = first_line(reason)
        if self.kept_id is not None:
            reason += f"\nAs judged in verdict {self.kept_id}."
        return f"{_SAYS}{self.headline}\n{reason}"


def decide(
    kept: StoredGate | None, mode: Level, *, dag_id: str, fails_closed: bool, now: datetime
) -> RunDecision:
    """The milder of what the kept answer asks for and what the mode allows.

    :param mode: see :func:`governance.gates.mode.mode_of`.
    :param fails_closed: whether a run is blocked of which nothing is known.
    """
    if kept is None:
        return could_not_judge(
            f"no answer of the judge is kept for {dag_id}",
            f"a new DAG is judged within a minute or two; {_KEEPER}",
            mode,
            fails_closed=fails_closed,
        )
    if kept.is_ahead(now):
        return could_not_judge(
            f"the answer that is kept for {dag_id} is of {kept.judged_at:%Y-%m-%d %H:%M} UTC, which has not come yet",
            "set the clocks of API servers and schedulers by one source",
            mode,
            fails_closed=fails_closed,
        )
    if kept.is_expired(now):
        return could_not_judge(
            f"the answer that is kept for {dag_id} is of {kept.judged_at:%Y-%m-%d %H:%M} UTC and counted "
            f"until {kept.valid_until:%Y-%m-%d %H:%M} UTC",
            _KEEPER,
            mode,
            fails_closed=fails_closed,
        )
    return RunDecision(
        does=kept.level.at_most(mode),
        result=kept.result,
        reason=kept.message,
        shown=kept.shown if kept.shown is not None else first_line(kept.message),
        wants=kept.level,
        mode=mode,
        datasets=kept.datasets,
        findings=kept.findings,
        findings_total=kept.findings_total,
        kept_id=kept.verdict_id if kept.level is not Level.OFF else None,
        kept_at=kept.judged_at,
    )


def could_not_judge(reason: str, fix: str, mode: Level, *, fails_closed: bool) -> RunDecision:
    """Nothing is known: ``[lineage_provider] on_error`` says whether the run goes on."""
    wants = Level.BLOCK if fails_closed else Level.WARN
    setting = "closed" if fails_closed else "open"
    return RunDecision(
        does=wants.at_most(mode),
        result=Result.ERROR.value,
        reason=f"The gate could not judge; on_error is {setting}.\n{line_of(reason)}\n  fix: {line_of(fix)}",
        wants=wants,
        mode=mode,
    )
