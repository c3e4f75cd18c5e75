"""What a program finds on its standard input, as far as the command line says."""

from __future__ import annotations

from dataclasses import dataclass, field

from airflow_lineage_provider.capture.extractors.shell.field import Field, Unknown


@dataclass(frozen=True, slots=True)
class FileText:
    """The content of a file, which is read only if somebody has to understand it."""

    path: str


@dataclass(slots=True)
class Pipe:
    """Text that goes from one program to another, or from a here-document into one."""

    parts: list[str | Unknown | FileText] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.parts.append(text)

    def add_field(self, field: Field) -> None:
        self.parts.extend(field.parts)

    def add_file(self, path: str) -> None:
        self.parts.append(FileText(path))

    def add_unknown(self, reason: str) -> None:
        self.parts.append(Unknown(reason))

    @property
    def text(self) -> str | None:
        """All of it, if the command line itself says all of it."""
        known = [part for part in self.parts if isinstance(part, str)]
        return "".join(known) if len(known) == len(self.parts) else None
