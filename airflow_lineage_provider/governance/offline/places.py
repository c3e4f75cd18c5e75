"""Where in files a finding is to be seen: the line of a task, a DAG or a contract."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from airflow_lineage_provider.contracts.load import LoadedContract
from airflow_lineage_provider.governance.offline.contract_files import document_of


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line of a file."""

    path: str
    line: int | None = None
    """Counted from 1; ``None``: the file as a whole."""

    def __str__(self) -> str:
        return self.path if self.line is None else f"{self.path}:{self.line}"


def place_of_task(path: str, dag_id: str, task_id: str | None) -> Place:
    """Where a task is made; else where its DAG is, as far as the text of the file shows it."""
    lines = _lines(path)
    name = (task_id or "").rpartition(".")[2]
    for key in ((name, True), (dag_id, False)):
        if key[0] and key in lines:
            return Place(path, lines[key])
    return Place(path, min((line for (_, is_task), line in lines.items() if not is_task), default=1))


def place_of_contract(contract: LoadedContract, schema_name: str | None = None) -> Place:
    """Where a contract, or an object of it, stands."""
    document = document_of(contract)
    if document is None:
        return Place(contract.source)
    items = document.data.get("schema") or ()
    index = next((at for at, item in enumerate(items) if item.get("name") == schema_name), None)
    path: tuple[str | int, ...] = ("schema", index) if index is not None else ("id",)
    return Place(contract.source, document.problem(path, "").line)


@cache
def _lines(path: str) -> dict[tuple[str, bool], int]:
    """Line by (name, whether it is a task)."""
    try:
        tree = ast.parse(Path(path).read_text("utf-8"))
    except (OSError, ValueError, SyntaxError, RecursionError):
        return {}
    found: dict[tuple[str, bool], int] = {}
    for name, is_task, line in _named(tree):
        found.setdefault((name, is_task), line)
    return found


def _named(tree: ast.AST) -> Iterator[tuple[str, bool, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if keyword.arg in ("task_id", "dag_id") and (text := _text(keyword.value)):
                    yield text, keyword.arg == "task_id", node.lineno
            if _called(node.func) == "DAG" and node.args and (text := _text(node.args[0])):
                yield text, False, node.lineno
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                is_dag = _called(decorator) == "dag"
                if is_dag or _called(decorator).startswith("task"):
                    yield node.name, not is_dag, decorator.lineno


def _text(value: ast.expr) -> str | None:
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else None


def _called(function: ast.expr) -> str:
    """Name of a decorator or function: ``task`` of ``@task.bash(...)``."""
    if isinstance(function, ast.Call):
        return _called(function.func)
    if isinstance(function, ast.Attribute):
        outer = _called(function.value)
        return outer if outer == "task" else function.attr
    return function.id if isinstance(function, ast.Name) else ""
