"""How long each kind is kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from airflow_lineage_provider import config
from airflow_lineage_provider.store.retention.kind import AGED, ORPHANS, UNUSED, Kind

YOUNGEST_UNUSED = timedelta(days=1)
"""What was seen first a moment ago may be used in the next."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Ages as of one moment, so that a whole clean means the same by them."""

    now: datetime
    ages: Mapping[Kind, timedelta] = field(default_factory=dict)
    """Kinds that are not in here are kept for ever."""
    last_runs: int = 10
    """Newest runs of each job that stay however old they are, at least 1."""
    kinds: frozenset[Kind] = frozenset((*AGED, *ORPHANS))
    """Kinds to be cleaned."""

    @classmethod
    def configured(
        cls, kinds: Collection[Kind] = (), *, unused: bool = False, now: datetime | None = None
    ) -> Policy:
        """What section ``[lineage_provider]`` says.

        :param kinds: only these; all for none.
        :param unused: jobs and datasets that nothing speaks of as well.
        """
        chosen = set(kinds) or {*AGED, *ORPHANS}
        ages = {
            Kind.EVENTS: config.keep_events(),
            Kind.RUNS: config.keep_runs(),
            Kind.SCHEMAS: config.keep_schemas(),
            Kind.VERDICTS: config.keep_verdicts(),
            Kind.FINDINGS: config.keep_verdicts(),
            Kind.DEAD_LETTERS: config.keep_dead_letters(),
        }
        return cls(
            now=now or datetime.now(UTC),
            ages={kind: age for kind, age in ages.items() if age is not None},
            last_runs=config.keep_last_runs(),
            kinds=frozenset(chosen | set(UNUSED) if unused else chosen - set(UNUSED)),
        )

    def before(self, kind: Kind) -> datetime | None:
        """Moment before which rows of a kind go; ``None`` where none of them go by age now."""
        age = self.ages.get(kind)
        return self.now - age if age is not None and kind in self.kinds else None
