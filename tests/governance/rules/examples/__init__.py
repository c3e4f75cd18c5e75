"""Every rule broken and satisfied: read by tests, and written into the docs page of the rules."""

from __future__ import annotations

from airflow_lineage_provider.model.rule_id import RULE_IDS
from tests.governance.rules.examples.agreement import EXAMPLES as AGREEMENT
from tests.governance.rules.examples.column import EXAMPLES as COLUMN
from tests.governance.rules.examples.ownership import EXAMPLES as OWNERSHIP
from tests.governance.rules.examples.quality import EXAMPLES as QUALITY
from tests.governance.rules.examples.service import EXAMPLES as SERVICE
from tests.governance.rules.examples.usage import EXAMPLES as USAGE
from tests.governance.rules.well import Example

EXAMPLES: tuple[Example, ...] = tuple(
    sorted(
        (*OWNERSHIP, *AGREEMENT, *COLUMN, *SERVICE, *QUALITY, *USAGE),
        key=lambda example: RULE_IDS.index(example.rule),
    )
)
"""In the order of the rules."""
