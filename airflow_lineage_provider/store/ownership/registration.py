"""One owner of one dataset, or of all datasets that two globs match, checked before it is stored."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from airflow_lineage_provider.model.dataset_id import (
    MAX_NAME,
    MAX_NAMESPACE,
    DatasetId,
    safe_dataset_id,
    safe_uri,
)
from airflow_lineage_provider.store.identity import canonical_dataset, canonical_namespace
from airflow_lineage_provider.store.owners import NOBODY

HAND = "hand"
"""Source of owners that somebody registered by command or over HTTP, and not with a file."""
KINDS = ("user", "team")
MAX_OWNER = 250
MAX_CONTACT = 1000
TOLD = ("owner", "kind", "contact", "channel", "valid_from", "valid_to")
"""What the audit is told of an owner."""
_FIRST, _LAST = date(1970, 1, 1), date(8999, 12, 31)
_WILDCARD = re.compile(r"[*?[]")


class InvalidOwner(ValueError):
    """What cannot be registered; the message is for people."""


class UnknownOwner(InvalidOwner):
    """There is no such owner in the register."""


@dataclass(frozen=True, slots=True)
class Target:
    """What is owned: one dataset, or all that two globs match."""

    namespace: str
    name: str
    is_glob: bool = False

    def __str__(self) -> str:
        return f"{self.namespace} {self.name}"

    @property
    def digest(self) -> str | None:
        """Of the one dataset."""
        return None if self.is_glob else DatasetId(self.namespace, self.name).digest

    def stored(self) -> Target:
        """As datasets are stored: without credentials, under the name that aliases and patterns lead to.

        Parts of a glob with a wildcard stay as they are: nobody can say what they are another name of.
        """
        if not self.is_glob:
            dataset = canonical_dataset(safe_dataset_id(self.namespace, self.name))
            return Target(dataset.namespace, dataset.name)
        if _WILDCARD.search(self.namespace):
            return self
        if _WILDCARD.search(self.name):
            return replace(self, namespace=literal_glob(canonical_namespace(safe_uri(self.namespace))))
        dataset = canonical_dataset(safe_dataset_id(self.namespace, self.name))
        return Target(literal_glob(dataset.namespace), literal_glob(dataset.name), is_glob=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """An owner as it is registered."""

    target: Target
    owner: str
    kind: str | None = None
    """user | team"""
    contact: str | None = None
    channel: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    """Last day; ``None``: until further notice."""
    position: int = 0

    def check(self) -> None:
        """Raises :class:`InvalidOwner`, which says what to do."""
        _check("namespace", self.target.namespace, MAX_NAMESPACE)
        _check("name", self.target.name, MAX_NAME)
        checked_owner(self.owner)
        for what, text in (("contact", self.contact), ("channel", self.channel)):
            if text is not None and text.strip():
                _check(what, text.strip(), MAX_CONTACT)
        if self.kind not in (None, *KINDS):
            raise InvalidOwner(f"kind is {self.kind!r}; it must be user or team")
        for day in (self.valid_from, self.valid_to):
            if day is not None and not _FIRST <= day <= _LAST:
                raise InvalidOwner(f"{day} must be a day of the years 1970 to 8999")
        if self.valid_from is not None and self.valid_to is not None and self.valid_from > self.valid_to:
            raise InvalidOwner(f"it would end on {self.valid_to}, before it begins on {self.valid_from}")

    def checked(self) -> Registration:
        """As it is stored. Raises :class:`InvalidOwner`."""
        self.check()
        target = self.target.stored()
        if len(target.namespace) > MAX_NAMESPACE or len(target.name) > MAX_NAME:
            raise InvalidOwner("the pattern has too many wildcards to be stored letter by letter")
        return replace(
            self,
            target=target,
            owner=self.owner.strip(),
            contact=(self.contact or "").strip() or None,
            channel=(self.channel or "").strip() or None,
        )

    def columns(self) -> dict[str, Any]:
        """Columns of the row, but its source and who set it."""
        return {
            "digest": self.target.digest,
            "namespace": self.target.namespace,
            "name": self.target.name,
            "owner": self.owner,
            "kind": self.kind,
            "contact": self.contact,
            "channel": self.channel,
            "valid_from": self.valid_from,
            "valid_to": self.valid_to,
            "position": self.position,
        }

    def told(self) -> dict[str, Any]:
        """As the audit is told of it: days as text, what is empty left out."""
        told = {key: told_value(value) for key, value in self.columns().items() if key in TOLD}
        target = {
            "namespace": self.target.namespace,
            "name": self.target.name,
            "is_glob": self.target.is_glob,
        }
        return target | {key: value for key, value in told.items() if value is not None}


def told_value(value: Any) -> Any:
    """A value of a row as JSON can say it."""
    return value.isoformat() if isinstance(value, date) else value


def checked_owner(text: str) -> str:
    """Name of an owner. Raises :class:`InvalidOwner`."""
    owner = text.strip()
    if owner.casefold() in NOBODY:
        said = (
            f"{owner!r} is what Airflow writes where nobody said anything" if owner else "the owner is empty"
        )
        raise InvalidOwner(f"{said}; name a person or a team")
    _check("owner", owner, MAX_OWNER)
    return owner


def literal_glob(text: str) -> str:
    """A glob that matches the text alone."""
    return _WILDCARD.sub(r"[\g<0>]", text)


def checked_day(day: date) -> date:
    """A last day. Raises :class:`InvalidOwner`."""
    if not _FIRST + timedelta(days=1) <= day <= _LAST:
        raise InvalidOwner(f"{day} must be a day of the years 1970 to 8999")
    return day


def _check(what: str, text: str, most: int) -> None:
    if not text.strip():
        raise InvalidOwner(f"{what} is empty")
    if len(text) > most:
        raise InvalidOwner(f"{what} has {len(text)} characters; at most {most} are possible")
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text):
        raise InvalidOwner(f"{what} holds a control character: {text[:100]!a}")
