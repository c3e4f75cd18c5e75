"""Contract files, validated and read. Nothing a contract points at is ever fetched."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.contracts.document import MAX_BYTES, Document, parse
from airflow_lineage_provider.contracts.error import ContractError, Path, Problem
from airflow_lineage_provider.contracts.validation import problems
from airflow_lineage_provider.model.canonical import content_hash

if TYPE_CHECKING:
    from open_data_contract_standard.model import OpenDataContractStandard

SUFFIXES = (".odcs.yaml", ".odcs.yml")

_LIMITS: dict[str, int] = {"id": 250, "version": 64, "status": 32, "name": 1000}
"""Characters that the store has room for."""
_MAX_SCHEMA_NAME = 250


@dataclass(frozen=True, slots=True)
class LoadedContract:
    """A valid contract."""

    source: str
    data: dict[str, Any]
    """As it stands in the file, in JSON values."""
    content_hash: str
    """SHA-256 of the canonical data: comments and layout make no new version."""
    model: OpenDataContractStandard
    origin: str = "odcs"
    """What it was read from: ``odcs``, ``dbt``, ``json-schema`` or ``avro``."""

    @property
    def contract_id(self) -> str:
        return str(self.data["id"])

    @property
    def version(self) -> str:
        return str(self.data["version"])


def load_text(text: str, source: str = "contract") -> LoadedContract:
    """Read one contract. Raises :class:`ContractError` with every problem.

    :param source: what problems call the text, as a rule its path.
    """
    document = parse(text, source)
    found = problems(document) or list(beyond_schema(document))
    if found:
        raise ContractError(found)
    return loaded(document)


def loaded(document: Document, origin: str = "odcs") -> LoadedContract:
    """A contract out of a document that is known to be valid. Raises :class:`ContractError`."""
    from open_data_contract_standard.model import OpenDataContractStandard
    from pydantic import ValidationError

    try:
        model = OpenDataContractStandard(**document.data)
    except ValidationError as error:
        raise ContractError(
            document.problem(tuple(detail["loc"]), str(detail["msg"])) for detail in error.errors()
        ) from None
    return LoadedContract(document.source, document.data, content_hash(document.data), model, origin)


def load_file(path: FilePath) -> LoadedContract:
    """Read one contract file. Raises :class:`ContractError`, also for files that cannot be read."""
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ContractError([Problem(str(path), f"cannot be read: {error.strerror or error}")]) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # A cut in the middle of a letter is not the file's fault: the size is, and the parser says so.
        if len(content) > MAX_BYTES:
            text = content.decode("utf-8", "replace")
        else:
            line = content.count(b"\n", 0, error.start) + 1
            raise ContractError([Problem(str(path), "is not UTF-8; save it as UTF-8", (), line)]) from None
    return load_text(text, str(path))


def find_files(path: FilePath) -> list[FilePath]:
    """Contract files of a path: the file itself whatever its name, or ``*.odcs.yaml|yml`` anywhere under a folder.

    Raises :class:`ContractError` where there is none.
    """
    if not path.is_dir():
        if not path.exists():
            raise ContractError([Problem(str(path), "there is no such file or folder")])
        return [path]
    files = sorted(_files_under(path))
    if not files:
        names = " or ".join(f"*{suffix}" for suffix in SUFFIXES)
        raise ContractError(
            [Problem(str(path), f"the folder holds no contract; contracts are named {names}")]
        )
    return files


def _files_under(root: FilePath) -> Iterator[FilePath]:
    """Hidden folders are passed over: Kubernetes keeps the files behind a ConfigMap in one, git its objects.

    Raises :class:`ContractError` where a part of it cannot be read: the rest would pass for all.
    """

    def refuse(error: OSError) -> None:
        raise ContractError([Problem(str(error.filename), f"cannot be read: {error.strerror or error}")])

    for folder, folders, names in os.walk(root, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            file = FilePath(folder, name)
            # A link that leads nowhere is told of when it is read; a pipe would not be read to its end.
            if name.endswith(SUFFIXES) and not name.startswith(".") and (file.is_file() or file.is_symlink()):
                yield file


def beyond_schema(document: Document) -> Iterator[Problem]:
    """What the schema lets pass and the store cannot hold."""
    for key, limit in _LIMITS.items():
        value = document.data.get(key)
        if isinstance(value, str) and len(value) > limit:
            yield document.problem((key,), f"has {len(value)} characters; at most {limit} are possible")
    for key in ("id", "version"):
        if not str(document.data[key]).strip():
            yield document.problem((key,), "must not be empty")
    seen: dict[str, int] = {}
    for index, item in enumerate(document.data.get("schema") or ()):
        path: Path = ("schema", index, "name")
        name = item["name"]
        if len(name) > _MAX_SCHEMA_NAME:
            yield document.problem(
                path, f"has {len(name)} characters; at most {_MAX_SCHEMA_NAME} are possible"
            )
        if name in seen:
            yield document.problem(path, f"is {name!r}, as in schema[{seen[name]}]; names must differ")
        seen.setdefault(name, index)
