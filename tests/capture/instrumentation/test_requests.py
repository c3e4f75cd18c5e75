from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.sources.address import web_name
from airflow_lineage_provider.capture.instrumentation.sources.web_request import answered, own_addresses
from tests.capture.instrumentation.watching import READ, seen, watching
from tests.capture.instrumentation.web_server import web_server


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    with web_server() as address:
        yield address


def test_a_get_is_read_by_its_address_alone(web: str) -> None:
    with watching("requests"), requests.Session() as session:
        requests.get(f"{web}/a.csv?token=hunter2", timeout=5)
        session.get(f"{web.replace('//', '//user:hunter2@')}/b.csv#part", timeout=5)
        request = session.prepare_request(requests.Request("GET", f"{web}/c.csv"))
        assert session.send(request, timeout=5, stream=True).content == b"ok"
    assert seen() == {f"{web}/{name}.csv": READ for name in "abc"}
    assert "hunter2" not in str(OBSERVER.traces)


def test_a_redirected_request_is_what_was_asked_for(web: str) -> None:
    with watching("requests"):
        assert requests.get(f"{web}/to/to/there.csv", timeout=5).url == f"{web}/there.csv"
        requests.get(f"{web}/to/moved.csv", timeout=5, allow_redirects=False)
    assert seen() == {f"{web}/to/to/there.csv": READ, f"{web}/to/moved.csv": READ}


def test_other_methods_and_failures_are_not_seen(web: str) -> None:
    with watching("requests"):
        requests.post(f"{web}/a.csv", data=b"1", timeout=5)
        requests.head(f"{web}/a.csv", timeout=5)
        for status in (400, 404, 500):
            requests.get(f"{web}/status/{status}", timeout=5)
        requests.get(f"{web}/to/status/404", timeout=5)
        with pytest.raises(requests.exceptions.ConnectionError):
            requests.get("http://127.0.0.1:1/a.csv", timeout=5)
        with pytest.raises(requests.exceptions.InvalidURL):
            requests.get("no address", timeout=5)
    assert seen() == {}


def test_threads_are_seen_and_the_wrapper_is_gone_afterwards(web: str) -> None:
    before = vars(requests.Session)["send"]
    with watching("requests"), ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: requests.get(f"{web}/{number}", timeout=5), range(12)))
    assert seen() == {f"{web}/{number}": READ for number in range(12)}
    assert vars(requests.Session)["send"] is before


def test_a_request_that_fails_inside_another_leaves_the_next_one_seen(web: str) -> None:
    with watching("requests"):
        session = requests.Session()
        session.max_redirects = 1
        with session, pytest.raises(requests.exceptions.TooManyRedirects):
            session.get(f"{web}/to/to/to/a.csv", timeout=5)
        requests.get(f"{web}/b.csv", timeout=5)
    assert seen() == {f"{web}/b.csv": READ}


@pytest.mark.parametrize("section", ["CORE__EXECUTION_API_SERVER_URL", "API__BASE_URL"])
def test_airflow_and_the_machine_are_never_data(
    web: str, section: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"AIRFLOW__{section}", f"{web}/airflow/")
    with watching("requests"):
        requests.get(f"{web}/airflow/execution/x", timeout=5)
        requests.get(f"{web}/data.csv", timeout=5)
        answered("GET", "http://169.254.169.254/latest/meta-data/iam", 200, own_addresses())
        answered("GET", "http://in-process.invalid./task-instances", 200, own_addresses())
    assert seen() == {f"{web}/data.csv": READ}


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://h.org/a/b.csv?x=1#y", "https://h.org/a/b.csv"),
        ("https://u:p@h.org:443/a", "https://h.org/a"),
        ("https://H.org:8443/A", "https://h.org:8443/A"),
        ("http://h.org", "http://h.org/"),
        ("http://[::1]:80/a", "http://[::1]/a"),
        ("http://h.org:port/a", None),
        ("http://[/a", None),
        ("http://", None),
        ("ftp://h.org/a", None),
        ("", None),
    ],
)
def test_addresses_lose_what_may_be_secret(url: str, name: Any) -> None:
    assert web_name(url) == name
