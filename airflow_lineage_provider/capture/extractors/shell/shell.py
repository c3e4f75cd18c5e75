"""The state of one shell: what assignments, ``cd`` and functions leave behind for the commands that follow."""

from __future__ import annotations

from dataclasses import dataclass, field

from airflow_lineage_provider.capture.extractors.shell.pipe import Pipe
from airflow_lineage_provider.capture.extractors.shell.place import Folder
from airflow_lineage_provider.capture.extractors.shell.syntax import Node, Script
from airflow_lineage_provider.capture.extractors.shell.variables import Variables


@dataclass(slots=True)
class Shell:
    """A shell while its script is followed."""

    variables: Variables
    folder: str | Folder
    functions: dict[str, tuple[Script, Node]] = field(default_factory=dict)
    previous_folder: str | Folder = Folder.UNKNOWN
    folder_stack: list[str | Folder] = field(default_factory=list)
    ended: bool = False
    """Whether it has come to its end: what follows does not run."""
    failed: bool = False
    """Whether it ended with an error, which ends a task that succeeded in no way."""
    left_loop: bool = False
    """Whether the loop's body, or the function, has come to its end."""
    may_have_ended: bool = False
    may_have_left: bool = False

    @property
    def is_over(self) -> bool:
        return self.ended or self.left_loop

    @property
    def in_doubt(self) -> bool:
        return self.may_have_ended or self.may_have_left

    def copy(self) -> Shell:
        """A shell that starts with all this one has: a subshell, or a branch that may be taken."""
        return Shell(
            self.variables.copy(),
            self.folder,
            dict(self.functions),
            self.previous_folder,
            list(self.folder_stack),
            may_have_ended=self.may_have_ended,
            may_have_left=self.may_have_left,
        )

    def go(self, folder: str | Folder) -> None:
        self.previous_folder, self.folder = self.folder, folder

    def merge(self, branches: list[Shell]) -> None:
        """Become what is certain whichever of the branches was taken. One that ended in an error was not."""
        branches = [branch for branch in branches if not branch.failed]
        alive = [branch for branch in branches if not branch.is_over]
        if not alive:
            self.ended = all(branch.ended for branch in branches)
            self.failed, self.left_loop = not branches, not self.ended
            return
        first = alive[0]
        self.variables.merge([branch.variables for branch in alive])
        self.folder = (
            first.folder if all(branch.folder == first.folder for branch in alive) else Folder.UNKNOWN
        )
        self.previous_folder = first.previous_folder if len(alive) == 1 else Folder.UNKNOWN
        for branch in alive:
            self.functions.update(branch.functions)
        self.may_have_ended = any(branch.may_have_ended or branch.ended for branch in branches)
        self.may_have_left = any(branch.may_have_left or branch.left_loop for branch in branches)


@dataclass(frozen=True, slots=True)
class Io:
    """Where a command's input comes from and its output goes to."""

    stdin: Pipe | None = None
    stdout: Pipe | None = None
    keeps_output: bool = False
    """Whether the output goes to a file or into a pipe."""
