"""Why two names that look alike are two datasets, and what would make them one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Literal

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.namespace import FILE_SCHEMES, scheme_of
from airflow_lineage_provider.model.naming import ALIAS_NAMESPACE, ASSET_NAMESPACE
from airflow_lineage_provider.model.part_file import looks_generated
from airflow_lineage_provider.model.partition import PLACEHOLDER

Kind = Literal["table", "file", "asset"]

_EXTENSION = re.compile(r"(?:\.[A-Za-z][A-Za-z0-9]{0,9})+\Z")
_CHANGING = re.compile(r"\{\w+\}|\d+")
_ALIASES = "[lineage_provider] namespace_aliases"
_PATTERNS = "[lineage_provider] partition_patterns"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which two names differ."""

    reason: str
    configure: str
    """What makes them one, if they are; or that nothing does."""


def kind_of(dataset: DatasetId) -> Kind:
    """Whether a name is that of a table, of a file or of an asset without a URI."""
    if dataset.namespace in (ASSET_NAMESPACE, ALIAS_NAMESPACE):
        return "asset"
    return "file" if scheme_of(dataset.namespace) in FILE_SCHEMES else "table"


def stem_of(dataset: DatasetId) -> str:
    """What people call it, in lower case: the table without its schema, the file without directory, date and extension."""
    kind = kind_of(dataset)
    if kind == "table":
        return dataset.name.rpartition(".")[2].casefold()
    segments = [segment for segment in dataset.name.split("/") if segment]
    if kind == "asset" and len(segments) < 2:
        return dataset.name.strip().rpartition(".")[2].casefold()
    for index in reversed(range(len(segments))):
        segment = segments[index]
        stem = _CHANGING.sub("", _EXTENSION.sub("", segment)).strip(" -_.=T")
        is_nobodys = 0 < index == len(segments) - 1 and looks_generated(segment)
        if stem and "=" not in segment and not is_nobodys:
            return stem.casefold()
    return (segments[-1] if segments else dataset.name).casefold()


def differences(wanted: DatasetId, other: DatasetId) -> list[Difference] | None:
    """Why two canonical names are two datasets, if somebody may take them for one; ``None``: nobody does."""
    if wanted == other or stem_of(wanted) != stem_of(other):
        return None
    kinds = (kind_of(wanted), kind_of(other))
    if "asset" in kinds and kinds != ("asset", "asset"):
        return [
            Difference(
                "one is an asset with a name and no URI: nothing says which table or file it stands for",
                "give that asset the URI of the table or file",
            )
        ]
    if kinds[0] != kinds[1]:
        return [Difference("one is a table and the other a file", "nothing: a copy is a dataset of its own")]
    found = []
    if wanted.namespace != other.namespace:
        found.append(_of_namespaces(wanted.namespace, other.namespace))
    if wanted.name != other.name:
        found.append(_of_files(wanted.name, other.name) if kinds[0] == "file" else _of_tables(wanted, other))
    return found


def _of_namespaces(wanted: str, other: str) -> Difference:
    configure = f"if both reach the same data: {_ALIASES} = {json.dumps({other: wanted}, ensure_ascii=False)}"
    schemes = scheme_of(wanted), scheme_of(other)
    if schemes[0] != schemes[1]:
        return Difference(f"another system: {schemes[1]}, not {schemes[0]}", configure)
    places = [namespace.partition("://")[2] for namespace in (wanted, other)]
    if "" in places and schemes[0] == "file":
        return Difference(
            "one is on a host that is named, the other on whichever host ran the task",
            "[lineage_provider] file_host = True on all workers or on none, and assets that name the host as well",
        )
    hosts = [place.rpartition(":")[0] or place for place in places]
    what = "port" if hosts[0] == hosts[1] else "bucket" if schemes[0] in ("s3", "gs") else "host"
    return Difference(f"another {what}: {places[1]}, not {places[0]}", configure)


def _of_tables(wanted: DatasetId, other: DatasetId) -> Difference:
    if wanted.name.casefold() == other.name.casefold():
        return Difference(
            f"another letter case: {scheme_of(wanted.namespace)} may hold both, for a quoted name keeps its letters",
            "spell the name in the statement or asset as the database stores it",
        )
    parts = [name.casefold().split(".") for name in (wanted.name, other.name)]
    if len(parts[0]) != len(parts[1]):
        return Difference(
            "one of them leaves out database or schema",
            "name both in the connection, or in the asset's URI: scheme://host/database/schema/table",
        )
    if parts[0][-2:-1] != parts[1][-2:-1]:
        return Difference(
            f"another schema: {parts[1][-2]}, not {parts[0][-2]}",
            "nothing: they are two tables. If the schema is wrong, set it in the connection or write it in the SQL",
        )
    return Difference(
        f"another database: {'.'.join(parts[1][:-2])}, not {'.'.join(parts[0][:-2])}",
        "nothing: they are two tables. If the database is wrong, set it in the connection",
    )


def _of_files(wanted: str, other: str) -> Difference:
    if wanted.casefold() == other.casefold():
        return Difference("another letter case: paths have one", "spell the path the same way everywhere")
    if f"{wanted}/".startswith(f"{other}/") or f"{other}/".startswith(f"{wanted}/"):
        return Difference(
            "one is inside the directory that is the other",
            f"if the files are parts of it: a pattern in {_PATTERNS} that drops what follows the directory",
        )
    if _skeleton(wanted) == _skeleton(other):
        return Difference(
            f"another partition pattern: {_placeholders(other)}, not {_placeholders(wanted)}",
            f"a pattern in {_PATTERNS} that makes one name of both",
        )
    directories = wanted.rpartition("/")[0], other.rpartition("/")[0]
    if directories[0] == directories[1]:
        return Difference(
            "another file name in the same directory", f"if they are parts of one: a pattern in {_PATTERNS}"
        )
    return Difference("another directory", "nothing: they are two files")


def _skeleton(name: str) -> str:
    """The letters that stay from run to run."""
    return re.sub(r"[^\w]|_", "", _CHANGING.sub("", _EXTENSION.sub("", name))).casefold()


def _placeholders(name: str) -> str:
    return " ".join(match[0] for match in PLACEHOLDER.finditer(name)) or "none"
