"""Reports with names that nobody would choose."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

NASTY = st.text(max_size=12) | st.sampled_from(
    [
        "%0A::error::x",
        "a,b:c",
        "\n::add-mask::x",
        "]]>",
        "<a&b>\"'",
        "\x00\x1b[31m",
        "\N{RIGHT-TO-LEFT OVERRIDE}",
        "{0} [x](y)",
        "\r\n",
        "\ud800",
    ]
)


def place(path: str = "dags/shop.py", line: int | None = 4) -> Any:
    from airflow_lineage_provider.governance.offline.places import Place

    return Place(path, line)


def reported(
    message: str = "no contract speaks for this dataset",
    *,
    rule: str = "contract-missing",
    level: str = "block",
    result: str = "fail",
    namespace: str = "postgres://pg:5432",
    name: str = "shop.orders",
    subject: str = "",
    path: str = "dags/shop.py",
    line: int | None = 4,
    waiver: bool = False,
    is_baselined: bool = False,
) -> Any:
    from airflow_lineage_provider.governance.facts import DatasetFacts
    from airflow_lineage_provider.governance.offline.report import Reported
    from airflow_lineage_provider.governance.result import Result
    from airflow_lineage_provider.governance.verdict import Finding, WaiverNote
    from airflow_lineage_provider.model.dataset_id import DatasetId
    from airflow_lineage_provider.model.level import Level

    finding = Finding(
        rule,
        Level(level),
        Result(result),
        message,
        f"mend {message}",
        DatasetFacts(DatasetId(namespace, name)),
        subject=subject,
        waiver=WaiverNote(1, message, None, "bob", date(2026, 7, 1)) if waiver else None,
        is_baselined=is_baselined,
    )
    return Reported(finding, (place(path, line),), ("shop",))


def report(*found: Any, notices: tuple[str, ...] = (), fail_on: str = "block", changes: Any = ()) -> Any:
    from airflow_lineage_provider.governance.offline.report import CheckReport, Counts
    from airflow_lineage_provider.model.level import Level

    rules = {"contract-missing": "Every upstream dataset has a contract"}
    return CheckReport(found, tuple(changes), notices, Counts(1, 2, 3, 4), Level(fail_on), rules)
