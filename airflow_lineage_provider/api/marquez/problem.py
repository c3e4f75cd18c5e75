"""Errors as Marquez tells them."""

from __future__ import annotations

from typing import Any

from fastapi import HTTPException, status
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel

_LONGEST = 1_000
"""Characters of a message: names that were asked for may be longer than anybody wants to read."""


class MarquezProblem(BaseModel):
    """Why there is no answer."""

    code: int
    message: str


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": MarquezProblem, "description": "A parameter has a value that it cannot have."},
    404: {"model": MarquezProblem, "description": "Nothing of that name is known, or may be seen."},
}
"""For the routes of a router."""


def not_found(kind: str, name: str) -> HTTPException:
    """Make a 404 such as ``Dataset 'orders' not found.``."""
    return HTTPException(status.HTTP_404_NOT_FOUND, f"{kind} '{name}' not found.")


def bad_request(message: str) -> HTTPException:
    """Make a 400."""
    return HTTPException(status.HTTP_400_BAD_REQUEST, message)


def problem_response(error: HTTPException | RequestValidationError) -> JSONResponse:
    """The answer to an error."""
    if isinstance(error, RequestValidationError):
        words = "; ".join(f"{each['loc'][-1]}: {each['msg']}" for each in error.errors())
        return _response(status.HTTP_400_BAD_REQUEST, words, None)
    return _response(error.status_code, str(error.detail), error.headers)


def _response(code: int, message: str, headers: Any) -> JSONResponse:
    text = message.encode("utf-8", "replace").decode("utf-8")
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    return JSONResponse({"code": code, "message": text}, code, headers=dict(headers) if headers else None)
