from __future__ import annotations

import asyncio
from collections.abc import Iterator

import httpx
import pytest
from airflow.sdk.api.client import Client

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from tests.capture.instrumentation.watching import READ, seen, watching
from tests.capture.instrumentation.web_server import web_server


@pytest.fixture(scope="module")
def web() -> Iterator[str]:
    with web_server() as address:
        yield address


def test_a_get_is_read_by_its_address_alone(web: str) -> None:
    with watching("httpx"), httpx.Client() as client:
        httpx.get(f"{web}/a.csv?token=hunter2")
        client.get(f"{web.replace('//', '//user:hunter2@')}/b.csv#part")
        with client.stream("GET", f"{web}/c.csv") as response:
            assert response.read() == b"ok"
    assert seen() == {f"{web}/{name}.csv": READ for name in "abc"}
    assert "hunter2" not in str(OBSERVER.traces)


def test_asynchronous_clients_are_seen(web: str) -> None:
    async def work() -> list[bytes]:
        async with httpx.AsyncClient() as client:
            answers = await asyncio.gather(*(client.get(f"{web}/{number}") for number in range(5)))
            with pytest.raises(httpx.ConnectError):
                await client.get("http://127.0.0.1:1/a.csv")
        return [answer.content for answer in answers]

    with watching("httpx"):
        assert asyncio.run(work()) == [b"ok"] * 5
    assert seen() == {f"{web}/{number}": READ for number in range(5)}


def test_a_redirected_request_is_what_was_asked_for(web: str) -> None:
    with watching("httpx"):
        answer = httpx.get(f"{web}/to/to/there.csv", follow_redirects=True)
    assert str(answer.url) == f"{web}/there.csv"
    assert seen() == {f"{web}/to/to/there.csv": READ}


def test_other_methods_failures_and_airflows_own_clients_are_not_seen(web: str) -> None:
    with watching("httpx"):
        httpx.post(f"{web}/a.csv", content=b"1")
        httpx.get(f"{web}/status/404")
        with pytest.raises(httpx.ConnectError):
            httpx.get("http://127.0.0.1:1/a.csv")
        with Client(base_url=f"{web}/", token="") as own:
            own.get("execution/x")
    assert seen() == {}


def test_the_wrappers_are_gone_afterwards() -> None:
    before = vars(httpx.Client)["send"], vars(httpx.AsyncClient)["send"]
    with watching("httpx"):
        pass
    assert (vars(httpx.Client)["send"], vars(httpx.AsyncClient)["send"]) == before
