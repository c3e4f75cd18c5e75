"""Who asks."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Me(BaseModel):
    """The rights of whoever asks."""

    name: str = Field(description="As it stands in waivers, grants and the audit.")
    may_govern: bool = Field(description="Apply contracts, set owners, approve and revoke waivers.")
    may_read_all: bool = Field(description="See what every DAG touches.")
    may_see_sensitive: bool = Field(description="See columns that are classified as sensitive.")
    waiver_longest_days: int = Field(description="Days that a waiver may last at most.")
    version: str = Field(description="Of this provider.")
