"""The body of a request that brings events: unpacked, bounded, decoded."""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn

from fastapi import Depends, HTTPException, Request

from airflow_lineage_provider import config

_GZIP = ("gzip", "x-gzip")
_GZIP_WINDOW = 31
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Body:
    """Bytes as they came."""

    data: bytes
    is_gzip: bool
    limit: int
    """Bytes that it may have unpacked."""

    def json(self) -> Any:
        """Unpack and decode: work of milliseconds up to a second, for a thread. Raises ``HTTPException``."""
        data = _unpacked(self.data, self.limit) if self.is_gzip else self.data
        try:
            return json.loads(data, parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            where = f"line {error.lineno}, column {error.colno}"
            raise HTTPException(400, f"The body is not JSON: {error.msg} at {where}.") from None
        except UnicodeDecodeError as error:
            raise HTTPException(400, f"The body is not UTF-8: byte {error.start} cannot be read.") from None
        except RecursionError:
            raise HTTPException(400, "The body is not readable JSON: it is nested too deeply.") from None
        except ValueError as error:
            raise HTTPException(400, f"The body is not readable JSON: {str(error)[:200]}.") from None


async def read_body(request: Request) -> Body:
    """Read a body, no further than it may go."""
    _check_type(
        request.headers.get("content-type", ""),
        # Else a cookie says who sends, and browsers send cookies whoever wrote the page.
        may_be_missing=request.headers.get("authorization", "").lower().startswith("bearer "),
    )
    encoding = request.headers.get("content-encoding", "identity").strip().lower() or "identity"
    if encoding not in ("identity", *_GZIP):
        raise HTTPException(
            415, "Content-Encoding must be gzip or identity.", headers={"Accept-Encoding": "gzip"}
        )
    limit = config.ingest_size_limit()
    announced = request.headers.get("content-length", "")
    if announced.isascii() and announced.isdigit() and (len(announced) > 18 or int(announced) > limit):
        _too_large(limit)
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > limit:
            _too_large(limit)
    return Body(bytes(data), encoding in _GZIP, limit)


BodyDep = Annotated[Body, Depends(read_body)]


def _check_type(content_type: str, *, may_be_missing: bool) -> None:
    """What a page of another site could send is not taken: whoever is signed in would send it unknowingly."""
    media_type = content_type.partition(";")[0].strip().lower()
    if not media_type.endswith("json") and (media_type or not may_be_missing):
        raise HTTPException(415, "Content-Type must be application/json.")


def _unpacked(data: bytes, limit: int) -> bytes:
    """Unpack gzip, of one or more members, and stop at the limit whatever there is to come."""
    found = bytearray()
    rest = data
    while rest:
        member = zlib.decompressobj(_GZIP_WINDOW)
        try:
            while not member.eof:
                part = member.decompress(rest, _CHUNK)
                rest = member.unconsumed_tail
                found += part
                if len(found) > limit:
                    _too_large(limit)
                if not part and not rest and not member.eof:
                    raise HTTPException(400, "The body is not gzip: it ends too early.")
        except zlib.error:
            raise HTTPException(400, "The body is not gzip, though its Content-Encoding says so.") from None
        rest = member.unused_data
    return bytes(found)


def _too_large(limit: int) -> NoReturn:
    raise HTTPException(
        413, f"The body must have at most {limit} bytes unpacked: [lineage_provider] ingest_size_limit."
    )


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
