"""Contracts: lists, versions, differences, problems."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from airflow_lineage_provider.api.parameters import MAX_ID
from airflow_lineage_provider.api.schemas.run import DatasetName, Shown

MOST_KEPT = 10_000
"""Contracts that one request names."""


class Binding(BaseModel):
    """A schema object of a contract and the dataset it speaks for."""

    schema_name: str
    namespace: str | None
    name: str | None
    bound_by: str = Field(description="custom-property, connection, server, asset or unbound.")
    detail: str | None = Field(description="How it was found, or why it is unbound.")


class ListedContract(Shown):
    """A contract in force."""

    contract_id: str
    version: str
    status: str | None
    name: str | None
    applied_at: datetime
    applied_by: str | None
    source: str | None
    origin: str
    managed_by: str | None = Field(description="Folder whose files come and go as contracts do.")
    bindings: list[Binding]


class ContractPage(BaseModel):
    """Contracts in the order of their ids."""

    contracts: list[ListedContract]
    next_cursor: str | None = Field(description="A page may be short and still have a next one.")


class ContractVersion(Shown):
    """One version that was ever applied."""

    version: str
    api_version: str
    status: str | None
    content_hash: str
    is_current: bool
    applied_at: datetime
    applied_by: str | None
    source: str | None
    origin: str


class ContractDetail(BaseModel):
    """A version of a contract, and which others there are."""

    contract_id: str
    version: ContractVersion
    bindings: list[Binding]
    contract: dict[str, Any] | None = Field(
        description="The ODCS document; null for who may not see all its datasets and their columns."
    )
    text: str | None = Field(description="The same as YAML.")
    versions: list[ContractVersion] = Field(description="The one in force first, then the last applied.")


class ContractChange(Shown):
    """One difference."""

    kind: str
    path: str
    was: Any
    now: Any
    impact: str = Field(description="patch, minor or major.")
    message: str


class ContractDiff(BaseModel):
    """What changed between two versions, worst first."""

    contract_id: str
    old_version: str
    new_version: str
    impact: str | None = Field(description="null: nothing changed.")
    is_breaking: bool
    is_version_raised: bool = Field(description="Whether the version number says how much changed.")
    changes: list[ContractChange]


class ContractProblem(BaseModel):
    """What is wrong at one place of a text."""

    line: int | None
    path: str = Field(description="schema[0].properties[3].required")
    message: str


class Validation(BaseModel):
    """What is wrong with a text; nothing of it is stored."""

    is_valid: bool
    problems: list[ContractProblem]
    warnings: list[ContractProblem] = Field(description="Valid, and something that people expect is missing.")


class AppliedContract(BaseModel):
    """What became of a contract that was applied."""

    contract_id: str
    version: str
    action: str = Field(description="created, updated, restored or unchanged.")
    bindings: list[Binding]


class RetractedContract(Shown):
    """A contract that is no longer in force."""

    contract_id: str
    version: str
    source: str | None


class KeptContracts(BaseModel):
    """Which contracts stay in force."""

    model_config = ConfigDict(extra="forbid")

    keep: list[Annotated[str, StringConstraints(min_length=1, max_length=MAX_ID)]] = Field(
        min_length=1, max_length=MOST_KEPT, description="Ids of all contracts that stay."
    )


class PrunedContracts(BaseModel):
    """Contracts that went out of force, or would."""

    contracts: list[RetractedContract]


class ObjectStatus(BaseModel):
    """A schema object and what is odd about it."""

    schema_name: str
    namespace: str | None
    name: str | None
    bound_by: str
    detail: str | None
    known_as: DatasetName | None = Field(
        description="The dataset that the name leads to; null: nobody saw it."
    )
    via: str | None = Field(description="alias or symlink, where that dataset has another name.")
    closest: list[DatasetName] = Field(description="Known datasets that may be meant.")
    also: list[str] = Field(description="Other active contracts for the same dataset.")


class ContractStatus(BaseModel):
    """How a contract in force stands."""

    contract_id: str
    version: str
    status: str | None
    previous_version: str | None
    state: str = Field(
        description="invalid, unbound, partly-bound, duplicate, unseen, bound or retired; invalid: its file is, and "
        "this is the last valid version."
    )
    objects: list[ObjectStatus]
    problems: list[str]


class FileProblem(BaseModel):
    """A watched file that cannot be applied."""

    source: str
    contract_id: str | None
    problems: list[str]


class StatusPage(BaseModel):
    """Contracts in the order of their ids; on the first page, files that cannot be applied."""

    contracts: list[ContractStatus]
    files: list[FileProblem]
    next_cursor: str | None


class InferredContract(BaseModel):
    """A first contract of a dataset."""

    text: str = Field(description="YAML of an ODCS contract with status draft.")
