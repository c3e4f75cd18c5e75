"""Quality checks, against what a contract demands."""

from __future__ import annotations

from dataclasses import replace

from tests.governance.rules.well import DAY, NOW, WELL, Example, world

_CHECK = WELL.quality[0]

EXAMPLES = (
    Example(
        "quality-failed",
        "A check operator found nulls in `id`.",
        world(quality=(replace(_CHECK, is_success=False),)),
        "The data was corrected, and the check has passed since.",
        world(),
    ),
    Example(
        "quality-stale",
        "The contract demands a check of `id`, and it was last made 30 days ago.",
        world(quality=(replace(_CHECK, at=NOW - 30 * DAY),)),
        "The check has run again.",
        world(),
    ),
    Example(
        "quality-missing",
        "The contract demands a check of `id`, and nobody has ever told a result.",
        world(quality=()),
        "A `SQLColumnCheckOperator` checks the column.",
        world(),
    ),
)
