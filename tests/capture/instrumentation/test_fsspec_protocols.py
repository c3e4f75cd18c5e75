"""Filesystems of other protocols, from the class of fsspec that serves them to the name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from tests.capture.instrumentation.watching import READ, WRITTEN, seen, watching
from tests.live.http import http_server


class Cloud(MemoryFileSystem):
    """Objects in memory, as ``container/key``: what gcsfs and adlfs make of an address."""

    cachable = False
    pseudo_dirs: ClassVar[list[str]] = [""]

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return str(path).partition("://")[2] or str(path).lstrip("/")


class Google(Cloud):
    protocol = ("gs", "gcs")
    store: ClassVar[dict[str, Any]] = {}


class Azure(Cloud):
    protocol = ("abfs", "az", "abfss")
    store: ClassVar[dict[str, Any]] = {}
    account_name = "acme"


@pytest.mark.parametrize(
    ("kind", "address", "place"),
    [
        (Google, "gs://lake/", "gs://lake/"),
        (Google, "gcs://lake/", "gs://lake/"),
        (Azure, "abfs://lake/", "abfss://lake@acme.dfs.core.windows.net/"),
        (Azure, "az://lake/", "abfss://lake@acme.dfs.core.windows.net/"),
    ],
)
def test_objects_of_a_cloud_are_seen_under_its_name(kind: type[Cloud], address: str, place: str) -> None:
    kind.store.clear()
    cloud = kind()
    cloud.pipe_file(f"{address}there.csv", b"a,b\n")
    with watching("fsspec"):
        with cloud.open(f"{address}there.csv") as source, cloud.open(f"{address}new.csv", "wb") as target:
            target.write(source.read())
        cloud.pipe_file(f"{address}piped.csv", cloud.cat_file(f"{address}there.csv"))
    assert seen() == {f"{place}there.csv": READ, f"{place}new.csv": WRITTEN, f"{place}piped.csv": WRITTEN}


@pytest.fixture
def server() -> Iterator[str]:
    with http_server({"/orders.json": b"[1, 2]"}) as port:
        yield f"127.0.0.1:{port}"


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("way", ["open", "cat", "get"])
def test_what_is_fetched_from_the_web_is_read(way: str, server: str, tmp_path: Any) -> None:
    url = f"http://{server}/orders.json"
    with watching("fsspec"):
        if way == "open":
            with fsspec.open(f"{url}?token=hunter2") as file:
                assert file.read() == b"[1, 2]"
        elif way == "cat":
            assert fsspec.filesystem("http").cat_file(url) == b"[1, 2]"
        else:
            fsspec.filesystem("http").get_file(url, str(tmp_path / "orders.json"))
    assert seen()[url] == READ
    assert {name for name in seen() if "://" in name} == {url}


def test_what_is_not_there_is_not_read(server: str) -> None:
    with watching("fsspec"), pytest.raises(FileNotFoundError):
        fsspec.filesystem("http").cat_file(f"http://{server}/gone.json")
    assert seen() == {}
