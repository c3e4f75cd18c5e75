"""requests: what was read by GET."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import ModuleType
from typing import Any

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sources.web_request import answered, own_addresses


def install(module: ModuleType, patches: Patches) -> None:
    """Wrap the sending of a prepared request, which everything else comes down to."""
    own = own_addresses()
    sending = threading.local()

    def send(wrapped: Callable[..., Any], session: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        # Redirects and refreshed tokens are sent in the course of the request that was meant.
        if not patches.is_on or getattr(sending, "is_nested", False):
            return wrapped(*args, **kwargs)
        method = url = None
        try:
            request = args[0] if args else kwargs.get("request")
            # An answer may have led elsewhere, and taken the request with it.
            method, url = getattr(request, "method", None), getattr(request, "url", None)
        except Exception as error:
            OBSERVER.failed("requests", error)
        sending.is_nested = True
        try:
            response = wrapped(*args, **kwargs)
        finally:
            sending.is_nested = False
        try:
            answered(method, url, getattr(response, "status_code", None), own)
        except Exception as error:
            OBSERVER.failed("requests", error)
        return response

    patches.wrap(module.Session, "send", send)
