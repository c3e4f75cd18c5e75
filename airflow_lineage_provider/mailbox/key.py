"""Keys of mailbox rows in Airflow's task state store: ``airflow_lineage_provider/<try>/<segment>``."""

from __future__ import annotations

import re
from dataclasses import dataclass

PREFIX = "airflow_lineage_provider/"
QUESTION = "question"
ANSWER = "answer"

_KEY = re.compile(
    rf"{re.escape(PREFIX)}(?P<try>[0-9]{{1,6}})/(?P<kind>[a-z]+)(?:-(?P<id>[0-9a-z]{{1,32}}))?\Z"
)


class InvalidKey(ValueError):
    """The key starts like one of ours and is none."""


@dataclass(frozen=True, slots=True)
class MailboxKey:
    """One row's key. ``id`` tells apart several rows of a kind, such as the parks of a sensor."""

    try_number: int
    kind: str
    id: str | None = None

    def __str__(self) -> str:
        return f"{PREFIX}{self.try_number}/{self.kind}" + (f"-{self.id}" if self.id else "")

    @classmethod
    def parse(cls, text: str) -> MailboxKey:
        match = _KEY.match(text)
        if match is None:
            raise InvalidKey(f"{text[:200]!r} is no mailbox key")
        return cls(int(match["try"]), match["kind"], match["id"])
