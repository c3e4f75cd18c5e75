"""Write how each operator of the installed providers is captured: ``python -m docs.scripts.operators``.

Without options it prints the block; ``--write`` puts it into the page, ``--check`` only compares.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import os
import sys
import tempfile
import textwrap
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from docs.scripts.reference import block_in, write

PAGE = "operators.md"
BLOCK = "operators"

METHODS = ("get_openlineage_facets_on_complete", "get_openlineage_facets_on_start")
PYTHON = "airflow.providers.standard.operators.python.PythonOperator"
OTHER_INTERPRETER = "airflow.providers.standard.operators.python._BasePythonVirtualenvOperator"
SENSOR = "airflow.providers.standard.sensors.python.PythonSensor"

OWN_METHODS = "its own OpenLineage methods"
EXTRACTOR = "our extractor"
PARENT = "its job is told its parent"
SQL = "SQL that its hook runs"
ASSETS = "files that its hook reports"
RUNTIME = "what its code does"
EVIDENCE = {
    OWN_METHODS: "`operator`",
    EXTRACTOR: "`operator`",
    PARENT: "of the job",
    SQL: "`statement`",
    ASSETS: "`hook`",
    RUNTIME: "`runtime`",
}


@dataclass(frozen=True)
class Package:
    """An installed provider."""

    name: str
    version: str
    operators: tuple[type, ...]
    unloaded: tuple[str, ...]
    """Modules that need something which is not installed."""


def packages() -> Iterator[Package]:
    """Every installed provider that has operators, with those it can load here."""
    for point in sorted(entry_points(group="apache_airflow_provider"), key=lambda point: point.dist.name):
        info = point.load()()
        if not info["package-name"].startswith("apache-airflow-providers-"):
            continue
        loaded: list[type] = []
        unloaded: list[str] = []
        for module in sorted(set(_modules(info))):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    loaded.extend(_operators(import_module(module)))
            except Exception:
                unloaded.append(module)
        if loaded or unloaded:
            yield Package(info["package-name"], point.dist.version, tuple(loaded), tuple(unloaded))


def _modules(info: dict[str, Any]) -> Iterator[str]:
    for part in ("operators", "sensors"):
        for group in info.get(part, ()):
            yield from group["python-modules"]
    yield from (transfer["python-module"] for transfer in info.get("transfers", ()))


def _operators(module: Any) -> Iterator[type]:
    from airflow.sdk import BaseOperator

    for name, value in sorted(vars(module).items()):
        if (
            isinstance(value, type)
            and issubclass(value, BaseOperator)
            and value.__module__ == module.__name__
            and not name.startswith("_")
        ):
            yield value


def ways_of(operator: type) -> tuple[str, ...]:
    """By what the lineage of an operator is known, most telling first; nothing: only what is declared."""
    ways = [OWN_METHODS] if _own_methods(operator) else []
    ways += _by_extractor(operator, said_already=bool(ways))
    if _has_callable(operator) and not _is(operator, OTHER_INTERPRETER):
        ways.append(RUNTIME)
    hooks = set(_hooks_of(operator))
    if hasattr(operator, "get_db_hook") or any(_runs_sql(hook) for hook in hooks):
        ways.append(SQL)
    calls = {name for base in _bases(operator) for name in _called_in(_tree(base))}
    if any(calls & _reporting_methods(hook) for hook in hooks):
        ways.append(ASSETS)
    return tuple(ways)


def row_of(operator: type) -> str:
    """Line of the table for an operator that is known by something."""
    ways = ways_of(operator)
    evidence = ", ".join(dict.fromkeys(EVIDENCE[way] for way in ways))
    return f"| `{operator.__name__}` | {evidence} | {', '.join(ways)} |"


def _own_methods(operator: type) -> bool:
    from airflow_lineage_provider.capture.sources.operator import NOT_ASKED

    found = next((getattr(operator, name) for name in METHODS if hasattr(operator, name)), None)
    return found is not None and found.__module__ not in NOT_ASKED


def _by_extractor(operator: type, *, said_already: bool) -> list[str]:
    from airflow_lineage_provider.capture.extractors.extractor import Extractor
    from airflow_lineage_provider.capture.extractors.registry import extractor_of

    extractor = extractor_of(operator)
    ways = []
    extracts = extractor is not None and type(extractor).extract is not Extractor.extract
    # For a Python function it says where the code is and not what the code does.
    if extracts and not _has_callable(operator) and (extractor.beside_openlineage or not said_already):
        ways.append(EXTRACTOR)
    if extractor is not None and type(extractor).prepare is not Extractor.prepare:
        ways.append(PARENT)
    return ways


def _has_callable(operator: type) -> bool:
    return _is(operator, PYTHON) or _is(operator, SENSOR)


def _is(operator: type, dotted: str) -> bool:
    return any(f"{base.__module__}.{base.__qualname__}" == dotted for base in operator.__mro__)


def _bases(operator: type) -> list[type]:
    return [base for base in operator.__mro__ if base.__module__.startswith("airflow.providers.")]


def _hooks_of(operator: type) -> Iterator[type]:
    """Hooks that the operator's own code, or that of its bases in providers, names."""
    for base in _bases(operator):
        module = sys.modules[base.__module__]
        for name in {node.id for node in ast.walk(_tree(base)) if isinstance(node, ast.Name)}:
            found = getattr(module, name, None)
            if isinstance(found, type) and ".hooks." in found.__module__:
                yield found


@cache
def _runs_sql(hook: type) -> bool:
    from airflow.providers.common.sql.hooks.sql import DbApiHook

    return issubclass(hook, DbApiHook)


@cache
def _reporting_methods(hook: type) -> frozenset[str]:
    """Methods of a hook that tell the collector of a file, by themselves or through others of its methods."""
    methods: dict[str, ast.AST] = {}
    for base in reversed(hook.__mro__):
        if base.__module__.startswith("airflow.providers."):
            methods |= {
                node.name: node for node in ast.walk(_tree(base)) if isinstance(node, ast.FunctionDef)
            }
    found: set[str] = set()
    while more := {
        name
        for name, body in methods.items()
        if name not in found and _called_in(body) & (found | {"add_input_asset", "add_output_asset"})
    }:
        found |= more
    return frozenset(found)


def _called_in(tree: ast.AST) -> set[str]:
    return {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


@cache
def _tree(of: type) -> ast.AST:
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(of)))
    except OSError:  # made at run time
        return ast.Module([], [])


def block() -> str:
    """The generated part of the page."""
    found = list(packages())
    lines = ["| provider | version | operators | of them known by something |", "|---|---|---|---|"]
    for package in found:
        known = sum(bool(ways_of(operator)) for operator in package.operators)
        lines.append(
            f"| [{package.name}](#{package.name}) | {package.version} | {len(package.operators)} | {known} |"
        )
    total = sum(len(package.operators) for package in found)
    counts = Counter(way for package in found for one in package.operators for way in ways_of(one))
    lines += ["", f"{total} operators and sensors. Some are known by more than one way:", ""]
    lines += ["| way | evidence | operators |", "|---|---|---|"]
    lines += [f"| {way} | {EVIDENCE[way]} | {counts[way]} |" for way in EVIDENCE]
    return "\n".join([*lines, *(line for package in found for line in _section(package))])


def _section(package: Package) -> Iterator[str]:
    yield from ("", f"## {package.name}", "", f"Version {package.version}.")
    known = [operator for operator in package.operators if ways_of(operator)]
    if known:
        yield from ("", "| operator | evidence | from |", "|---|---|---|")
        yield from sorted(map(row_of, known))
    if rest := sorted(
        {operator.__name__ for operator in package.operators} - {one.__name__ for one in known}
    ):
        yield from ("", f"Only what is declared: {_list(rest)}.")
    if package.unloaded:
        yield from ("", f"Not looked at, they need what is not installed: {_list(package.unloaded)}.")


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the page")
    parser.add_argument("--check", action="store_true", help="exit with 1 where the page differs")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("AIRFLOW_HOME", home)
        os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
        text = block()
        if chosen.check:
            differs = block_in(PAGE, BLOCK) != text
            print(f"docs/{PAGE}: {'differs from what is installed' if differs else 'up to date'}")
            return int(differs)
        if chosen.write:
            write(PAGE, BLOCK, text)
            print(f"docs/{PAGE}: written")
        else:
            print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
