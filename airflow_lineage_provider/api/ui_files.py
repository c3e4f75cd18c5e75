"""The files of the built user interface."""

from __future__ import annotations

import re
from pathlib import PurePath

from starlette.responses import PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from airflow_lineage_provider.api.ui_bundle import DIST, versioned

MEDIA_TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
}
"""Of all there is. The system's own table is not asked: where it says text/plain, no browser runs a module."""
FOR_EVER = "public, max-age=31536000, immutable"
_HASHED = re.compile(r"-[\w-]{8}\.js$")


class UiFiles(StaticFiles):
    """Files of ``ui/dist``. They are the same for everybody and hold nobody's data, so they ask for no user."""

    def __init__(self) -> None:
        super().__init__(directory=DIST, check_dir=False)

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file; one asked for by the version that it has, or named by its hash, may be kept for ever."""
        media_type = MEDIA_TYPES.get(PurePath(path).suffix)
        if media_type is None:
            return PlainTextResponse("Not Found", status_code=404)
        answer = await super().get_response(path, scope)
        if answer.status_code == 200:
            answer.headers["Content-Type"] = media_type
        answer.headers["Cache-Control"] = FOR_EVER if _is_fixed(path, scope) else "no-cache"
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer


def _is_fixed(path: str, scope: Scope) -> bool:
    """Whether the address can never mean another file.

    While servers are upgraded one after another, a browser asks an old one for a new version: what it then gets must
    not be kept.
    """
    if _HASHED.search(path) is not None:
        return True
    asked = scope.get("query_string", b"").decode("latin-1")
    return bool(asked) and f"{path}?{asked}" == versioned(path)
