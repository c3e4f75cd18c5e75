"""Routes whose names in the path may hold slashes, and whose errors look like Marquez's."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, MutableMapping
from typing import Any
from urllib.parse import unquote

from fastapi import HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.routing import Match

from airflow_lineage_provider.api.marquez.problem import problem_response

Scope = MutableMapping[str, Any]


class MarquezRoute(APIRoute):
    """Matches the path as it was sent, before ``%2F`` became a slash: so only one route can be meant.

    ``/namespaces/s3%3A%2F%2Fbucket/datasets/a%2Fversions`` is a dataset, and not the versions of another one.
    """

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Match, with names as they were before they were put in a path."""
        match, found = super().matches({**scope, "path": path_as_sent(scope)})
        if match is not Match.NONE:
            found["path_params"] = {
                name: unquote(value) if name in self.param_convertors and isinstance(value, str) else value
                for name, value in found["path_params"].items()
            }
        return match, found

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Handle a request; errors come as ``{"code", "message"}``."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await handle(request)
            except (HTTPException, RequestValidationError) as error:
                return problem_response(error)

        return handler


def path_as_sent(scope: Scope) -> str:
    """The path with its percent signs; the decoded one where a server does not tell, or mounts at an odd place."""
    path: str = scope["path"]
    raw = scope.get("raw_path")
    if not isinstance(raw, bytes):
        return path
    sent = raw.partition(b"?")[0].decode("utf-8", "replace")
    return sent if sent.startswith(scope.get("root_path", "")) else path
