"""Folders whose contract files come and go as contracts do."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from airflow_lineage_provider.contracts.load import SUFFIXES

BUNDLE = "bundle:"
MOST_FILES = 10_000


class UnreadableFolder(OSError):
    """What is in a folder cannot be told. The message says why."""


class NotHere(UnreadableFolder):
    """The folder is in a DAG bundle that is not on this server's disk."""


@dataclass(frozen=True, slots=True)
class WatchedFolder:
    """A folder of ``[lineage_provider] contracts_path``."""

    name: str
    """As it is configured: the same on every server, wherever a bundle lies."""

    def path(self) -> Path:
        """Where it is on this server. Raises :class:`NotHere`."""
        if not self.name.startswith(BUNDLE):
            return Path(self.name)
        bundle, _, inner = self.name.removeprefix(BUNDLE).partition("/")
        if ".." in PurePosixPath(inner).parts:
            raise UnreadableFolder("the path leads out of the bundle")
        root = _bundle_path(bundle)
        if not root.is_dir():
            raise NotHere(f"bundle {bundle!r} is not on the disk of this server: {root} does not exist")
        return root / inner

    def files(self) -> dict[str, Path]:
        """Contract files by the name that they are known under on every server, in its order.

        Hidden folders are passed over: Kubernetes keeps the files behind a ConfigMap in one, git its objects.

        :raises UnreadableFolder: when any part of it cannot be read: what is not seen is not gone.
        """
        root = self.path()
        if not root.is_dir():
            raise UnreadableFolder(f"{root} is no folder, or is not mounted")
        found: dict[str, Path] = {}
        for folder, folders, names in os.walk(root, onerror=_refuse):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in names:
                if name.endswith(SUFFIXES) and not name.startswith("."):
                    path = Path(folder, name)
                    found[f"{self.name.rstrip('/')}/{path.relative_to(root).as_posix()}"] = path
            if len(found) > MOST_FILES:
                raise UnreadableFolder(f"{root} holds more than {MOST_FILES} contract files")
        return dict(sorted(found.items()))


def watched_folders(names: Iterable[str]) -> list[WatchedFolder]:
    """Folders by their configured names, each once."""
    return [WatchedFolder(name) for name in dict.fromkeys(names)]


def managing_folder(path: Path, names: Iterable[str]) -> str | None:
    """The watched folder that a file lies in: it is managed by that folder, whoever applies it first."""
    absolute = os.path.abspath(path)
    for name in names:
        if not name.startswith(BUNDLE) and absolute.startswith(os.path.abspath(name) + os.sep):
            return name
    return None


def _refuse(error: OSError) -> None:
    raise UnreadableFolder(f"{error.filename} cannot be read: {error.strerror or error}")


@lru_cache(maxsize=64)
def _bundle_path(name: str) -> Path:
    """Where Airflow keeps a bundle. Nothing is fetched: only ``initialize`` and ``refresh`` of a bundle do that."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager

    try:
        return Path(DagBundlesManager().get_bundle(name).path)
    except Exception as error:
        # Bundles are other people's classes; some look a connection up when they are made.
        raise NotHere(f"bundle {name!r} cannot be used here: {error}") from error
