"""A YAML text as plain JSON values, with the line of every value.

Not ``yaml.safe_load``: it turns unquoted dates into dates, which no contract field takes, keeps the last of two equal
keys without a word, forgets the lines and lets a few aliases grow into gigabytes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import yaml

from airflow_lineage_provider.contracts.error import ContractError, Path, Problem

MAX_BYTES = 2 * 1024 * 1024
"""Size of a contract file. The largest public sample, 68 tables with 456 columns, has 192 KB."""
MAX_VALUES = 200_000
"""Values after aliases are expanded."""
MAX_DEPTH = 64

_SCALARS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("null", "bool", "int", "float", "str"))
_COLLECTIONS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("map", "seq"))
_MERGE = "tag:yaml.org,2002:merge"
_TEXT = "tag:yaml.org,2002:str"


class _Loader(yaml.SafeLoader):
    """SafeLoader that leaves dates as the text they are."""


_Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(slots=True)
class Document:
    """A mapping read from YAML."""

    source: str
    data: dict[str, Any]
    lines: dict[Path, int] = field(default_factory=dict)
    """Line of the key (or list item) at a path, counted from 1."""
    written: dict[Path, str] = field(default_factory=dict)
    """Scalars that are not text, as they stand in the file: ``1.10`` reads as the number 1.1."""

    def problem(self, path: Path, message: str) -> Problem:
        """Build a problem at a path; the line is that of the nearest part that exists."""
        known = path
        while known and known not in self.lines:
            known = known[:-1]
        return Problem(self.source, message, path, self.lines.get(known, 1))


def parse(text: str, source: str) -> Document:
    """Read YAML whose top level is a mapping. Raises :class:`ContractError`."""

    def fail(message: str, line: int | None = None) -> ContractError:
        return ContractError([Problem(source, message, (), line)])

    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise fail(f"the file is larger than {MAX_BYTES // 1024} KB; split it into one contract per file")
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else None
        hint = "; YAML indents with spaces, not with tabs" if "\\t" in str(error.problem) else ""
        raise fail(f"not valid YAML: {error.problem or error.context}{hint}", line) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1 if isinstance(error.position, int) else None
        raise fail(f"holds a character that YAML does not allow ({error.reason})", line) from None
    except RecursionError:
        raise fail("is nested too deeply") from None
    except (yaml.YAMLError, ValueError) as error:
        # PyYAML converts some escapes and version directives without a check of its own.
        raise fail(f"not valid YAML: {error}") from None
    if node is None:
        raise fail("the file is empty; a contract starts with apiVersion, kind, id and version")
    if not isinstance(node, yaml.MappingNode):
        kind = "a list" if isinstance(node, yaml.SequenceNode) else "a single value"
        raise fail(
            f"the top level is {kind}; a contract is a mapping with apiVersion, kind, id and version", 1
        )
    document = Document(source, {})
    document.data = _Reader(loader, document).read(node, (), 0)
    return document


class _Reader:
    """Turns a node tree into values: text keys only, no duplicate keys, bounded aliases."""

    def __init__(self, loader: _Loader, document: Document) -> None:
        self.loader = loader
        self.document = document
        self.values = 0

    def fail(self, node: yaml.Node, path: Path, message: str) -> ContractError:
        line = node.start_mark.line + 1
        return ContractError([Problem(self.document.source, message, path, line)])

    def read(self, node: yaml.Node, path: Path, depth: int) -> Any:
        self.values += 1
        if self.values > MAX_VALUES:
            raise self.fail(node, (), f"holds more than {MAX_VALUES} values once its aliases are expanded")
        if depth > MAX_DEPTH:
            raise self.fail(node, (), f"is nested more than {MAX_DEPTH} deep, or an alias holds itself")
        self.document.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode) and node.tag in _COLLECTIONS:
            return self._mapping(node, path, depth)
        if isinstance(node, yaml.SequenceNode) and node.tag in _COLLECTIONS:
            return [self.read(item, (*path, index), depth + 1) for index, item in enumerate(node.value)]
        if isinstance(node, yaml.ScalarNode) and node.tag in _SCALARS:
            return self._scalar(node, path)
        raise self.fail(node, path, f"has the YAML tag {node.tag}, which a contract cannot have; remove it")

    def _mapping(self, node: yaml.MappingNode, path: Path, depth: int) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if key_node.tag == _MERGE:
                sources = value_node.value if isinstance(value_node, yaml.SequenceNode) else [value_node]
                for source in sources:
                    value = self.read(source, path, depth + 1)
                    if not isinstance(value, dict):
                        raise self.fail(key_node, path, "<< merges mappings only")
                    merged = {**value, **merged}
                continue
            if not isinstance(key_node, yaml.ScalarNode):
                raise self.fail(key_node, path, "a key must be text")
            key = self._text(key_node, path, key_node.value)
            if key in own:
                raise self.fail(key_node, (*path, key), "stands here twice; keep one of them")
            self.document.lines[(*path, key)] = key_node.start_mark.line + 1
            own[key] = self.read(value_node, (*path, key), depth + 1)
        return {**merged, **own}

    def _scalar(self, node: yaml.ScalarNode, path: Path) -> Any:
        if node.tag == _TEXT:
            return self._text(node, path, node.value)
        try:
            value = self.loader.construct_object(node)
        except (ValueError, OverflowError, KeyError, IndexError, yaml.YAMLError):
            kind = node.tag.rpartition(":")[2]
            raise self.fail(node, path, f"cannot be read as {kind}; write it in quotes") from None
        if isinstance(value, float) and not math.isfinite(value):
            raise self.fail(node, path, "is no finite number; write it in quotes if it is text")
        if isinstance(value, int) and abs(value) > 2**63 - 1:
            raise self.fail(node, path, "is too large a number; write it in quotes if it is text")
        self.document.written[path] = str(node.value)
        return value

    def _text(self, node: yaml.Node, path: Path, text: str) -> str:
        if "\0" in text or any("\ud800" <= letter <= "\udfff" for letter in text if letter > "\ud7ff"):
            raise self.fail(
                node, path, "holds a character that no database can store (NUL or half a surrogate pair)"
            )
        return text
