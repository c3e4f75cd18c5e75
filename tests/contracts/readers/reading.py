"""Reading a file the way a person does, and asking the official schema about what comes out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from airflow_lineage_provider.contracts.document import Document
from airflow_lineage_provider.contracts.load import LoadedContract
from airflow_lineage_provider.contracts.readers import read_any
from airflow_lineage_provider.contracts.validation import problems


def read(folder: Path, content: Any, name: str = "file.json", **binding: str | None) -> list[LoadedContract]:
    """Write content (as JSON unless it is a text) and read it."""
    file = folder / name
    file.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")
    contracts = read_any(file, binding=binding)
    for contract in contracts:
        assert problems(Document(contract.source, contract.data)) == []
    return contracts


def columns(contract: LoadedContract) -> dict[str, dict[str, Any]]:
    """Properties of the only schema object by name."""
    return {column["name"]: column for column in contract.data["schema"][0]["properties"]}
