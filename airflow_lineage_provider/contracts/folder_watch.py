"""What became of the files of one watched folder since they were looked at last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from airflow_lineage_provider.contracts.error import ContractError, Problem
from airflow_lineage_provider.contracts.folder import NotHere, UnreadableFolder, WatchedFolder
from airflow_lineage_provider.contracts.load import load_file
from airflow_lineage_provider.contracts.look import Look, unexpected
from airflow_lineage_provider.contracts.watched_file import SeenFile, digest_of, id_in, is_settled, stamp_of
from airflow_lineage_provider.store.contract_problems import problem_sources

GONE_LOOKS = 2
"""So often in a row a file must be missing: a checkout takes files away for a moment."""


class FolderWatch:
    """State of a folder from look to look. A file is known by a name that is the same on every server."""

    def __init__(self, folder: WatchedFolder) -> None:
        self.folder = folder
        self.seen: dict[str, SeenFile] = {}
        self._files: dict[str, Path] = {}
        self._missing: dict[str, int] = {}
        self._is_first = True
        self._is_noted: bool | None = None
        """Whether the folder itself stands among the problems."""

    @property
    def name(self) -> str:
        return self.folder.name

    def list_files(self, look: Look) -> bool:
        """Find out which files there are; False where that cannot be told, and then nothing may be retracted."""
        try:
            files = self.folder.files()
        except NotHere as error:
            # No problem of the contracts: another server has the bundle.
            look.folders[self.name] = str(error)
            return False
        except UnreadableFolder as error:
            self._note(look, str(error))
            return False
        if not files and any(entry.managed_by == self.name for entry in look.current.values()):
            self._note(
                look,
                "it holds no contract any more, as if it were not mounted; its contracts stay in force until one "
                "file is in it, or they are deleted by the API",
            )
            return False
        self._files = files
        if self._is_noted is not False:
            look.forget([self.name])
            self._is_noted = False
        return True

    def claim(self, look: Look) -> None:
        """Say which contracts stand in files that are there and did not change: a new file cannot take them over."""
        for source in self._files:
            seen = self.seen.get(source)
            if seen is not None and seen.contract_id is not None and seen.blocked_by is None:
                look.claims.setdefault(seen.contract_id, source)

    def apply_changed(self, look: Look) -> None:
        """Apply files that are new or changed, and those whose contract somebody took out of force."""
        for source, path in self._files.items():
            seen = self.seen.setdefault(source, SeenFile())
            try:
                self._look_at(source, path, seen, look)
            except ContractError as error:
                self._refuse(error.problems, source, path, seen, look)
            except OSError as error:
                problem = Problem(source, f"cannot be read: {error.strerror or error}")
                if seen.digest != problem.message:
                    self._refuse([problem], source, path, seen, look)
                seen.stamp, seen.digest = None, problem.message
            except Exception as error:
                # It may be of the moment, so the file is tried again with the next look.
                seen.stamp = seen.digest = None
                self._refuse([unexpected(error, source)], source, path, seen, look)

    def retract_gone(self, look: Look) -> None:
        """Take out of force what stood in files that are gone, or that hold another contract now."""
        if look.read:
            look.read_current()
        mine = [entry for entry in look.current.values() if entry.managed_by == self.name]
        replaced = [
            entry.contract_id
            for entry in mine
            if entry.source in self._files
            and (seen := self.seen.get(entry.source)) is not None
            and seen.contract_id not in (None, entry.contract_id)
        ]
        look.retract(replaced, managed_by=self.name, reason="its file holds another contract now")
        absent = {entry.source for entry in mine if entry.source} | set(self.seen)
        absent -= set(self._files)
        # What another server applied since, and this one has never had, is not this one's to retract.
        ours = {source for source in absent if source in self.seen or self._is_first}
        if self._is_first:
            with look.transactions.reading() as session:
                ours |= problem_sources(self.name, session=session) - {self.name}
            self._is_first = False
        still = (ours | set(self._missing)) - set(self._files)
        self._missing = {source: self._missing.get(source, 0) + 1 for source in still}
        gone = [source for source, looks in self._missing.items() if looks >= GONE_LOOKS]
        look.retract(
            [entry.contract_id for entry in mine if entry.source in gone],
            managed_by=self.name,
            reason="its file is no longer there",
        )
        look.forget(gone)
        for source in gone:
            self.seen.pop(source, None)
            del self._missing[source]

    def _look_at(self, source: str, path: Path, seen: SeenFile, look: Look) -> None:
        stamp = stamp_of(path)
        is_due = seen.contract_id is not None and (
            seen.contract_id not in look.claims
            if seen.blocked_by is not None
            else seen.contract_id not in look.current
        )
        if stamp == seen.stamp and not is_due:
            return
        digest = digest_of(path)
        if digest == seen.digest and not is_due:
            seen.stamp = stamp if is_settled(stamp) else None
            return
        look.read += 1
        # Whatever comes of it, equal content comes to the same.
        seen.stamp, seen.digest = stamp if is_settled(stamp) else None, digest
        contract = load_file(path)
        holder = look.claims.setdefault(contract.contract_id, source)
        if holder != source:
            seen.contract_id, seen.blocked_by = contract.contract_id, holder
            raise ContractError(
                [
                    Problem(
                        source,
                        f"{contract.contract_id!r} stands in {holder} as well; keep one of the two",
                        ("id",),
                    )
                ]
            )
        look.apply(contract, source=source, managed_by=self.name)
        seen.contract_id, seen.blocked_by = contract.contract_id, None

    def _refuse(
        self, problems: Sequence[Problem], source: str, path: Path, seen: SeenFile, look: Look
    ) -> None:
        told = [replace(problem, source=source) for problem in problems]
        if seen.blocked_by is None:
            seen.contract_id = None
        look.note(told, source=source, managed_by=self.name, contract_id=id_in(path))

    def _note(self, look: Look, reason: str) -> None:
        look.folders[self.name] = reason
        if self._is_noted is not True:
            look.note([Problem(self.name, reason)], source=self.name, managed_by=self.name, contract_id=None)
            look.problems.pop()  # the folder's own line says so
            self._is_noted = True
