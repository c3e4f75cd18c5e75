"""httpx: what was read by GET, in turn or asynchronously."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sources.web_request import answered, own_addresses

_AIRFLOW = "airflow."
"""Package of Airflow's own clients."""


def install(module: ModuleType, patches: Patches) -> None:
    """Wrap the sending of a request, which follows redirects itself."""
    own = own_addresses()

    def look(client: Any, args: tuple[Any, ...], kwargs: dict[str, Any], response: Any) -> None:
        if type(client).__module__.startswith(_AIRFLOW):
            return
        request = args[0] if args else kwargs["request"]
        answered(request.method, request.url, response.status_code, own)

    async def awaited(client: Any, args: tuple[Any, ...], kwargs: dict[str, Any], sent: Any) -> Any:
        response = await sent
        if patches.is_on:
            try:
                look(client, args, kwargs, response)
            except Exception as error:
                OBSERVER.failed("httpx", error)
        return response

    def send(wrapped: Callable[..., Any], client: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        sent = wrapped(*args, **kwargs)
        return awaited(client, args, kwargs, sent) if patches.is_on else sent

    patches.after(module.Client, "send", look)
    patches.wrap(module.AsyncClient, "send", send)
