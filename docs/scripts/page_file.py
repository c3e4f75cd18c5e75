"""A page that a script makes: written, or compared with what the script makes now."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_write_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--write", action="store_true", help="write the page; without it a stale one exits with 1"
    )


def write_or_compare(page: Path, made: str, *, source: str, write: bool) -> int:
    """Returns the exit code.

    :param source: what the page is made from.
    """
    is_stale = not page.exists() or page.read_text() != made
    if is_stale and write:
        page.write_text(made)
    if is_stale:
        print(f"docs/{page.name} {'written' if write else f'differs from {source}'}")
    return int(is_stale and not write)
