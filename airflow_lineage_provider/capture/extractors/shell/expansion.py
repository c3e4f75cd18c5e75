"""From a word as it is written to the arguments that a program gets."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from airflow_lineage_provider.capture.extractors.shell.atom import (
    Atom,
    Opaque,
    Quoting,
    Text,
    Variable,
    atoms_of,
)
from airflow_lineage_provider.capture.extractors.shell.braces import brace_expanded
from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain, Unknown
from airflow_lineage_provider.capture.extractors.shell.limits import MOST_FIELDS
from airflow_lineage_provider.capture.extractors.shell.parameter import changed
from airflow_lineage_provider.capture.extractors.shell.variables import Value, Variables

_SPACE = re.compile(r"[ \t\n]+")
_WILDCARD = re.compile(r"[*?[]")
_MAGIC = re.compile(r"[*?]|\[[^]]+\]")
Outputs = Mapping[int, str]
"""What command substitutions print, where that is certain, by the offset they start at."""


@dataclass(slots=True)
class _Building:
    """Fields of one word while it is expanded."""

    fields: list[Field] = field(default_factory=list)
    parts: list[str | Unknown] = field(default_factory=list)
    pattern: list[str] = field(default_factory=list)
    exists: bool = False
    several: bool = False

    def add(self, text: str, *, quoted: bool) -> None:
        self.parts.append(text)
        self.pattern.append(_WILDCARD.sub(r"[\g<0>]", text) if quoted else text)
        self.exists = self.exists or quoted or bool(text)
        if quoted:
            return
        self._has_wildcard = self._has_wildcard or bool(_WILDCARD.search(text))

    _has_wildcard: bool = False

    def add_unknown(self, unknown: Unknown, *, quoted: bool) -> None:
        self.parts.append(unknown)
        self.exists = True
        self.several = self.several or not quoted

    def end(self) -> None:
        if self.exists:
            joined: list[str | Unknown] = []
            for part in self.parts:
                if isinstance(part, str) and joined and isinstance(joined[-1], str):
                    joined[-1] += part
                elif part != "":
                    joined.append(part)
            pattern = "".join(self.pattern)
            is_glob = self._has_wildcard and not self.several and _MAGIC.search(_unescaped(pattern))
            self.fields.append(Field(tuple(joined) or ("",), pattern if is_glob else None, self.several))
            if len(self.fields) > MOST_FIELDS:
                raise NotCertain("it stands for too many words")
        self.parts, self.pattern, self.exists, self.several = [], [], False, False
        self._has_wildcard = False


def _unescaped(pattern: str) -> str:
    return re.sub(r"\[[*?[]\]", "x", pattern)


class Expansion:
    """Expands the words of one script with the variables of one shell."""

    def __init__(self, variables: Variables, source: str, inner: Mapping[int, int], outputs: Outputs) -> None:
        self._variables = variables
        self._source = source
        self._inner = inner
        self._outputs = outputs

    def fields(self, start: int, end: int) -> list[Field]:
        """Arguments that a word becomes: after braces, variables and splitting, before wildcards."""
        atoms = atoms_of(self._source, start, end, self._inner, Quoting.NONE)
        try:
            words = [word for part in _split_at_blanks(atoms) for word in brace_expanded(part)]
            return [made for word in words for made in self._fields(word)]
        except NotCertain as doubt:
            return [Field((Unknown(str(doubt)),), several=True)]

    def whole(self, start: int, end: int, quoting: Quoting = Quoting.NONE) -> Field:
        """One text: the value of an assignment, the name of a redirect, the lines of a here-document."""
        return self._joined(atoms_of(self._source, start, end, self._inner, quoting))

    def _joined(self, atoms: list[Atom]) -> Field:
        building = _Building()
        for atom in atoms:
            for value in self._values(atom, alone=True):
                if isinstance(value, Unknown):
                    building.add_unknown(value, quoted=True)
                else:
                    building.add(value, quoted=getattr(atom, "quoted", True))
        building.exists = True
        building.end()
        return building.fields[0]

    def _fields(self, atoms: list[Atom]) -> list[Field]:
        building = _Building()
        for atom in atoms:
            if isinstance(atom, Text):
                building.add(atom.text, quoted=atom.quoted)
                continue
            elements = self._values(atom, alone=False)
            if not elements and atom.quoted and not (isinstance(atom, Variable) and _is_list(atom)):
                elements = [""]
            for index, value in enumerate(elements):
                if index:
                    building.end()
                if isinstance(value, Unknown):
                    building.add_unknown(value, quoted=atom.quoted)
                elif atom.quoted:
                    building.add(value, quoted=True)
                else:
                    self._split(value, building)
        # Quotes around "$@" alone leave no word if there is nothing in it.
        if _only_empty_list(atoms, self._values):
            return []
        building.end()
        return building.fields

    def _split(self, value: str, building: _Building) -> None:
        if not self._variables.plain_splitting and value:
            building.add_unknown(Unknown("words are split in another way than usual"), quoted=False)
            return
        for index, piece in enumerate(_SPACE.split(value)):
            if index:
                building.end()
            building.add(piece, quoted=False)

    def _values(self, atom: Atom, *, alone: bool) -> list[str | Unknown]:
        """Text of an atom: several for a list of arguments.

        :param alone: whether it is to be one text, with the elements of a list joined by spaces.
        """
        if isinstance(atom, Text):
            return [atom.text]
        if isinstance(atom, Opaque):
            known = self._outputs.get(atom.start)
            return [Unknown(atom.reason) if known is None else known]
        try:
            value = self._value(atom)
        except NotCertain as doubt:
            return [Unknown(str(doubt))]
        if isinstance(value, tuple) and (alone or atom.name == "*" or atom.index == "*"):
            return (
                [" ".join(value)]
                if self._variables.plain_splitting
                else [Unknown("a list is joined in another way")]
            )
        if isinstance(value, tuple):
            return list(value)
        return [] if value is None else [value]

    def _value(self, atom: Variable) -> Value:
        value = self._stored(atom)
        operator = atom.operator
        if not operator:
            return value
        if operator == "~":
            return value if isinstance(value, str) and value else Unknown("the home folder is not known")
        if isinstance(value, Unknown):
            return value
        if operator == "length":
            return str(len(value or ""))
        if operator.lstrip(":") in ("-", "+", "=", "?"):
            return self._chosen(atom, value)
        if isinstance(value, tuple):
            return Unknown(f"${{{atom.name}}} is changed in a way that is not understood")
        argument = self._argument(atom, pattern=operator[0] in "#%")
        return changed(atom.name, operator, argument, value or "")

    def _chosen(self, atom: Variable, value: Value) -> Value:
        given = bool(value) if atom.operator[0] == ":" else value is not None
        kind = atom.operator[-1]
        if kind == "+":
            return self._argument(atom) if given else ""
        if given:
            return value
        if kind == "?":
            # The shell ends here, so nothing is certain about what follows.
            raise NotCertain(f"${atom.name} is not set")
        argument = self._argument(atom)
        if kind == "=":
            self._variables.put(atom.name, argument)
        return argument

    def _argument(self, atom: Variable, *, pattern: bool = False) -> str:
        raw = atom.argument
        if "$(" in raw or "`" in raw or "${" in raw or "<(" in raw:
            raise NotCertain(f"${{{atom.name}}} is changed in a way that is not understood")
        quoting = Quoting.DOUBLE if atom.quoted and not pattern else Quoting.NONE
        atoms = atoms_of(raw, 0, len(raw), {}, quoting)
        if pattern and any(
            isinstance(part, Text) and part.quoted and _WILDCARD.search(part.text) for part in atoms
        ):
            raise NotCertain(f"${{{atom.name}}} is changed in a way that is not understood")
        return self._joined(atoms).sure()

    def _stored(self, atom: Variable) -> Value:
        name = atom.name
        if name in ("@", "*") or name.isdigit() or name == "#":
            return self._positional(name)
        value = self._variables.get(name)
        if not atom.index:
            return value[0] if isinstance(value, tuple) and value else None if value == () else value
        if isinstance(value, Unknown):
            return value
        elements = value if isinstance(value, tuple) else () if value is None else (value,)
        if atom.index in ("@", "*"):
            return elements
        if atom.index.isdigit() and atom.index.isascii() and len(atom.index) < 6:
            return elements[int(atom.index)] if int(atom.index) < len(elements) else None
        return Unknown(f"an element of ${name} is not known")

    def _positional(self, name: str) -> Value:
        given = self._variables.positional
        if name == "0" or given is None:
            return Unknown(f"${name} is not known")
        if name == "#":
            return str(len(given))
        if name in ("@", "*"):
            doubt = next((part.unknown for part in given if part.unknown), None)
            return doubt or tuple(part.sure() for part in given)
        if len(name) > 4 or int(name) > len(given):
            return None
        chosen = given[int(name) - 1]
        return chosen.unknown or chosen.sure()


def _split_at_blanks(atoms: list[Atom]) -> list[list[Atom]]:
    """Words that the grammar has taken for one: none has an unquoted blank."""
    if not any(isinstance(atom, Text) and not atom.quoted and _SPACE.search(atom.text) for atom in atoms):
        return [atoms]
    words: list[list[Atom]] = [[]]
    for atom in atoms:
        if not isinstance(atom, Text) or atom.quoted:
            words[-1].append(atom)
            continue
        for index, piece in enumerate(_SPACE.split(atom.text)):
            if index:
                words.append([])
            if piece:
                words[-1].append(Text(piece, False))
    return [word for word in words if word]


def _is_list(atom: Variable) -> bool:
    return (atom.name == "@" or atom.index == "@") and not atom.operator


def _only_empty_list(atoms: list[Atom], values: Callable[..., list[str | Unknown]]) -> bool:
    lists = [atom for atom in atoms if isinstance(atom, Variable) and atom.quoted and _is_list(atom)]
    others = [atom for atom in atoms if atom not in lists and not (isinstance(atom, Text) and not atom.text)]
    return bool(lists) and not others and not any(values(atom, alone=False) for atom in lists)
