"""Every view of the UI, and where it is."""

from __future__ import annotations

from urllib.parse import quote

from example_dags.demo.shop import GATED
from tests.system.ui.graph_page import graph_path
from tests.system.ui.spark_events import LAKE
from tests.system.ui.world import UiWorld

PLUGIN = "/plugin/lineage"


def view_paths(world: UiWorld) -> dict[str, str]:
    """Path by name of a view, with something in it to be seen."""
    value, revenue = world.node("mart_customer_value"), world.node("mart_daily_revenue")
    marts, gated = (_run(dag_id, world.runs[dag_id]) for dag_id in ("shop_marts", GATED))
    return {
        "search": PLUGIN,
        "graph": graph_path(revenue),
        "graph-columns": graph_path(value, level="column"),
        "graph-groups": graph_path(revenue, group="dag", depth=3),
        "graph-drawer": graph_path(value, selected=value),
        "graph-task": graph_path(value, selected="job:default:shop_marts.customer_value"),
        "graph-many": graph_path(f"dataset:{LAKE}:hub/all_orders"),
        "impact": f"{PLUGIN}?view=impact&node={quote(value, safe='')}",
        "findings": f"{PLUGIN}?view=findings",
        "waivers": f"{PLUGIN}?view=findings&section=waivers",
        "break-glass": f"{PLUGIN}?view=findings&section=grants",
        "contracts": f"{PLUGIN}?view=contracts",
        "contract": f"{PLUGIN}?view=contracts&contract=shop-customers",
        "owners": f"{PLUGIN}?view=owners&section=register",
        "orphans": f"{PLUGIN}?view=owners",
        "audit": f"{PLUGIN}?view=audit",
        "health": f"{PLUGIN}?view=health",
        "coverage": f"{PLUGIN}?view=health&section=coverage",
        "dead-letters": f"{PLUGIN}?view=health&section=letters",
        "tab-dag": "/dags/shop_marts/plugin/lineage-dag",
        "tab-run": f"{marts}/plugin/lineage-dag-run",
        "tab-run-blocked": f"{gated}/plugin/lineage-dag-run",
        "tab-task": "/dags/shop_marts/tasks/customer_value/plugin/lineage-task",
        "tab-task-instance": f"{marts}/tasks/customer_value/plugin/lineage-task-instance",
        "page": graph_path(revenue).replace(PLUGIN, "/lineage/page"),
    }


def _run(dag_id: str, run_id: str) -> str:
    return f"/dags/{dag_id}/runs/{quote(run_id, safe='')}"
