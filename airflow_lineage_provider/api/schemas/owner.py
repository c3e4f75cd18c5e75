"""Owners: of a dataset, in the register, and who has none."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from airflow_lineage_provider.api.parameters import storable
from airflow_lineage_provider.api.schemas.run import Shown
from airflow_lineage_provider.contracts.owners_file import MAX_BYTES
from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE
from airflow_lineage_provider.store.ownership.registration import MAX_CONTACT, MAX_OWNER

_Owner = Annotated[str, StringConstraints(min_length=1, max_length=MAX_OWNER)]
_Namespace = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAMESPACE)]
_Name = Annotated[str, StringConstraints(min_length=1, max_length=MAX_NAME)]
_Contact = Annotated[str, StringConstraints(max_length=MAX_CONTACT)]
_Source = Annotated[str, StringConstraints(min_length=1, max_length=250), AfterValidator(storable)]


class OwnerOut(Shown):
    """Somebody who answers for a dataset."""

    name: str
    source: str = Field(description="Where this is said: a contract, the register, an asset, a DAG.")
    channel: str | None
    contact: str | None
    valid_to: date | None = Field(description="Last day, where it is known.")


class DatasetOwners(BaseModel):
    """Who answers for a dataset."""

    namespace: str
    name: str
    owners: list[OwnerOut]
    departed: list[OwnerOut] = Field(description="Owners that have left.")


class RegisteredOwnerOut(Shown):
    """An owner in the register."""

    namespace: str
    name: str
    is_glob: bool = Field(description="Namespace and name are globs.")
    owner: str
    kind: str | None
    contact: str | None
    channel: str | None
    valid_from: date | None
    valid_to: date | None
    source: str = Field(description="The file it was imported from, or hand.")
    position: int = Field(description="Line in that file.")
    set_by: str | None
    set_at: datetime


class RegisteredOwners(BaseModel):
    """The register, in the order in which owners were registered."""

    owners: list[RegisteredOwnerOut]
    next_cursor: str | None


class OwnerRequest(BaseModel):
    """An owner to register; what is left out is empty."""

    model_config = ConfigDict(extra="forbid")

    namespace: _Namespace
    name: _Name
    is_glob: bool = False
    owner: _Owner
    kind: Literal["user", "team"] | None = None
    contact: _Contact | None = None
    channel: _Contact | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    replaces: bool = Field(False, description="End the others who were set for the same, on the day before.")


class SetOwnerOut(BaseModel):
    """What became of an owner that was set."""

    action: str = Field(description="created | changed | unchanged")
    namespace: str
    name: str
    is_glob: bool
    owner: str
    ended: list[str] = Field(description="Owners who do not serve any more because of it.")


class EndedOwnerOut(BaseModel):
    """An owner that was ended."""

    namespace: str
    name: str
    is_glob: bool
    owner: str
    last_day: date | None = Field(description="null: the owner never served, and is out of the register.")


class OwnersImport(BaseModel):
    """The text of an owners file."""

    model_config = ConfigDict(extra="forbid")

    source: _Source = Field(
        description="What the text is called: its owners replace those that came under this name before."
    )
    text: Annotated[str, StringConstraints(max_length=MAX_BYTES)]
    dry_run: bool = False


class FileLine(BaseModel):
    """A problem of a line."""

    line: int | None
    message: str


class ChangedOwner(BaseModel):
    """An owner that came or went."""

    namespace: str
    name: str
    owner: str


class ImportedOwners(BaseModel):
    """How the owners of a source differ from what was stored."""

    source: str
    added: list[ChangedOwner]
    removed: list[ChangedOwner]
    kept: int
    is_reordered: bool
    warnings: list[FileLine]


class OrphanOut(BaseModel):
    """A dataset that nobody owns."""

    namespace: str
    name: str
    departed: list[OwnerOut] = Field(description="Owners that have left.")
    writers: list[str]
    readers: list[str]
    known_by: list[str] = Field(description="Why it is known; empty for who may not read every DAG.")


class OrphanPage(BaseModel):
    """Datasets that nobody owns, by namespace and name."""

    orphans: list[OrphanOut]
    next_cursor: str | None
