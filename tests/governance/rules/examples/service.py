"""Service levels and volume, against what was written."""

from __future__ import annotations

from dataclasses import replace

from tests.governance.rules.well import DAY, HOUR, NOW, WELL, Example, promise, sla, world

_WEEK_WITHOUT = tuple(write for write in WELL.writes if write.at > NOW - 2 * DAY or write.at < NOW - 4 * DAY)

EXAMPLES = (
    Example(
        "freshness-late",
        "The contract promises freshness of 24 hours, and the last write was 50 hours ago.",
        world(
            contracts=promise(slas=(sla("freshness", 24),)),
            writes=tuple(replace(write, at=write.at - 49 * HOUR, nominal_at=None) for write in WELL.writes),
        ),
        "The job has run.",
        world(),
    ),
    Example(
        "latency-exceeded",
        "The contract promises latency of 6 hours, and the last write came 10 hours after the end of its "
        "data interval.",
        world(writes=(replace(WELL.writes[0], nominal_at=WELL.writes[0].at - 10 * HOUR), *WELL.writes[1:])),
        "The next write came sooner.",
        world(),
    ),
    Example(
        "frequency-missed",
        "The contract promises a write every 24 hours, and for two days the job did not run.",
        world(writes=_WEEK_WITHOUT),
        "The last five writes came a day after each other.",
        world(),
    ),
    Example(
        "volume-out-of-bounds",
        "The contract's `rowCount` must be between 100 and 1,000,000, and the last write had 12 rows.",
        world(writes=(replace(WELL.writes[0], rows=12), *WELL.writes[1:])),
        "The job ran again with all of its input.",
        world(),
    ),
)
