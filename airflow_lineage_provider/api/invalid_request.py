"""The answer to a request that is not valid."""

from __future__ import annotations

from fastapi import Request, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse


async def answer_invalid_request(request: Request, error: RequestValidationError) -> JSONResponse:
    """FastAPI's own answer without what was sent: half a surrogate pair in it cannot be written, and that is a 500."""
    detail = [
        {"type": item["type"], "loc": [_plain(part) for part in item["loc"]], "msg": _plain(item["msg"])}
        for item in error.errors()
    ]
    return JSONResponse({"detail": detail}, status.HTTP_422_UNPROCESSABLE_CONTENT)


def _plain(part: object) -> object:
    return part.encode("utf-8", "replace").decode() if isinstance(part, str) else part
