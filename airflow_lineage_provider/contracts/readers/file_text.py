"""The text of a file of any format that contracts are read from."""

from __future__ import annotations

from pathlib import Path as FilePath

from airflow_lineage_provider.contracts.error import ContractError, Problem

MAX_BYTES = 256 * 1024 * 1024
"""Size of a file. A manifest of 5,000 models has some 100 MB."""


def read_text(path: FilePath) -> str:
    """Read a file as UTF-8. Raises :class:`ContractError`."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ContractError([Problem(str(path), f"cannot be read: {error.strerror or error}")]) from None
    if len(content) > MAX_BYTES:
        raise ContractError([Problem(str(path), f"is larger than {MAX_BYTES // 1024**2} MB")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ContractError([Problem(str(path), "is not UTF-8; save it as UTF-8", (), line)]) from None
