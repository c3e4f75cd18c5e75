from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from airflow_lineage_provider.model.dataset_id import DatasetId
from tests.airflow_rows import NOW
from tests.store.stories import dataset

HOUR = timedelta(hours=1)


@pytest.fixture
def known(db: Any) -> Any:
    from tests.governance.facts_of.known import Known

    return Known(db)


def ask(known: Any, *names: str, **question: Any) -> dict[str, Any]:
    from airflow_lineage_provider.governance.answer import Asker, answer

    datasets = [{"namespace": each.namespace, "name": each.name} for each in map(dataset, names)]
    payload = {"v": 1, "ask": "freshness", "datasets": datasets, **question}
    answered = answer(Asker(0, "shop", "r1", "wait", -1, 1), payload, give_up=False, session=known.session)
    assert answered is not None
    return answered


def test_what_was_written_since_the_moment_is_fresh(known: Any) -> None:
    known.wrote("orders", ended=NOW + HOUR)

    answer = ask(known, "orders", since=NOW.isoformat())

    assert (answer["is_fresh"], answer["since"]) == (True, NOW.isoformat())
    (told,) = answer["datasets"]
    assert (told["name"], told["is_fresh"], told["by"]) == (dataset("orders").name, True, "shop.load")
    assert datetime.fromisoformat(told["written_at"]) == NOW + HOUR


def test_a_write_of_before_is_told_and_not_fresh(known: Any) -> None:
    known.wrote("orders", ended=NOW)

    answer = ask(known, "orders", since=(NOW + HOUR).isoformat())

    assert not answer["is_fresh"]
    assert datetime.fromisoformat(answer["datasets"][0]["written_at"]) == NOW


def test_a_failed_write_makes_nothing_fresh(known: Any) -> None:
    known.wrote("orders", ended=NOW)
    known.wrote("orders", ended=NOW + 2 * HOUR, state="failed")

    assert not ask(known, "orders", since=(NOW + HOUR).isoformat())["is_fresh"]


def test_every_dataset_must_be_fresh(known: Any) -> None:
    known.wrote("orders", ended=NOW + HOUR)

    answer = ask(known, "orders", "stock", since=NOW.isoformat())

    assert not answer["is_fresh"]
    assert {told["name"]: told["is_fresh"] for told in answer["datasets"]} == {
        dataset("orders").name: True,
        dataset("stock").name: False,
    }
    assert [told["written_at"] for told in answer["datasets"] if not told["is_fresh"]] == [None]


def test_of_a_moment_and_an_age_the_later_counts(known: Any) -> None:
    written = datetime.now(UTC) - timedelta(minutes=10)
    known.wrote("orders", ended=written)

    assert ask(known, "orders", max_age=3_600)["is_fresh"]
    assert not ask(known, "orders", max_age=60)["is_fresh"]
    assert not ask(known, "orders", since=NOW.isoformat(), max_age=60)["is_fresh"]
    assert not ask(known, "orders", since=datetime.now(UTC).isoformat(), max_age=3_600)["is_fresh"]


def test_the_dataset_is_found_under_its_other_spellings(known: Any) -> None:
    known.wrote("orders", ended=NOW + HOUR)
    told = dataset("orders")
    spelled = DatasetId(told.namespace.upper(), told.name)
    assert spelled != told

    from airflow_lineage_provider.governance.answer import Asker, answer

    question = {
        "v": 1,
        "ask": "freshness",
        "datasets": [{"namespace": spelled.namespace, "name": spelled.name}],
        "since": NOW.isoformat(),
    }
    answered = answer(Asker(0, "shop", "r1", "wait", -1, 1), question, give_up=False, session=known.session)

    assert answered is not None
    assert answered["is_fresh"]
