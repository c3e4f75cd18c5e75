"""What happens in the world of the UI's tests: contracts, failures, other producers, waivers, and a run that is blocked."""

from __future__ import annotations

from datetime import UTC, datetime

from example_dags.demo.shop import CONTRACTS, GATED
from tests.system.ui.spark_events import LAKE, spark_events, wide_events
from tests.system.ui.world import STEWARD, UiWorld

WIDE = 40
"""Readers of one dataset: more than are shown at once."""
BLOCKING_RULE = "contract-missing"
"""The daily revenue has no contract, and GATED reads it."""


def tell(world: UiWorld) -> None:
    """Everything but the first run of the shop."""
    _apply_contracts(world)
    for dag_id in ("marketing_segments", "finance_forecast", "shop_staging", "shop_marts"):
        world.trigger(dag_id)
    events = [*spark_events(datetime.now(UTC), shop=world.shop), *wide_events(datetime.now(UTC), WIDE)]
    world.lineage("POST", "/v1/lineage/batch", json=events)
    _set_owners(world)
    _ask_for_waivers(world)
    world.trigger(GATED)


def _apply_contracts(world: UiWorld) -> None:
    """Two versions of one contract, one of another and a draft; none for the daily revenue."""
    customers = (CONTRACTS / "customers.odcs.yaml").read_text()
    changed = customers.replace("version: 1.0.0", "version: 1.1.0").replace(
        "- name: segment\n", "- name: segment\n        description: consumer, business or reseller.\n"
    )
    value = (CONTRACTS / "customer_value.odcs.yaml").read_text()
    draft = world.lineage(
        "GET", "/v2/contracts/infer", params={"nodeId": world.node("raw_orders"), "id": "shop-raw-orders"}
    )["text"]
    for text in (customers, changed, value, draft):
        headers = {"Content-Type": "application/yaml"}
        world.lineage("POST", "/v2/contracts", content=text.encode(), headers=headers)


def _set_owners(world: UiWorld) -> None:
    for name, owner in (("events/*", "web-team"), ("marts/*", "analytics")):
        body = {"namespace": LAKE, "name": name, "owner": owner, "kind": "team", "is_glob": True}
        world.lineage("PUT", "/v2/owners", json=body)


def _ask_for_waivers(world: UiWorld) -> None:
    """One that holds and one that waits."""
    asked = {"reason": "the producer's team moves", "ticket": "DATA-7", "days": 14}
    first = {**asked, "rule": BLOCKING_RULE, "name": "stg_order_lines"}
    waiver = world.lineage("POST", "/v2/waivers", json=first)
    world.lineage("POST", f"/v2/waivers/{waiver['id']}/approve", user=STEWARD)
    world.lineage("POST", "/v2/waivers", json={**asked, "rule": "schema-unknown", "name": "raw_*"})
