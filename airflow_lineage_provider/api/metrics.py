"""How long routes take, as a metric by route."""

from __future__ import annotations

import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from airflow_lineage_provider.store import metrics


class QueryTimer:
    """ASGI middleware that times requests by the template of their route; paths that are no route are not counted."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not metrics.is_on():
            await self._app(scope, receive, send)
            return
        status = 500
        mounted_at = scope.get("route")

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        started = time.perf_counter()
        try:
            await self._app(scope, receive, noting_status)
        finally:
            # Routing leaves its finding in the scope; that of the app around us stood there before.
            route: Any = scope.get("route")
            template = getattr(route, "path_format", None)
            if template and route is not mounted_at:
                metrics.note_query(template, scope["method"], status, time.perf_counter() - started)
