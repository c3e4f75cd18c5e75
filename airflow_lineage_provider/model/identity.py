"""One dataset, one name: from the names it goes by to the one it is stored under, with every reason on the way."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE, DatasetId
from airflow_lineage_provider.model.letter_case import LetterCase, in_letter_case, letter_case_of
from airflow_lineage_provider.model.namespace import FILE_SCHEMES, begins_at_root, scheme_of, spelled
from airflow_lineage_provider.model.namespace_alias import settled_aliases
from airflow_lineage_provider.model.partition import Partition, partitions_folded
from airflow_lineage_provider.model.partition_pattern import PartitionPattern
from airflow_lineage_provider.model.path import clean_path, decoded_path
from airflow_lineage_provider.model.system import dialect_of_kind

KEPT_IDENTITIES = 8_192
"""Names whose identity is remembered; those of a deployment's tables and of the files of some runs."""
KEPT_NAMESPACES = 1_024
PARTITION_RULES = frozenset({"partition-pattern", "partition"})
"""Rules that make one dataset of many names that are parts of it."""
_MOST_ROUNDS = 32


@dataclass(frozen=True, slots=True)
class Step:
    """One change on the way to the canonical name."""

    rule: str
    """spelling | namespace-alias | letter-case | own-database | path | partition-pattern | partition"""
    before: DatasetId
    after: DatasetId
    reason: str


@dataclass(frozen=True, slots=True)
class Identity:
    """What a dataset is called, what was a partition in its name, and how that came about."""

    dataset: DatasetId
    partitions: tuple[Partition, ...] = ()
    steps: tuple[Step, ...] = ()

    @property
    def partition(self) -> str | None:
        """The partitions as one text: ``dt=2026-11-21/region=eu``."""
        return "/".join(dict.fromkeys(f"{key}={value}" for key, value in self.partitions)) or None


@dataclass(frozen=True, slots=True)
class _Place:
    """What holds for all names of a namespace."""

    namespace: str
    changes: tuple[tuple[str, str, str], ...]
    """(rule, namespace after it, reason)"""
    case: LetterCase
    own_database: str | None
    """What a database in a file is called from within; ``None`` where a namespace holds several databases."""
    is_file: bool
    is_local: bool
    is_rooted: bool
    """Whether a name without a slash in front begins at the root all the same."""
    patterns: tuple[PartitionPattern, ...]


class IdentityRules:
    """The rules of a deployment. Pure: one name in, one identity out, and the identity of an identity is itself."""

    def __init__(
        self,
        namespace_aliases: Mapping[str, str] | None = None,
        patterns: Iterable[PartitionPattern] = (),
        *,
        has_builtin_patterns: bool = True,
    ) -> None:
        """Compile the rules.

        :param namespace_aliases: namespace to the one that means the same server.
        :param patterns: what is a partition, besides the built-in patterns.
        """
        self._aliases = settled_aliases(namespace_aliases or {})
        self._patterns = tuple(patterns)
        self._has_builtin_patterns = has_builtin_patterns
        self._place = lru_cache(KEPT_NAMESPACES)(self._make_place)
        self.identify = lru_cache(KEPT_IDENTITIES)(self._identify)

    def canonical(self, dataset: DatasetId) -> DatasetId:
        """The dataset that a name means."""
        return self.identify(dataset).dataset

    def _identify(self, dataset: DatasetId) -> Identity:
        place = self._place(dataset.namespace)
        if not place.changes and not place.is_file and not place.patterns:
            name = _cased(dataset.name, place.case)
            if name == dataset.name == _without_database(name, place.own_database):
                return Identity(dataset)
        found = _Finding(dataset)
        for rule, namespace, reason in place.changes:
            found.add(rule, DatasetId(namespace, found.dataset.name), reason)
        if place.is_rooted and not found.dataset.name.startswith("/"):
            found.rename("path", f"/{found.dataset.name}", "paths on a server begin at its root")
        name = found.dataset.name
        for _ in range(_MOST_ROUNDS):
            self._tidy(place, found)
            self._fold(place, found)
            if not place.patterns or found.dataset.name == name:
                break
            name = found.dataset.name
        end = found.dataset
        if not (0 < len(end.namespace) <= MAX_NAMESPACE and 0 < len(end.name) <= MAX_NAME):
            return Identity(dataset)  # no rule may make a name that cannot be stored
        return Identity(end, tuple(found.partitions), tuple(found.steps))

    def _tidy(self, place: _Place, found: _Finding) -> None:
        if not place.is_file:
            reason = f"how this system stores names: {place.case}"
            found.rename("letter-case", _cased(found.dataset.name, place.case), reason)
            name = _without_database(found.dataset.name, place.own_database)
            found.rename("own-database", name, "the file is the database, and its name says it already")
            return
        found.rename("path", decoded_path(found.dataset.name), "percent-encoding")
        path = clean_path(found.dataset.name)
        if not place.is_local and path != "/":
            path = path.lstrip("/")
        found.rename("path", path or ("." if place.is_local else "/"), "slashes and dots in a path")

    def _fold(self, place: _Place, found: _Finding) -> None:
        for pattern in place.patterns:
            folded, partitions = pattern.fold(found.dataset.name)
            if found.rename("partition-pattern", folded, f"pattern {pattern.pattern}"):
                found.partitions += partitions
                self._tidy(place, found)
        if not place.is_file or not self._has_builtin_patterns:
            return
        # The directory that a relative path was written in has no name.
        has_root = not place.is_local or found.dataset.name.startswith("/")
        for folded, partitions, reason in partitions_folded(found.dataset.name, has_root=has_root):
            found.rename("partition", folded, reason)
            found.partitions += partitions

    def _make_place(self, namespace: str) -> _Place:
        changes = [("spelling", after, reason) for after, reason in spelled(namespace)]
        end = changes[-1][1] if changes else namespace
        if (target := self._aliases.get(end)) is not None:
            changes.append(("namespace-alias", target, "[lineage_provider] namespace_aliases"))
            end = target
        scheme = scheme_of(end)
        is_file = scheme in FILE_SCHEMES
        return _Place(
            end,
            tuple(changes),
            letter_case_of(dialect_of_kind(scheme)),
            posixpath.splitext(posixpath.basename(end))[0].lower() or None if scheme == "duckdb" else None,
            is_file,
            scheme == "file",
            scheme == "file" and (begins_at_root(namespace) or begins_at_root(end)),
            tuple(pattern for pattern in self._patterns if pattern.is_for(end, is_file=is_file)),
        )


class _Finding:
    """An identity while it is found."""

    __slots__ = ("dataset", "partitions", "steps")

    def __init__(self, dataset: DatasetId) -> None:
        self.dataset = dataset
        self.partitions: list[Partition] = []
        self.steps: list[Step] = []

    def rename(self, rule: str, name: str, reason: str) -> bool:
        """Take a new name; whether it is another one."""
        if name == self.dataset.name:
            return False
        self.add(rule, DatasetId(self.dataset.namespace, name), reason)
        return True

    def add(self, rule: str, after: DatasetId, reason: str) -> None:
        if after != self.dataset:
            self.steps.append(Step(rule, self.dataset, after, reason))
            self.dataset = after


def _without_database(name: str, database: str | None) -> str:
    """``shop.main.orders`` in ``shop.duckdb`` is ``main.orders``."""
    if database is None or not name.lower().startswith(f"{database}."):
        return name
    rest = name[len(database) + 1 :]
    return rest if rest.count(".") == 1 else name


def _cased(name: str, case: LetterCase) -> str:
    # Paths behind a stage are no identifiers, and placeholders are ours.
    return name if name.startswith("@") or "{" in name else in_letter_case(name, case)
