"""Owners: missing, departed, lost by a contract."""

from __future__ import annotations

from dataclasses import replace

from airflow_lineage_provider.governance.facts import OwnerFact
from tests.governance.rules.well import CONTRACT, DAY, NOW, OWNER, Example, contract, world

_BOB = OwnerFact("bob@example.com", "contract orders 1.2.0", "#sales", valid_to=(NOW - 20 * DAY).date())
_OF_ASSET = OwnerFact("sales", "extra of asset orders")

EXAMPLES = (
    Example(
        "owner-missing",
        "Neither contract nor asset names an owner, and the DAG that writes it has the owner `airflow`.",
        world(owners=(), contracts=contract(owner=None, previous=None)),
        "A team member with role owner in the contract.",
        world(),
    ),
    Example(
        "owner-departed",
        "The only owner in the contract's team has a `dateOut` that has passed.",
        world(owners=(), departed=(_BOB,), contracts=contract(owner=None, previous=None)),
        "A successor in the team; who has left may stay in it.",
        world(owners=(OWNER,), departed=(_BOB,)),
    ),
    Example(
        "owner-regressed",
        "Version 1.2.0 was applied without the team that 1.1.0 had. The asset still names an owner.",
        world(owners=(_OF_ASSET,), contracts=contract(owner=None)),
        "Version 1.2.1 with a team again.",
        world(
            contracts=(
                replace(
                    CONTRACT,
                    version="1.2.1",
                    previous=replace(CONTRACT.previous, version="1.2.0", owner=None),
                ),
            )
        ),
    ),
)
