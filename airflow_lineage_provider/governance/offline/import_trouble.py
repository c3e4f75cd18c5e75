"""Why a DAG file could not be loaded, and at which of its lines, out of what Airflow says about it."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from airflow_lineage_provider.model.dataset_id import strip_credentials_in
from airflow_lineage_provider.model.error_text import MAX_LENGTH
from airflow_lineage_provider.model.printable import line_of

_FRAME = re.compile(r'\s+File "(?P<file>[^"\n]+)", line (?P<line>\d+)')


@dataclass(frozen=True, slots=True)
class ImportTrouble:
    """A file that Airflow would list as an import error."""

    path: str
    message: str
    line: int | None = None


def trouble_of(path: str, said: str) -> ImportTrouble:
    """Read a traceback or a message.

    :param said: what ``DagBag.import_errors`` holds: as a rule a traceback, else ``Error: message``.
    """
    lines = said.splitlines()
    wanted = os.path.realpath(path)
    line, last = None, -1
    for index, text in enumerate(lines):
        if (match := _FRAME.match(text)) is None:
            continue
        last = index
        if os.path.realpath(match["file"]) == wanted:
            line = int(match["line"])
    # Code and carets under a frame are indented; what follows says what happened.
    told = [text for text in lines[last + 1 :] if text.strip() and not text[:1].isspace()]
    message = told[0] if told else next((text.strip() for text in lines if text.strip()), "")
    return ImportTrouble(path, _short(message) or "it cannot be loaded", line)


def _short(message: str) -> str:
    """Airflow's exceptions with their names alone: where they are defined helps nobody."""
    kind, colon, rest = message.partition(":")
    name = kind.rpartition(".")[2] if re.fullmatch(r"[\w.]+", kind) else kind
    return line_of(strip_credentials_in(f"{name}{colon}{rest}"))[:MAX_LENGTH]
