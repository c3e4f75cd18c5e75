"""Write the reference pages from the code: ``python -m docs.scripts.reference``; ``--check`` only compares."""

from __future__ import annotations

import argparse
import ast
import os
import re
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

DOCS = Path(__file__).parents[1]
WIDTH = 118
"""Characters of a line."""
VERSIONS = DOCS.parent / "airflow_lineage_provider" / "store" / "migrations" / "versions"


def commands() -> str:
    """Every ``airflow lineage`` command with its options, from the parser that Airflow builds."""
    from airflow.cli.cli_parser import _add_command

    from airflow_lineage_provider.cli.definition import get_lineage_cli_commands

    parser = argparse.ArgumentParser(prog="airflow", add_help=False)
    groups = parser.add_subparsers()
    for command in get_lineage_cli_commands():
        _add_command(groups, command)
    return "\n\n".join(_command(leaf) for leaf in _leaves(parser))


def _leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    nested = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in nested:
        for child in action.choices.values():
            yield from _leaves(child)
    if not nested:
        yield parser


def _command(parser: argparse.ArgumentParser) -> str:
    lines = [f"## `{parser.prog}`", "", f"{_sentence(str(parser.description or ''))}", ""]
    rows = [_option(action) for action in parser._actions if action.dest != "help"]
    if not rows:
        return "\n".join([*lines, "No options."])
    return "\n".join([*lines, "| option | meaning |", "|---|---|", *rows])


def _option(action: argparse.Action) -> str:
    names = ", ".join(action.option_strings) or str(action.metavar or action.dest)
    if action.option_strings and action.nargs != 0:
        names += f" {action.metavar or action.dest.upper()}"
    elif action.nargs in ("*", "+"):
        names += " ..."
    meaning = " ".join(str(action.help or "").split())
    if action.choices:
        meaning = (
            f"{meaning.partition(' Allowed values')[0].rstrip('.')}: {', '.join(map(str, action.choices))}"
        )
    if action.required and action.option_strings:
        meaning += "; required"
    if action.default not in (None, False, argparse.SUPPRESS) and "default" not in meaning:
        meaning += f"; default: {action.default}"
    return f"| `{names}` | {meaning.replace('|', chr(92) + '|')} |"


def options() -> str:
    """Every option of section ``[lineage_provider]``, from the provider info that Airflow reads."""
    from airflow_lineage_provider.get_provider_info import get_provider_info

    parts = []
    for section, content in get_provider_info()["config"].items():
        for name, option in content["options"].items():
            default = f"`{option['default']}`" if option["default"] != "" else "empty"
            facts = [f"Type: {option['type']}", f"default: {default}"]
            if option["example"]:
                facts.append(f"example: `{option['example']}`")
            facts.append(f"since {option['version_added']}")
            variable = f"AIRFLOW__{section.upper()}__{name.upper()}"
            description = textwrap.fill(_markdown(option["description"]), WIDTH, break_on_hyphens=False)
            parts.append(f"### `{name}`\n\n{description}\n\n{', '.join(facts)}.\nVariable: `{variable}`.")
    return "\n\n".join(parts)


def tables() -> str:
    """Every table with what a row of it is."""
    from airflow_lineage_provider.store.tables import Base

    rows = {
        str(mapper.class_.__tablename__): _first_sentence(str(mapper.class_.__doc__ or ""))
        for mapper in Base.registry.mappers
    }
    lines = [f"| `{name}` | {rows[name]} |" for name in sorted(rows)]
    return "\n".join(["| table | a row is |", "|---|---|", *lines])


def migrations() -> str:
    """Every revision, oldest first, from the revision files."""
    lines = ["| provider version | revision | follows | what |", "|---|---|---|---|"]
    for path in sorted(VERSIONS.glob("[0-9]*.py")):
        tree = ast.parse(path.read_text())
        values = {
            node.targets[0].id: ast.literal_eval(node.value)
            for node in tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        title = _first_sentence(ast.get_docstring(tree) or "")
        before = f"`{values['down_revision']}`" if values["down_revision"] else "-"
        lines.append(f"| {values['provider_version']} | `{values['revision']}` | {before} | {title} |")
    return "\n".join(lines)


BLOCKS: dict[str, tuple[str, Callable[[], str]]] = {
    "commands": ("cli.md", commands),
    "options": ("configuration.md", options),
    "tables": ("database.md", tables),
    "migrations": ("database.md", migrations),
}
"""Name of a block to the page it stands in and what makes it."""


def block_in(page: str, name: str) -> str:
    """Text of a page's block as it is."""
    return _pattern(name).search((DOCS / page).read_text())["body"].strip()  # type: ignore[index]


def write(page: str, name: str, text: str) -> None:
    """Replace a block of a page."""
    path = DOCS / page
    path.write_text(
        _pattern(name).sub(lambda match: f"{match['begin']}\n\n{text}\n\n{match['end']}", path.read_text())
    )


def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<begin><!-- {name}:begin[^>]*-->)(?P<body>.*?)(?P<end><!-- {name}:end -->)", re.DOTALL
    )


def _markdown(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


def _first_sentence(text: str) -> str:
    return _markdown(re.split(r"(?<=\.)\s|\n\n", text.strip(), maxsplit=1)[0]).rstrip(".")


def _sentence(text: str) -> str:
    text = _markdown(text).rstrip(".")
    return f"{text}." if text else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="exit with 1 where a page and the code differ")
    only_check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as home:
        os.environ.setdefault("AIRFLOW_HOME", home)
        os.environ.setdefault("AIRFLOW__CORE__LOAD_EXAMPLES", "False")
        stale = [name for name, (page, make) in BLOCKS.items() if block_in(page, name) != make()]
        if not only_check:
            for name in stale:
                page, make = BLOCKS[name]
                write(page, name, make())
    for name in stale:
        print(f"docs/{BLOCKS[name][0]}: block {name} {'differs from the code' if only_check else 'written'}")
    return int(only_check and bool(stale))


if __name__ == "__main__":
    sys.exit(main())
