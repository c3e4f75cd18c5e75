"""The text of a contract in the body of a request."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, HTTPException, Request, status

from airflow_lineage_provider.contracts.document import MAX_BYTES

TYPES = ("application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml")
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "description": "A contract as it stands in its file.",
        "content": {TYPES[0]: {"schema": {"type": "string", "maxLength": MAX_BYTES}}},
    }
}
"""What OpenAPI is told, for FastAPI knows bodies of JSON only."""


async def read_text(request: Request) -> str:
    """Read the body, no further than a contract may go."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in TYPES:
        # Forms and plain text would also come from any page that a browser shows, with the user's cookie.
        raise HTTPException(
            status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
            f"Content-Type must be {TYPES[0]}, and the body a contract.",
        )
    data = bytearray()
    async for part in request.stream():
        data += part
        if len(data) > MAX_BYTES:
            raise HTTPException(413, f"A contract has at most {MAX_BYTES // 1024} KB.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise HTTPException(status.HTTP_400_BAD_REQUEST, f"Line {line} is not UTF-8.") from None


ContractText = Annotated[str, Depends(read_text)]
