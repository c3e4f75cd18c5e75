"""One program that a command starts, and what its tool says it reads and writes."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain
from airflow_lineage_provider.capture.extractors.shell.options import Options, options_of
from airflow_lineage_provider.capture.extractors.shell.pipe import Pipe
from airflow_lineage_provider.capture.extractors.shell.place import Folder, Machine, resolved
from airflow_lineage_provider.capture.extractors.shell.tools.catalog import TOOLS
from airflow_lineage_provider.capture.extractors.shell.variables import Variables
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId

_OTHER_NAMES = frozenset({"bash", "sh", "dash", "ash", "ksh", "zsh", "eval", "source", ".", "redirect"})


@dataclass(frozen=True, slots=True)
class Touched:
    """A file by its path, or another dataset by its URI or identity."""

    path: str | None = None
    dataset: DatasetId | str | None = None
    moved: bool = False
    """Whether it is not there any more because the program took it away after it read it."""
    dropped: bool = False
    appended: bool = False


@dataclass(slots=True)
class Call:
    """A program with its arguments, and what comes out about it."""

    program: str
    arguments: list[Field]
    variables: Variables
    machine: Machine
    folder: str | Folder
    line: int
    stdin: Pipe | None = None
    stdout: Pipe | None = None
    keeps_output: bool = False
    """Whether its output goes to a file or to another program."""
    may_not_run: bool = False
    started: float | None = None
    """When the task started, seconds since the epoch."""
    reads: list[Touched] = field(default_factory=list)
    writes: list[Touched] = field(default_factory=list)
    statements: list[tuple[ConnectionIdentity, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def options(self, valued: str = "", *, long_with_one_dash: bool = False) -> Options:
        return options_of(self.arguments, valued, long_with_one_dash=long_with_one_dash)

    def left_out(self, why: str) -> None:
        # What stands in a program's place may be anything, so only names that are known are repeated.
        name = self.program if self.program in TOOLS or self.program in _OTHER_NAMES else "a program"
        self.notes.append(f"{name}, line {self.line}: {why}")

    def setting(self, options: Options, names: str, *variables: str) -> str | None:
        """Text of an option, else of an environment variable. Raises :class:`NotCertain`."""
        given = options.get(*names.split())
        for name in variables:
            given = given if given is not None else self.variables.environment(name)
        return (given.sure() or None) if given is not None else None

    def path(self, name: Field | str) -> str | None:
        """Absolute path of one file; ``None`` in the temporary folder. Raises :class:`NotCertain`."""
        return resolved(name if isinstance(name, str) else name.sure(), self.folder)

    def paths(self, name: Field) -> list[str]:
        """Files that one argument stands for; those it may stand for and that nobody knows are named."""
        try:
            if name.pattern is not None and name.unknown is None:
                pattern = resolved(name.pattern, self.folder)
                return self.machine.files(pattern) if pattern else []
            path = self.path(name)
        except NotCertain as doubt:
            self.left_out(str(doubt))
            return []
        return [path] if path else []

    def read(self, *names: Field, moved: bool = False) -> None:
        """Files named by arguments; ``-`` is none."""
        for name in names:
            if name.text != "-":
                self.reads.extend(Touched(path, moved=moved) for path in self.paths(name))

    def write(self, *names: Field, appended: bool = False) -> None:
        for name in names:
            if name.text != "-":
                self.writes.extend(Touched(path, appended=appended) for path in self.paths(name))

    def read_path(self, path: str | None, *, moved: bool = False) -> None:
        if path:
            self.reads.append(Touched(path, moved=moved))

    def write_path(self, path: str | None) -> None:
        if path:
            self.writes.append(Touched(path))

    def drop_path(self, path: str) -> None:
        self.writes.append(Touched(path, dropped=True))

    def read_from(self, dataset: DatasetId | str) -> None:
        self.reads.append(Touched(dataset=dataset))

    def write_to(self, dataset: DatasetId | str) -> None:
        self.writes.append(Touched(dataset=dataset))

    def ran(self, connection: ConnectionIdentity, sql: str) -> None:
        if sql.strip():
            self.statements.append((connection, sql))

    def into(self, target: str, source: str) -> str:
        """Path of what is copied: inside the target if that is a folder."""
        if not self.machine.is_folder(target):
            return target
        return posixpath.join(target, posixpath.basename(source.rstrip("/")))

    def understands_input(self) -> None:
        """Standard input is a script for this program and no data."""
        names = {part.path for part in (self.stdin.parts if self.stdin else ()) if hasattr(part, "path")}
        self.reads = [touched for touched in self.reads if touched.path not in names]
