"""The user interface on a page of its own, for whom Airflow shows no plugins."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from html import escape
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.routing import APIRoute

from airflow_lineage_provider.api.ui_bundle import PREFIX, is_built, versioned

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "connect-src 'self'",
        "img-src 'self' data: blob:",
        # The theme's rules are made in the browser.
        "style-src 'self' 'unsafe-inline'",
        "font-src 'self'",
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    )
)
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
}


class _PageRoute(APIRoute):
    """Sends a browser without a user to Airflow's sign-in, where the API would say 401 in JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except HTTPException as refused:
                if not _is_signed_out(refused):
                    raise
                return _sign_in(request)

        return answer


def _is_signed_out(refused: HTTPException) -> bool:
    """Airflow says 403 of a cookie that it did not sign, as of another key; signing in makes a new one."""
    return refused.status_code == 401 or (refused.status_code, refused.detail) == (403, "Invalid JWT token")


page_router = APIRouter(route_class=_PageRoute)


@page_router.get("/page", include_in_schema=False)
def get_page(request: Request) -> HTMLResponse:
    """The shell; the script builds the rest."""
    if not is_built():
        return _html("<p>The user interface is not part of this installation.</p>", request, status_code=503)
    script = escape(f"{_root_path(request)}{PREFIX}/static/{versioned('standalone.js')}")
    return _html(f'<div id="lineage"></div>\n<script type="module" src="{script}"></script>', request)


def _root_path(request: Request) -> str:
    return str(request.scope.get("root_path", "")).removesuffix(PREFIX)


def _sign_in(request: Request) -> HTMLResponse:
    root = _root_path(request)
    back = f"{root}{PREFIX}/page" + (f"?{request.url.query}" if request.url.query else "")
    there = escape(f"{root}/api/v2/auth/login?next={quote(back, safe='')}")
    return _html(
        f'<p><a href="{there}">Sign in</a></p>',
        request,
        head=f'<meta http-equiv="refresh" content="0; url={there}">',
        status_code=401,
    )


def _html(body: str, request: Request, *, head: str = "", status_code: int = 200) -> HTMLResponse:
    text = f"""\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<base href="{escape(_root_path(request))}/">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lineage</title>
<style>html, body, #lineage {{ height: 100%; margin: 0; }}</style>
{head}
</head>
<body>
{body}
</body>
</html>
"""
    return HTMLResponse(text, status_code=status_code, headers=HEADERS)
