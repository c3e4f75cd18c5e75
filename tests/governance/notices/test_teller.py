from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_string, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.notices.route import routes_of
from airflow_lineage_provider.governance.notices.teller import Teller
from airflow_lineage_provider.store.own_transactions import OwnTransactions
from airflow_lineage_provider.store.untold_findings import FINDING
from tests.docs.pages import DOCS
from tests.governance.notices import notifiers
from tests.governance.notices.smtp_server import smtp_server

START = datetime(2026, 6, 1, 12, tzinfo=UTC)
QUIET = timedelta(hours=1)
HERE = "tests.governance.notices.notifiers."


class Desk:
    """Findings, a clock, and who tells of them."""

    def __init__(self, engine: Any, folder: Path) -> None:
        self.transactions = OwnTransactions(lambda: Session(engine))
        self.folder = folder
        self.now = START
        self._count = 0

    def open(self, rule: str = "owner-missing", owner: str | None = "sales", **values: Any) -> int:
        self._count += 1
        row = {
            "key": f"{self._count:064}",
            "rule": rule,
            "level": "block",
            "result": "fail",
            "namespace": "postgres://db:5432",
            "name": "shop.public.orders",
            "message": "Nobody owns it.",
            "fix": "Name an owner.",
            "owner": owner,
            "channel": f"#{owner}",
            "contract_id": "orders",
            "contract_version": "2.1.0",
            "evidence": "{}",
            "opened_at": self.now,
            "last_seen_at": self.now,
            "is_baselined": False,
            **values,
        }
        with self.transactions.writing() as session:
            done = session.execute(FINDING.insert().values(row))
            return int(done.inserted_primary_key[0])  # type: ignore[attr-defined]

    def set(self, finding: int, **values: Any) -> None:
        with self.transactions.writing() as session:
            session.execute(FINDING.update().where(FINDING.c.id == finding).values(values))

    def told(self, finding: int) -> str | None:
        with self.transactions.reading() as session:
            return session.scalar(select(FINDING.c.notified_as).where(FINDING.c.id == finding))

    def teller(self, *entries: Any, **options: Any) -> Teller:
        given = {"quiet": QUIET, "seconds": 5.0, "clock": lambda: self.now, **options}
        return Teller(routes_of(entries), self.transactions, **given)

    def to_file(self, name: str = "told", of: str = "FileNotifier", **entry: Any) -> dict[str, Any]:
        kwargs = {"path": str(self.folder / name), **entry.pop("kwargs", {})}
        return {"class": HERE + of, "kwargs": kwargs, **entry}

    def letters(self, name: str = "told") -> list[dict[str, Any]]:
        path = self.folder / name
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture
def desk(committed: Any, tmp_path: Path) -> Desk:
    return Desk(committed, tmp_path)


@pytest.fixture
def _held() -> Iterator[None]:
    notifiers.HangingNotifier.may_go = threading.Event()
    notifiers.HangingNotifier.calls = 0
    yield
    notifiers.HangingNotifier.may_go.set()


def test_each_owner_gets_one_letter_and_each_finding_is_told_once(desk: Desk) -> None:
    first, second = desk.open(), desk.open("contract-missing")
    other = desk.open(owner="ops")
    teller = desk.teller(desk.to_file())
    assert teller.tell() == 2
    sales, ops = desk.letters()
    assert (sales["owner"], sales["channel"], sales["opened"]) == (
        "sales",
        "#sales",
        ["owner-missing", "contract-missing"],
    )
    assert ops["owner"] == "ops"
    assert [desk.told(each) for each in (first, second, other)] == ["opened"] * 3
    desk.now += timedelta(days=1)
    assert teller.tell() == 0
    assert desk.teller(desk.to_file()).tell() == 0


def test_a_letter_says_what_is_wrong_whom_to_ask_and_what_to_do(desk: Desk) -> None:
    desk.open(message="Nobody\n- owns it.", dag_id="load")
    desk.teller(desk.to_file()).tell()
    text = desk.letters()[0]["text"]
    assert text.splitlines() == [
        "Lineage findings: 1 opened (owner: sales)",
        "channel: #sales",
        "",
        "opened:",
        "- owner-missing (block): postgres://db:5432 shop.public.orders, DAG load",
        "  Nobody - owns it.",
        "  contract: orders 2.1.0",
        "  fix: Name an owner.",
        (
            "  waive: airflow lineage waivers create --rule owner-missing --namespace postgres://db:5432 "
            "--name shop.public.orders --dag-id load --days 14 --reason '...'"
        ),
    ]


def test_what_is_gone_is_told_once_the_quiet_time_is_over(desk: Desk) -> None:
    finding = desk.open()
    teller = desk.teller(desk.to_file())
    teller.tell()
    desk.now += timedelta(minutes=30)
    desk.set(finding, resolved_at=desk.now)
    assert teller.tell() == 0
    desk.now += timedelta(minutes=31)
    assert teller.tell() == 1
    assert desk.letters()[1]["resolved"] == ["owner-missing"]
    assert "open since 2026-06-01T12:00+00:00" in desk.letters()[1]["text"]
    assert desk.told(finding) == "resolved"


def test_a_finding_that_comes_and_goes_is_told_once_per_quiet_time(desk: Desk) -> None:
    finding = desk.open()
    teller = desk.teller(desk.to_file())
    for minute in range(240):
        desk.set(finding, resolved_at=desk.now if minute % 2 else None)
        teller.tell()
        desk.now += timedelta(minutes=1)
    assert 1 < len(desk.letters()) <= 4


def test_what_was_gone_before_anybody_was_told_is_not_told(desk: Desk) -> None:
    desk.open(resolved_at=START)
    assert desk.teller(desk.to_file()).tell() == 0


@pytest.mark.parametrize(
    "values",
    [{"level": "observe"}, {"is_baselined": True}, {"result": "unknown"}, {"result": "skip"}],
    ids=str,
)
def test_what_bothers_nobody_is_not_told(desk: Desk, values: dict[str, Any]) -> None:
    finding = desk.open(**values)
    assert desk.teller(desk.to_file()).tell() == 0
    desk.set(finding, level="warn", is_baselined=False, result="fail")
    assert desk.teller(desk.to_file()).tell() == 1


def test_each_notifier_is_told_what_it_is_for(desk: Desk) -> None:
    desk.open()
    desk.open("contract-missing", level="warn")
    desk.open("column-missing", owner="ops-eu")
    desk.open("column-renamed", owner=None)
    teller = desk.teller(
        desk.to_file("owners", owners=["ops-*", "ops"]),
        desk.to_file("nobody", owners=[""]),
        desk.to_file("rules", rules=["column-*", "owner-missing"]),
        desk.to_file("levels", levels="warn"),
    )
    assert teller.tell() == 6
    assert [letter["opened"] for letter in desk.letters("owners")] == [["column-missing"]]
    assert [letter["opened"] for letter in desk.letters("nobody")] == [["column-renamed"]]
    assert [letter["opened"] for letter in desk.letters("rules")] == [
        ["owner-missing"],
        ["column-missing"],
        ["column-renamed"],
    ]
    assert [letter["opened"] for letter in desk.letters("levels")] == [["contract-missing"]]


def test_what_is_for_nobody_stays_untold_for_those_to_come(desk: Desk) -> None:
    finding = desk.open()
    assert desk.teller(desk.to_file(owners=["ops"])).tell() == 0
    assert desk.told(finding) is None
    assert desk.teller(desk.to_file()).tell() == 1


def test_more_findings_than_a_page_are_one_letter(desk: Desk) -> None:
    for _ in range(501):
        desk.open()
    assert desk.teller(desk.to_file()).tell() == 1
    (letter,) = desk.letters()
    assert len(letter["opened"]) == 501
    assert "- and 471 more" in letter["text"]


def test_a_notifier_that_fails_is_asked_again_and_logged_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(notifiers.PickyNotifier, "refused", "sales")
    caplog.set_level(logging.INFO, "airflow_lineage_provider")
    finding = desk.open()
    teller = desk.teller(desk.to_file(of="PickyNotifier"))
    for _ in range(30):
        assert teller.tell() == 0
        assert desk.told(finding) is None
        desk.now += timedelta(minutes=1)
    ours = [record for record in caplog.records if record.name.startswith("airflow_lineage_provider")]
    assert [record.levelname for record in ours] == ["WARNING"]
    assert "ConnectionError: no such mailbox: sales; it is tried again" in ours[0].getMessage()
    assert "and more" not in ours[0].getMessage()
    monkeypatch.setattr(notifiers.PickyNotifier, "refused", None)
    desk.now += timedelta(hours=1)
    assert teller.tell() == 1
    assert desk.told(finding) == "opened"
    assert "takes letters again" in caplog.records[-1].getMessage()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "404 Client Error: Not Found for url: https://discord.com/api/webhooks/1/t0ken",
            "404 Client Error: Not Found for url: https://discord.com/...",
        ),
        (
            "HTTPSConnectionPool(host='hooks.slack.com', port=443): Max retries exceeded with url: /services/t0ken (x)",
            "HTTPSConnectionPool(host='hooks.slack.com', port=443): Max retries exceeded with url: /... (x)",
        ),
        ("no route to https://me:t0ken@chat/post?key=t0ken", "no route to https://chat/..."),
    ],
)
def test_the_key_in_the_address_of_a_webhook_is_in_no_log(
    said: str,
    told: str,
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(notifiers.SecretNotifier, "said", said)
    desk.open()
    assert desk.teller(desk.to_file(of="SecretNotifier")).tell() == 0
    assert f"RuntimeError: {told}; it is tried again" in caplog.text
    assert "t0ken" not in caplog.text


def test_one_owner_who_cannot_be_reached_is_in_nobodys_way(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifiers.PickyNotifier, "refused", "sales")
    desk.open()
    desk.open(owner="ops")
    teller = desk.teller(desk.to_file(of="PickyNotifier"))
    assert teller.tell() == 1
    desk.open(owner="hr")
    assert teller.tell() == 1
    assert [letter["owner"] for letter in desk.letters()] == ["ops", "hr"]


def test_who_missed_a_letter_that_others_took_gets_it_later(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifiers.PickyNotifier, "refused", "sales")
    finding = desk.open()
    teller = desk.teller(desk.to_file("good"), desk.to_file("bad", of="PickyNotifier"))
    assert teller.tell() == 1
    assert desk.told(finding) == "opened"
    monkeypatch.setattr(notifiers.PickyNotifier, "refused", None)
    desk.now += timedelta(minutes=2)
    assert teller.tell() == 1
    assert len(desk.letters("good")) == 1
    assert [letter["opened"] for letter in desk.letters("bad")] == [["owner-missing"]]
    desk.now += timedelta(minutes=2)
    assert teller.tell() == 0


def test_an_error_without_words_is_in_nobodys_way(desk: Desk) -> None:
    for owner in ("sales", "ops"):
        desk.open(owner=owner)
    teller = desk.teller({"class": HERE + "MuteNotifier"}, desk.to_file())
    assert teller.tell() == 2
    assert sorted(letter["owner"] for letter in desk.letters()) == ["ops", "sales"]


@pytest.mark.usefixtures("_held")
def test_a_notifier_that_hangs_stops_nobody(desk: Desk) -> None:
    desk.open()
    desk.open(owner="ops")
    teller = desk.teller(desk.to_file("bad", of="HangingNotifier"), desk.to_file("good"), seconds=1.0)
    assert teller.tell() == 2
    # It has gone on while the other one still hangs.
    assert len(desk.letters("bad")) == 0
    assert len(desk.letters("good")) == 2
    desk.now += timedelta(hours=1)
    teller.tell()
    assert notifiers.HangingNotifier.calls == 1, "it must not be called again while it hangs"


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"class": "no.such.Notifier"}, "ModuleNotFoundError"),
        ({"class": "nothing"}, "ValueError"),
        ({"class": HERE + "FileNotifier"}, "TypeError"),
        ({"class": HERE + "FileNotifier", "kwargs": {"path": "{{ broken"}}, "TemplateSyntaxError"),
        ({"class": HERE + "LeavingNotifier"}, "SystemExit: that is enough"),
        ({"class": "os.getcwd"}, "TypeError"),
    ],
)
def test_a_notifier_that_cannot_work_is_named(
    desk: Desk, entry: dict[str, Any], reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk.open()
    assert desk.teller(entry, desk.to_file("good")).tell() == 1
    ours = [record for record in caplog.records if record.name.startswith("airflow_lineage_provider")]
    assert reason in ours[0].getMessage()


def test_names_of_ours_are_not_hidden_by_a_notifiers_own(desk: Desk) -> None:
    desk.open()
    kwargs = {"message": "{{ lineage.title }} for {{ channel }}"}
    desk.teller(desk.to_file(of="MessageNotifier", kwargs=kwargs)).tell()
    assert desk.letters()[0]["text"] == "Lineage findings: 1 opened (owner: sales) for #sales"


def test_what_a_name_holds_is_no_template(desk: Desk) -> None:
    desk.open(message="{{ 7 * 6 }}", channel="{{ 7 * 6 }}")
    desk.teller(desk.to_file(kwargs={"text": "{{ channel }} {{ opened[0].message }}"})).tell()
    assert desk.letters()[0]["text"] == "{{ 7 * 6 }} {{ 7 * 6 }}"


def test_two_servers_tell_nothing_twice(desk: Desk) -> None:
    for number in range(60):
        desk.open(owner=f"owner {number}")
    start = threading.Barrier(4)

    def work() -> None:
        teller = desk.teller(desk.to_file())
        start.wait()
        teller.tell()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(letter["owner"] for letter in desk.letters()) == sorted(f"owner {n}" for n in range(60))


def test_who_died_while_telling_is_followed_by_another(desk: Desk) -> None:
    finding = desk.open()
    # As it stands when a server ends between the claim and the answer.
    desk.set(finding, notified_at=desk.now)
    teller = desk.teller(desk.to_file(), quiet=timedelta(0))
    assert teller.tell() == 0
    desk.now += timedelta(minutes=3)
    assert teller.tell() == 1


def test_airflows_own_mail_notifier_sends_a_mail(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.open(channel="sales@example.com", message="<b>Nobody</b> owns it.")
    # The example of the docs.
    (entry,) = json.loads((DOCS / "data" / "notifiers.json").read_text())
    with smtp_server() as (port, mails):
        monkeypatch.setenv(
            "AIRFLOW_CONN_SMTP_DEFAULT",
            json.dumps(
                {
                    "conn_type": "smtp",
                    "host": "127.0.0.1",
                    "port": port,
                    "extra": {"disable_ssl": True, "disable_tls": True},
                }
            ),
        )
        assert desk.teller(entry).tell() == 1
    (mail,) = (message_from_string(text, policy=policy.default) for text in mails)
    assert (mail["To"], mail["Subject"]) == ("sales@example.com", "Lineage findings: 1 opened (owner: sales)")
    body = mail.get_body()
    assert body is not None
    assert "&lt;b&gt;Nobody&lt;/b&gt; owns it." in body.get_content()
