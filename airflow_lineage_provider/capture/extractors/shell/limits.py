"""How much of a command is looked at. What is beyond is left out by name."""

from __future__ import annotations

MOST_CHARACTERS = 200_000
"""Of a command, a script file or a file with SQL."""
MOST_COMMANDS = 2_000
"""Simple commands that are followed, a loop's body once for each of its words."""
MOST_DEPTH = 200
"""Constructs inside one another."""
MOST_NESTED_SCRIPTS = 4
"""``bash -c`` inside ``bash -c``, ``eval``, and functions that call one another."""
MOST_SCRIPT_FILES = 20
MOST_DATASETS = 500
MOST_STATEMENTS = 200
MOST_STATEMENT_CHARACTERS = 1_000_000
"""Of all statements together."""
MOST_GLOBBED = 100
"""Files that one pattern is replaced by; with more of them, their folder stands for them."""
MOST_FIELDS = 2_000
"""Words that one word may become by braces and variables."""
MOST_WORDS = 3_000
"""Of one simple command."""
MOST_NOTES = 40
SECONDS = 0.3
"""For all of it; also for the parser alone."""
