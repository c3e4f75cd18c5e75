"""What the note of a DAG run says about the gate. It is Markdown, and part of a note that people may have written."""

from __future__ import annotations

import re
from datetime import datetime
from urllib.parse import quote

from airflow_lineage_provider.governance.gates.run_decision import RunDecision
from airflow_lineage_provider.model.error_line import first_line
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.printable import line_of
from airflow_lineage_provider.store.run_notes import MAX_NOTE

MAX_OURS = 900
"""Characters."""
BEGIN = "**Lineage gate**"
END_OF_BLOCK = "Fix, then clear this run."
END_OF_OTHERS = "Nothing was held back."
_GAP = "\n\n"
_CODE = "`"
_LONGEST_LINE = 260
_LONGEST_LINK = 300
_OURS = re.compile(
    rf"{re.escape(BEGIN)}.*(?:{re.escape(END_OF_BLOCK)}|{re.escape(END_OF_OTHERS)})", re.DOTALL
)
_NOT_IN_NOTES = ("known by:",)
"""Lines that say less than they take."""
_TITLE = re.compile(r"\d+\. ")
_LAST = ("waive:",)
"""Lines that go first where there is no room."""


def findings_link(dag_id: str, base_url: str) -> str:
    """Where the UI shows the findings of a DAG; without a base URL it starts at the root of the site."""
    page = f"{base_url.rstrip('/')}/plugin/lineage?view=findings"
    link = f"{page}&dag_id={quote(dag_id)}"
    return link if len(link) <= _LONGEST_LINK else page


def with_decision(note: str, decision: RunDecision, link: str) -> str | None:
    """The note with what the gate decided; what people wrote stays as it is.

    ``None``: there is no room, or nothing to change.
    """
    own = without_ours(note)
    room = min(MAX_OURS, MAX_NOTE - len(own) - (len(_GAP) if own else 0))
    ours = _section(decision, link, room)
    if ours is None:
        return own if own != note else None
    return f"{own}{_GAP}{ours}" if own else ours


def with_outcome(note: str, decision: RunDecision, now: datetime) -> str | None:
    """The note of a run that was told of before and meets the gate again, with nothing new to tell.

    ``None``: the gate wrote none.
    """
    if _OURS.search(note) is None:
        return None
    own = without_ours(note)
    passed = f"passed on {now:%Y-%m-%d at %H:%M} UTC, after findings."
    told = (
        passed if decision.does is Level.OFF else _plain(f"{decision.headline} {first_line(decision.told)}")
    )
    ours = f"{BEGIN}: {_cut(told, _LONGEST_LINE)} {END_OF_OTHERS}"
    if len(own) + len(_GAP) + len(ours) > MAX_NOTE:
        return own
    return f"{own}{_GAP}{ours}" if own else ours


def without_ours(note: str) -> str:
    """What people wrote."""
    found = _OURS.search(note)
    if found is None:
        return note
    before, after = note[: found.start()].rstrip(), note[found.end() :].strip()
    return _GAP.join(part for part in (before, after) if part)


def _section(decision: RunDecision, link: str, room: int) -> str | None:
    head = f"{BEGIN}: {_plain(decision.headline)}"
    end = END_OF_BLOCK if decision.blocks else END_OF_OTHERS
    see = f"[All that was found]({link})"
    lines = decision.told.splitlines()
    summary, rest = (_plain(lines[0]), lines[1:]) if lines else ("", [])
    frame = [f"{head} {summary}", see, end]
    left = room - len(_GAP.join(frame)) - len(_GAP)
    if left < 0:
        shorter = next((each for each in ([head, see, end], [head, end]) if _length(each) <= room), None)
        return _GAP.join(shorter) if shorter is not None else None
    reasons = _reasons(rest, left)
    return _GAP.join([frame[0], *([reasons] if reasons else []), see, end])


def _reasons(lines: list[str], room: int) -> str:
    """As many lines as fit, in their order; ways to waive only where all else fits."""
    told = [line.strip() for line in lines if line.strip() and not line.strip().startswith(_NOT_IN_NOTES)]
    needed = [line for line in told if not line.startswith(_LAST)]
    with_all = "\n".join(map(_item, told))
    if len(with_all) <= room:
        return with_all
    taken: list[str] = []
    left = room
    for line in map(_item, needed):
        if len(line) + 1 > left:
            if left > 40:
                taken.append(_cut(line, left - 1))
            break
        taken.append(line)
        left -= len(line) + 1
    return "\n".join(taken)


def _item(line: str) -> str:
    """A finding's title as it is, numbered; what is said about it below."""
    told = _cut(_plain(line), _LONGEST_LINE)
    return told if _TITLE.match(told) else f"   - {told}"


def _cut(line: str, longest: int) -> str:
    if len(line) <= longest:
        return line
    kept = line[: longest - 1]
    if kept.count(_CODE) % 2:  # half a command is none, and what is begun as code goes on in the lines below
        kept = kept[: kept.rindex(_CODE)]
    return f"{kept.rstrip(' ;,')}…"


def _plain(text: str) -> str:
    """One line in which no name can make a link or an image, or look like our own frame."""
    line = line_of(text).replace("](", "] (").replace(BEGIN, "Lineage gate")
    return line.replace(END_OF_BLOCK, "").replace(END_OF_OTHERS, "")


def _length(parts: list[str]) -> int:
    return len(_GAP.join(parts))
