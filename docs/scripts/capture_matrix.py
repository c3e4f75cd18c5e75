"""The page of the capture matrix: ``python -m docs.scripts.capture_matrix --write``; without it only compares.

``--measure-official`` runs the matrix under the official provider first and replaces its half of the data.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from docs.scripts.page_file import add_write_option, write_or_compare
from tests.system.capture_matrix import GROUPS, TECHNIQUES
from tests.system.technique import Named, Technique

DOCS = Path(__file__).parents[1]
PAGE = DOCS / "capture-matrix.md"
OFFICIAL = DOCS / "data" / "official_capture.json"

HEAD = """\
<!-- Made by python -m docs.scripts.capture_matrix --write -->

# Capture matrix

{count} ways to touch data, each a task of two DAGs that run on a live Airflow with the LocalExecutor, a scheduler and
PostgreSQL. The test compares inputs, outputs and evidence of each attempt with this table: exactly these, nothing
else, and no error. [What is captured](capture.md) explains the evidence.

The last column is what the events of `{provider}` named when it ran the
same DAGs with this provider switched off, on Airflow {airflow}, measured on {measured}:

| | techniques |
|---|---|
{counts}

- **yes**: every input and output that this provider records, on the job of the task.
- **on a child job**: the same, some of it on a job of its own for a statement.
- **partly**: some of it.
- **-**: this provider records nothing either, or only it can be told so.

The DAGs are `tests/system/dags/capture_matrix.py` and `capture_matrix_airflow.py`, the table is
`tests/system/capture_matrix.py`.
"""
COLUMNS = ("technique", "in short", "inputs", "outputs", "official provider")
VERDICTS = ("yes", "on a child job", "partly", "no", "-")


def page() -> str:
    """The page as it has to be."""
    official = json.loads(OFFICIAL.read_text())
    verdicts = Counter(verdict(row, official["tasks"][row.key]) for row in TECHNIQUES)
    head = HEAD.format(
        count=len(TECHNIQUES),
        counts="\n".join(f"| {name} | {verdicts[name]} |" for name in VERDICTS),
        **{key: official[key] for key in ("provider", "airflow", "measured")},
    )
    parts = [head]
    for heading, rows in GROUPS.items():
        lines = [f"## {heading}", "", _line(COLUMNS), _line("---" for _ in COLUMNS)]
        lines += [_line(_cells(row, official["tasks"][row.key])) for row in rows]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def verdict(row: Technique, reported: Mapping[str, Any]) -> str:
    """How much of what a technique reads and writes the official provider's events named."""
    wanted = {(side, *_plain(named)) for side in ("inputs", "outputs") for named in getattr(row, side)}
    own, child = (_reported(reported, job) for job in ("task", "child"))
    if not wanted or row.is_our_api:
        return "-"
    if wanted <= own:
        return "yes"
    if wanted <= own | child:
        return "on a child job"
    return "partly" if wanted & (own | child) else "no"


def _reported(reported: Mapping[str, Any], job: str) -> set[tuple[str, str, str]]:
    sides = reported.get(job, {})
    return {(side, *_plain(named)) for side in ("inputs", "outputs") for named in sides.get(side, ())}


def _plain(named: Iterable[str]) -> tuple[str, str]:
    """Namespace and name without what may be spelled differently and mean the same."""
    namespace, name = named
    return re.sub("//.*@", "//", namespace), name.replace(" without slash", "").lstrip("/")


def _cells(row: Technique, reported: Mapping[str, Any]) -> list[str]:
    title = f"{row.title} ({row.note})" if row.note else row.title
    given = verdict(row, reported)
    named = [
        place for job in reported.values() for side in ("inputs", "outputs") for place in job.get(side, ())
    ]
    if given == "partly":
        given += ": " + ", ".join(f"`{_short(tuple(place))}`" for place in named)
    elif given == "no" and "sql" in reported.get("child", {}):
        given += ": the statement's text on a child job"
    if any(" without slash" in "".join(place) for place in named):
        given += ", without the slash at the start"
    if users := {user for namespace, _ in named for user in re.findall(r"//(.*)@", namespace)}:
        given += f", in a namespace with `{users.pop()}@`"
    return [title, f"`{row.how}`", _datasets(row.inputs), _datasets(row.outputs), given]


def _datasets(datasets: Mapping[Named, str]) -> str:
    return "<br>".join(f"`{_short(named)}` {evidence}" for named, evidence in datasets.items())


def _short(named: Named) -> str:
    """A dataset without the machine it is on."""
    namespace, name = named
    if namespace == "file":
        return name.partition("/")[2]
    scheme = namespace.partition(":")[0]
    if scheme in ("postgres", "mysql", "sqlite", "duckdb"):
        return f"{scheme} {name.rpartition('.')[2]}"
    if namespace.startswith("airflow-"):
        return name
    return re.sub(r"\{\w+\}", "...", f"{namespace}/{name}")


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    add_write_option(parser)
    parser.add_argument("--measure-official", action="store_true", help="run the official provider; minutes")
    options = parser.parse_args()
    if options.measure_official:
        from docs.scripts.official_capture import measure

        OFFICIAL.parent.mkdir(exist_ok=True)
        OFFICIAL.write_text(json.dumps(measure(), indent=1) + "\n")
        print(f"{OFFICIAL.relative_to(DOCS.parent)} written")
    return write_or_compare(PAGE, page(), source="the table", write=options.write)


if __name__ == "__main__":
    sys.exit(main())
