"""A contract on its way out of another format."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any, Protocol

from airflow_lineage_provider.contracts.document import Document
from airflow_lineage_provider.contracts.error import ContractError, Path, Problem, path_text
from airflow_lineage_provider.contracts.load import LoadedContract, beyond_schema, loaded

API_VERSION = "v3.1.0"
MAX_CONTRACTS = 10_000
MAX_COLUMNS = 5_000
MAX_DEPTH = 32
MAX_STEPS = 50_000
"""Parts of a schema that are looked at: a few references can ask for billions."""
_MAX_ID = 250

Column = dict[str, Any]
"""An ODCS property."""


class Origin(Protocol):
    """The file that a draft comes from."""

    @property
    def source(self) -> str: ...

    def problem(self, path: Path, message: str) -> Problem: ...


@dataclass(slots=True)
class Draft:
    """What a contract will say."""

    contract_id: str
    name: str
    """Of its only schema object."""
    physical_name: str
    version: str = "1.0.0"
    status: str = "active"
    description: str | None = None
    owner: str | None = None
    team: str | None = None
    channel: str | None = None
    tags: list[str] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    quality: list[dict[str, Any]] = field(default_factory=list)
    sla: list[dict[str, Any]] = field(default_factory=list)
    custom: list[dict[str, Any]] = field(default_factory=list)
    """Custom properties of the schema object: how it is bound."""

    def to_odcs(self) -> dict[str, Any]:
        """The contract as JSON values."""
        item: dict[str, Any] = {
            "name": self.name,
            "physicalName": self.physical_name,
            "logicalType": "object",
            "description": self.description,
            "customProperties": self.custom,
            "properties": self.columns,
            "quality": self.quality,
        }
        team: dict[str, Any] = {"name": self.team}
        if self.owner:
            team["members"] = [{"username": self.owner, "role": "owner"}]
        document: dict[str, Any] = {
            "apiVersion": API_VERSION,
            "kind": "DataContract",
            "id": _short(self.contract_id),
            "version": self.version,
            "status": self.status,
            "description": {"purpose": self.description} if self.description else None,
            "tags": list(dict.fromkeys(self.tags)),
            "team": _said(team),
            "support": [{"channel": self.channel}] if self.channel else None,
            "slaProperties": self.sla,
        }
        return {**_said(document), "schema": [_said(item)]}


def finish(draft: Draft, origin: Origin, path: Path, kind: str) -> LoadedContract:
    """The contract of a draft. Raises :class:`ContractError` where the store has no room for it.

    :param path: where in the file it comes from.
    :param kind: ``dbt``, ``json-schema`` or ``avro``.

    The official schema is not asked again: a draft cannot say anything that it refuses, and a large manifest would
    take minutes. Tests ask it.
    """
    document = Document(origin.source, draft.to_odcs())
    found = list(beyond_schema(document))
    try:
        if not found:
            return loaded(document, origin=kind)
    except ContractError as error:
        found = list(error.problems)
    raise ContractError(
        origin.problem(path, f"gives no contract: {path_text(problem.path)} {problem.message}")
        for problem in found
    )


def _said(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, [], {}, "")}


def _short(contract_id: str) -> str:
    if len(contract_id) <= _MAX_ID:
        return contract_id
    return f"{contract_id[: _MAX_ID - 17]}-{hashlib.sha256(contract_id.encode()).hexdigest()[:16]}"
