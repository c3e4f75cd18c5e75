"""Variables of a shell: their values as far as they are certain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from airflow_lineage_provider.capture.extractors.shell.field import Field, Unknown

Value = str | tuple[str, ...] | Unknown | None
"""Text, the elements of an array, not known, or certain to be unset."""

_SET_BY_SHELL = frozenset(
    {
        "BASH", "BASHOPTS", "BASHPID", "BASH_ENV", "BASH_SOURCE", "BASH_VERSION", "BASH_VERSINFO", "COLUMNS",
        "DIRSTACK", "EPOCHREALTIME", "EPOCHSECONDS", "EUID", "FUNCNAME", "GROUPS", "HISTCMD", "HOME", "HOSTNAME",
        "HOSTTYPE", "IFS", "LINENO", "LINES", "MACHTYPE", "OLDPWD", "OPTARG", "OPTERR", "OPTIND", "OSTYPE", "PATH",
        "PIPESTATUS", "PPID", "PS4", "PWD", "RANDOM", "REPLY", "SECONDS", "SHELL", "SHELLOPTS", "SHLVL", "SRANDOM",
        "TERM", "UID", "USER", "_",
    }
)  # fmt: skip
"""Names that the shell, or who logs in, gives a value where the environment has none."""


@dataclass(slots=True)
class Variables:
    """Names and values. A name that is not there is unset if ``complete``, else not known."""

    values: dict[str, Value] = field(default_factory=dict)
    exported: set[str] = field(default_factory=set)
    positional: tuple[Field, ...] | None = ()
    """``$1`` and so on; ``None`` if they are not known."""
    complete: bool = True
    plain_splitting: bool = True
    """Whether ``IFS`` is as the shell sets it."""
    export_all: bool = False
    doubted: bool = False
    """Whether something nobody has read may have set any name."""

    @classmethod
    def of_environment(cls, environment: Mapping[str, str], *, complete: bool) -> Variables:
        return cls(dict(environment), set(environment), complete=complete and "BASH_ENV" not in environment)

    def copy(self) -> Variables:
        return Variables(
            dict(self.values),
            set(self.exported),
            self.positional,
            self.complete,
            self.plain_splitting,
            self.export_all,
            self.doubted,
        )

    def get(self, name: str) -> Value:
        if name in self.values:
            return self.values[name]
        if self.complete and name not in _SET_BY_SHELL and name[:1] not in "@*#?$!-0123456789":
            return None
        return Unknown(f"${name} is not known")

    def put(self, name: str, value: Value) -> None:
        if name == "IFS":
            self.plain_splitting = False
        self.values[name] = value
        if self.export_all:
            self.exported.add(name)

    def doubt(self, names: Iterable[str]) -> None:
        """What these names hold is not known any more."""
        for name in names:
            self.put(name, Unknown(f"${name} is not certain"))

    def doubt_all(self) -> None:
        self.doubt(list(self.values))
        self.complete, self.positional, self.doubted = False, None, True

    def environment(self, name: str) -> Field | None:
        """What a program that is started finds in its environment."""
        is_set = name in self.values
        if (is_set and name not in self.exported) or (not is_set and not self.doubted):
            return None
        value = self.get(name)
        if isinstance(value, Unknown):
            return Field((value,))
        return Field.of(value) if isinstance(value, str) else None

    def merge(self, branches: list[Variables]) -> None:
        """Become what is certain whichever of the branches has run."""
        names = {name for branch in branches for name in branch.values}
        for name in names:
            found = [branch.get(name) for branch in branches]
            self.values[name] = (
                found[0] if all(value == found[0] for value in found) else Unknown(f"${name} is not certain")
            )
        self.exported = set.union(*(branch.exported for branch in branches))
        self.complete = all(branch.complete for branch in branches)
        self.doubted = any(branch.doubted for branch in branches)
        self.plain_splitting = all(branch.plain_splitting for branch in branches)
        self.export_all = all(branch.export_all for branch in branches)
        first = branches[0].positional
        self.positional = first if all(branch.positional == first for branch in branches) else None
