"""Files as they stood at another commit, read out of git's objects: nothing is checked out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from airflow_lineage_provider.contracts.error import ContractError
from airflow_lineage_provider.contracts.load import SUFFIXES, LoadedContract, load_text
from airflow_lineage_provider.contracts.readers import read_any_text
from airflow_lineage_provider.contracts.readers.place import Place

_SECONDS = 60
_LINK = "120000"
_OF_HOOKS = frozenset({"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX"})
"""What git tells its hooks, and whoever runs in one: another repository than that of the files, maybe."""


class UnknownBase(ValueError):
    """There is nothing to compare with; the message says why."""


@dataclass(frozen=True, slots=True)
class GitBase:
    """A commit of the repository that some files lie in."""

    root: Path
    ref: str
    """As it was given."""
    commit: str
    """Where the work since then began: the last commit that both sides have."""
    is_tip: bool = False
    """No such commit is known: what the other side did since counts as done here."""

    @property
    def notice(self) -> str | None:
        """What people should know of it."""
        if not self.is_tip:
            return None
        return (
            f"git knows no commit that {self.ref} and this branch have in common, so that the tip of {self.ref} is compared "
            "with, and what happened there since counts as undone here; a shallow clone has to fetch more"
        )

    def text(self, path: Path) -> str | None:
        """A file as it stood there; ``None``: there was none, or it is no UTF-8 text."""
        inside = _inside(self.root, path)
        return next(self._texts([inside]), (inside, None))[1]

    def contracts(self, paths: Iterable[Path]) -> dict[str, list[LoadedContract]]:
        """Valid contracts under files and folders, by the path of today's checkout that each had.

        Of a folder the files that are named like contracts; a file that is given is read in any format.
        """
        found: dict[str, list[LoadedContract]] = {}
        place = Place.of(None)
        for path in paths:
            is_folder = path.is_dir()
            names = self._names(_inside(self.root, path), is_folder=is_folder)
            for name, text in self._texts(names):
                here = os.path.join(self.root, name)
                if text is not None:
                    try:
                        source = f"{self.ref}:{name}"
                        found[here] = (
                            [load_text(text, source)] if is_folder else read_any_text(text, source, place)
                        )
                    except ContractError:
                        continue  # what was not valid promised nothing
        return found

    def _names(self, inside: str, *, is_folder: bool) -> list[str]:
        listed = _git(self.root, "ls-tree", "-r", "-z", "--full-tree", self.commit, "--", inside or ".")
        names = []
        for entry in listed.split("\0"):
            about, _, name = entry.partition("\t")
            below = name.removeprefix(inside).split("/")
            is_hidden = is_folder and any(part.startswith(".") for part in below)
            # A file that is gone today counts by its ending.
            fits = name.endswith(SUFFIXES) or (name == inside and not is_folder)
            if name and fits and not is_hidden and not about.startswith(_LINK):
                names.append(name)
        return names

    def _texts(self, names: list[str]) -> Iterator[tuple[str, str | None]]:
        """One process for all files: each has its own line of questions."""
        if not names:
            return
        asked = "".join(f"{self.commit}:{name}\n" for name in names if "\n" not in name)
        answer = _run(self.root, "cat-file", "--batch", given=asked.encode("utf-8", "surrogateescape"))
        position = 0
        for name in names:
            if "\n" in name:
                continue
            end = answer.index(b"\n", position)
            words = answer[position:end].split(b" ")
            position = end + 1
            if len(words) != 3 or not words[2].isdigit():
                yield name, None  # "... missing"
                continue
            content = answer[position : position + int(words[2])]
            position += int(words[2]) + 1
            try:
                yield name, content.decode("utf-8-sig") if words[1] == b"blob" else None
            except UnicodeDecodeError:
                yield name, None


def git_base(ref: str, near: Path) -> GitBase:
    """The commit to compare with.

    :param ref: a branch, tag or commit.
    :param near: a file or folder in the repository.
    :raises UnknownBase: where there is no repository, no git or no such commit.
    """
    folder = near if near.is_dir() else near.parent
    root = Path(_git(folder, "rev-parse", "--show-toplevel").rstrip("\n"))
    if ref.startswith("-"):
        raise UnknownBase(f"{ref!r} is no branch, tag or commit")
    try:
        tip = _git(root, "rev-parse", "--verify", "--quiet", f"{ref}^{{commit}}").strip()
    except UnknownBase:
        raise UnknownBase(
            f"git knows no commit {ref!r} here; a shallow clone has to fetch it first: git fetch origin {ref}"
        ) from None
    try:
        commit = _git(root, "merge-base", tip, "HEAD").strip()
    except UnknownBase:
        commit = ""  # a shallow clone does not know where the two parted
    return GitBase(root, ref, commit or tip, is_tip=not commit)


def _inside(root: Path, path: Path) -> str:
    """Path within the repository, with slashes; empty for the whole of it."""
    try:
        inside = Path(os.path.realpath(path)).relative_to(os.path.realpath(root)).as_posix()
    except ValueError:
        raise UnknownBase(f"{path} is not in the git repository {root}") from None
    return "" if inside == "." else inside


def _git(folder: Path, *arguments: str) -> str:
    return _run(folder, *arguments).decode("utf-8", "surrogateescape")


def _run(folder: Path, *arguments: str, given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), "--no-optional-locks", *arguments],
            input=given,
            capture_output=True,
            check=False,
            timeout=_SECONDS,
            env={name: value for name, value in os.environ.items() if name not in _OF_HOOKS},
        )
    except FileNotFoundError:
        raise UnknownBase("git is not installed") from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnknownBase(f"git cannot be asked: {error}") from None
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise UnknownBase(said[0] if said else f"git {arguments[0]} failed")
    return done.stdout
