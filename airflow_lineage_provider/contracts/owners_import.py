"""Owners out of a file, whatever its kind: an owners file, or the manifest of a dbt project."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from airflow_lineage_provider.contracts.binding import Lookup
from airflow_lineage_provider.contracts.connection import connection_identity
from airflow_lineage_provider.contracts.dbt_registrations import ReadOwners, read_dbt_owners
from airflow_lineage_provider.contracts.error import Problem
from airflow_lineage_provider.contracts.folder import BUNDLE
from airflow_lineage_provider.contracts.owners_file import MAX_BYTES, InvalidOwnersFile, read_owners
from airflow_lineage_provider.contracts.readers.place import Place

MANIFEST = ".json"


def read_owners_text(text: str, source: str) -> ReadOwners:
    """Owners of an owners file's text. Raises :class:`InvalidOwnersFile`."""
    read = read_owners(text, source)
    return ReadOwners(tuple(read.registrations()), read.warnings)


def read_owners_path(
    path: Path,
    source: str | None = None,
    *,
    place: Place | None = None,
    lookup: Lookup = connection_identity,
) -> ReadOwners:
    """Owners of a file: of a dbt manifest where its name ends in ``.json``, else of an owners file.

    :param source: what problems call it; default: its path.
    :param place: where the tables of a manifest are.
    :raises ContractError: for a file that is neither, with every problem.
    :raises OSError: for one that cannot be read.
    """
    source = source or str(path)
    if path.suffix.lower() == MANIFEST:
        return read_dbt_owners(path, source, place or Place(), lookup)
    with path.open("rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        most = f"the file is larger than {MAX_BYTES // 1024} KB; own by patterns and not by dataset"
        raise InvalidOwnersFile([Problem(source, most)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidOwnersFile([Problem(source, "is not UTF-8; save it as UTF-8", (), line)]) from None
    return read_owners_text(text, source)


def source_of(path: Path, watched: Iterable[str]) -> str:
    """What the owners of a file are stored under: its name in ``owners_path`` where it is watched, else its full path."""
    absolute = os.path.abspath(path)
    for name in watched:
        if not name.startswith(BUNDLE) and os.path.abspath(name) == absolute:
            return name
    return absolute
