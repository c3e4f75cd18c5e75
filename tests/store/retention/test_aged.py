from __future__ import annotations

from datetime import timedelta

import pytest

from airflow_lineage_provider.store.findings import Judged, SeenFinding
from airflow_lineage_provider.store.retention.kind import Kind
from airflow_lineage_provider.store.tables import DeadLetter, Event, core_table
from airflow_lineage_provider.store.verdicts import Gate, save_verdict
from tests.store.retention.history import DAY, TODAY, History


def add_events(history: History, *days_ago: float) -> None:
    with history.session() as session:
        for number, days in enumerate(days_ago):
            session.execute(
                core_table(Event)
                .insert()
                .values(
                    digest=f"{number:064}",
                    kind="run",
                    event_at=TODAY,
                    received_at=TODAY - days * DAY,
                    received_from="key:spark",
                    body=b"body",
                    size=4,
                )
            )


def add_letters(history: History, *days_ago: float) -> None:
    with history.session() as session:
        for days in days_ago:
            session.execute(
                core_table(DeadLetter)
                .insert()
                .values(
                    mailbox_key="k",
                    dag_id="d",
                    run_id="r",
                    task_id="t",
                    map_index=-1,
                    reason="broken",
                    payload=b"",
                    payload_bytes=0,
                    received_at=TODAY - days * DAY,
                )
            )


def add_verdicts(history: History, *days_ago: float, findings: int = 2, digest: str = "d" * 64) -> None:
    """Verdicts about one dataset; each finds as much of other defects as ``findings`` says."""
    with history.session() as session:
        for days in days_ago:
            save_verdict(
                Gate("ci"),
                result="pass",
                message="",
                datasets=1,
                findings=[seen(number, digest) for number in range(findings)],
                judged=Judged(digests=frozenset({digest}), rules=frozenset({"owner-missing"})),
                now=TODAY - days * DAY,
                session=session,
            )


def seen(number: int, digest: str) -> SeenFinding:
    key = f"{number:02}{digest[2:]}"
    return SeenFinding(key, "owner-missing", "warn", "fail", "", digest=digest, subject=str(number))


def test_events_go_with_their_bodies_and_young_ones_stay_known(history: History) -> None:
    add_events(history, 40, 31, 29, 0)
    assert history.clean(events=30) == {"events": 2}
    assert [row.digest[-1] for row in history.rows("lineage_event")] == ["2", "3"]


def test_more_events_of_one_moment_than_fit_in_a_page(history: History) -> None:
    add_events(history, *[40] * 1203, *[1] * 3)
    assert history.count(events=30) == {"events": 1203}
    assert history.clean(events=30) == {"events": 1203}
    assert history.size("lineage_event") == 3


def test_verdicts_go_and_findings_that_are_open_stay(history: History) -> None:
    add_verdicts(history, 400, 10, findings=3)
    assert history.clean(verdicts=365, findings=365) == {"verdicts": 1}
    assert (history.size("lineage_verdict"), history.size("lineage_finding")) == (1, 3)
    assert history.size("lineage_verdict_finding") == 3
    assert history.dangling() == []


def test_an_open_finding_stays_however_long_ago_it_was_seen(history: History) -> None:
    add_verdicts(history, 9000, findings=3)
    assert history.clean(verdicts=1, findings=1) == {"verdicts": 1}
    assert history.size("lineage_finding") == 3
    assert history.dangling() == []


def test_findings_go_when_they_were_resolved_long_ago(history: History) -> None:
    add_verdicts(history, 500, findings=3)
    add_verdicts(history, 400, findings=1)
    add_verdicts(history, 300, findings=0)
    assert history.count(findings=365) == {"findings": 2}
    assert history.clean(findings=365) == {"findings": 2}
    assert [row.subject for row in history.rows("lineage_finding")] == ["0"]
    # What a verdict said goes with what it was about.
    assert history.size("lineage_verdict_finding") == 2
    assert history.dangling() == []


def test_a_finding_that_came_back_stays(history: History) -> None:
    add_verdicts(history, 500, findings=2)
    add_verdicts(history, 400, findings=0)
    add_verdicts(history, 300, findings=1)
    assert history.clean(findings=365) == {"findings": 1}
    (row,) = history.rows("lineage_finding")
    assert (row.subject, row.reopened, row.resolved_at) == ("0", 1, None)


def test_dead_letters_go_by_when_they_arrived(history: History) -> None:
    add_letters(history, 91, 89)
    assert history.clean(dead_letters=90) == {"dead-letters": 1}
    assert history.size("lineage_dead_letter") == 1


def test_schema_versions_of_the_past_go_and_the_present_one_never(history: History) -> None:
    for number, columns in enumerate((("a",), ("a", "b"), ("a", "b", "c"))):
        history.run(500 - number, columns=columns)
    history.run(1, columns=("d",))
    assert history.clean(schemas=30)["schemas"] == 2
    versions = history.rows("lineage_dataset_schema")
    assert len(versions) == 2  # the third one ended yesterday
    assert sum(row.valid_to is None for row in versions) == 1
    assert history.dangling() == []


@pytest.mark.parametrize("kind", [Kind.EVENTS, Kind.VERDICTS, Kind.DEAD_LETTERS])
def test_only_what_is_asked_for_goes(history: History, kind: Kind) -> None:
    add_events(history, 100)
    add_letters(history, 100)
    add_verdicts(history, 100)
    found = history.clean(kinds=frozenset({kind}), events=1, verdicts=1, dead_letters=1)
    assert found == {kind.value: 1}


def test_nothing_goes_by_age_where_everything_is_kept_for_ever(history: History) -> None:
    add_events(history, 9000)
    add_letters(history, 9000)
    add_verdicts(history, 9000)
    assert history.count() == history.clean() == {}


def test_a_moment_that_is_exactly_as_old_as_may_be_stays(history: History) -> None:
    add_events(history, 30, 30 + timedelta(microseconds=1) / DAY)
    assert history.clean(events=30) == {"events": 1}
