"""Which DAGs are asked to declare what they touch."""

from __future__ import annotations

from airflow_lineage_provider.governance.facts import UseFact
from airflow_lineage_provider.governance.rules.option import FlagOption
from airflow_lineage_provider.governance.rules.rule import Moment

ALWAYS = FlagOption(
    "always", False, "Whether DAGs are asked too that have no inlet and no outlet at all. Most never will."
)


def is_asked(use: UseFact, moment: Moment) -> bool:
    """Whether the DAG began to declare, or has to."""
    declares = use.is_declaring or bool(use.declared_inputs or use.declared_outputs)
    return declares or ALWAYS.of(moment.options)
