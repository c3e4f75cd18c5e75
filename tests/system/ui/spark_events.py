"""What another producer tells of the shop: Spark jobs that feed it and read it, with columns, checks and a failure."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

PRODUCER = "https://github.com/OpenLineage/OpenLineage/tree/1.47.0/integration/spark"
LAKE = "s3://shop-lake"
NAMESPACE = "spark"
CLICKS, SESSIONS, DASHBOARD = "events/clicks", "marts/sessions", "marts/revenue_dashboard"
_SCHEMAS = "https://openlineage.io/spec/facets"

COLUMNS: dict[str, list[tuple[str, str]]] = {
    CLICKS: [("visitor_id", "string"), ("url", "string"), ("clicked_at", "timestamp")],
    SESSIONS: [
        ("session_id", "string"),
        ("visitor_id", "string"),
        ("pages", "long"),
        ("started_at", "timestamp"),
    ],
    DASHBOARD: [("day", "date"), ("category", "string"), ("revenue", "double"), ("sessions", "long")],
}


def spark_events(now: datetime, *, shop: str) -> list[dict[str, Any]]:
    """Events of four days.

    :param shop: namespace of the shop's tables.
    """
    events: list[dict[str, Any]] = []
    for days in (4, 3, 2, 1):
        at = now - timedelta(days=days)
        wide = days <= 2  # on the third day a column was added
        events += _run("sessionize", at, [_lake(CLICKS)], [_lake(SESSIONS, wide=wide)])
        inputs = [_lake(SESSIONS), {"namespace": shop, "name": "mart_daily_revenue"}]
        outputs = [_lake(DASHBOARD, lines=_dashboard_lines(shop))]
        failed = days == 2
        events += _run("revenue_dashboard", at + timedelta(hours=1), inputs, outputs, failed=failed)
    return events


def wide_events(now: datetime, count: int) -> list[dict[str, Any]]:
    """One dataset that many jobs read, each of which writes its own: for what does not fit on a screen."""
    hub = {"namespace": LAKE, "name": "hub/all_orders"}
    events: list[dict[str, Any]] = []
    for number in range(count):
        out = {"namespace": LAKE, "name": f"hub/extract_{number:03d}"}
        events += _run(f"extract_{number:03d}", now - timedelta(hours=5), [hub], [out])
    return events


def _lake(name: str, *, wide: bool = False, lines: dict[str, Any] | None = None) -> dict[str, Any]:
    columns = [*COLUMNS[name], *([("country", "string")] if wide else [])]
    fields = [{"name": column, "type": kind} for column, kind in columns]
    facets: dict[str, Any] = {"schema": _facet("SchemaDatasetFacet", fields=fields)}
    if lines is not None:
        facets["columnLineage"] = _facet("ColumnLineageDatasetFacet", fields=lines)
    return {"namespace": LAKE, "name": name, "facets": facets}


def _dashboard_lines(shop: str) -> dict[str, Any]:
    def line(namespace: str, name: str, field: str, kind: str, subtype: str) -> dict[str, Any]:
        change = {"type": kind, "subtype": subtype, "description": "", "masking": False}
        return {
            "inputFields": [
                {"namespace": namespace, "name": name, "field": field, "transformations": [change]}
            ]
        }

    revenue = (shop, "mart_daily_revenue")
    return {
        "day": line(*revenue, "ordered_on", "DIRECT", "IDENTITY"),
        "category": line(*revenue, "category", "DIRECT", "IDENTITY"),
        "revenue": line(*revenue, "revenue", "DIRECT", "AGGREGATION"),
        "sessions": line(LAKE, SESSIONS, "session_id", "DIRECT", "AGGREGATION"),
    }


def _run(
    job: str,
    at: datetime,
    inputs: list[dict[str, Any]],
    outputs: list[dict[str, Any]],
    *,
    failed: bool = False,
) -> list[dict[str, Any]]:
    run_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"{job}/{at.isoformat()}"))

    def event(kind: str, moment: datetime, **more: Any) -> dict[str, Any]:
        return {
            "eventTime": moment.isoformat(),
            "eventType": kind,
            "producer": PRODUCER,
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "job": {"namespace": NAMESPACE, "name": job},
            "run": {"runId": run_id},
            **more,
        }

    ended = "FAIL" if failed else "COMPLETE"
    return [
        event("START", at),
        event(ended, at + timedelta(minutes=7), inputs=inputs, outputs=outputs),
    ]


def _facet(name: str, **content: Any) -> dict[str, Any]:
    return {"_producer": PRODUCER, "_schemaURL": f"{_SCHEMAS}/1-0-0/{name}.json#/$defs/{name}", **content}
