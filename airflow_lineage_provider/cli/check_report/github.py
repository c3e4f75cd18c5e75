"""Workflow commands of GitHub Actions: each finding at its line of the pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from airflow_lineage_provider.cli.check_report.text import details, summary
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.printable import line_of

if TYPE_CHECKING:
    from airflow_lineage_provider.governance.offline.places import Place
    from airflow_lineage_provider.governance.offline.report import CheckReport, Reported


def to_github(report: CheckReport) -> str:
    """One command a line; what is unknown, waived or in the baseline is not told."""
    return "".join(f"{line}\n" for line in _lines(report))


def command(kind: str, message: str, title: str, place: Place | None = None) -> str:
    """A command that the runner reads as exactly these texts.

    :param kind: ``error``, ``warning`` or ``notice``.
    """
    properties = []
    if place is not None:
        properties.append(f"file={_property(place.path)}")
        if place.line is not None:
            properties.append(f"line={place.line}")
    properties.append(f"title={_property(title)}")
    return f"::{kind} {','.join(properties)}::{_data(message)}"


def _lines(report: CheckReport) -> Iterator[str]:
    for one in report.reported:
        if one.counts:
            kind = "error" if report.fails(one) else _KINDS.get(one.finding.level, "notice")
            message = "\n".join(map(line_of, details(one)))
            # GitHub shows an annotation at one place: the others are in the text of the first.
            more = [f"also at {place}" for place in one.places[1:]]
            place = one.places[0] if one.places else None
            yield command(kind, "\n".join([message, *more]), line_of(_title(one)), place)
    for notice in report.notices:
        yield command("notice", line_of(notice), "Lineage check")
    yield line_of(summary(report))


_KINDS = {Level.BLOCK: "warning", Level.WARN: "warning"}


def _title(reported: Reported) -> str:
    return reported.title


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
