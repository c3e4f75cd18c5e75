"""What of a verdict's message stays the same from run to run, for places of which each change makes a new version."""

from __future__ import annotations

import re

MOST = 10
"""Findings, the gravest."""
_TITLE = re.compile(r"\d+\. ")
_STEADY = ("contract:", "owner:", "fix:")


def steady_text(message: str) -> str:
    """Rule, dataset, contract, owner and fix of each finding, without its message: that names runs, times and ages.

    :param message: as :class:`governance.verdict.Verdict` has it: a title, then the message in a line of its own.
    """
    told: list[str] = []
    findings = 0
    is_message = False
    for line in message.splitlines():
        if _TITLE.match(line):
            findings += 1
            if findings > MOST:
                return "\n".join([*told, "and more"])
            told.append(line)
            is_message = True
        elif is_message:
            is_message = False
        elif findings and line.startswith("  ") and line.strip().startswith(_STEADY):
            told.append(line)
    return "\n".join(told)
