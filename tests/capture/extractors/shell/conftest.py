"""The grammar, read once: what parses a command is forked from here, and would read it again each time."""

from __future__ import annotations

import tree_sitter
import tree_sitter_bash

assert tree_sitter.Language(tree_sitter_bash.language())
