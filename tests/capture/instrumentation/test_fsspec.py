from __future__ import annotations

import asyncio
import gc
import os
import sys
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.asyn_wrapper import AsyncFileSystemWrapper
from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.memory import MemoryFileSystem
from fsspec.spec import AbstractFileSystem

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.sources.fsspec_name import name_in
from airflow_lineage_provider.model.dataset_id import DatasetId
from tests.capture.instrumentation.object_store import OPTIONS, object_store
from tests.capture.instrumentation.watching import DROPPED, GONE, READ, WRITTEN, seen, watching


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    with object_store() as address:
        yield address


@pytest.fixture
def memory() -> Iterator[Any]:
    memory = fsspec.filesystem("memory")
    memory.pipe({"/b/there.csv": b"a,b\n", "/b/folder/1.csv": b"1"})
    yield memory
    memory.store.clear()
    memory.pseudo_dirs[:] = [""]


def s3(address: str, **options: Any) -> Any:
    return fsspec.filesystem(
        "s3",
        key=OPTIONS["aws_access_key_id"],
        secret=OPTIONS["aws_secret_access_key"],
        endpoint_url=address,
        client_kwargs={"region_name": "eu-west-1"},
        **options,
    )


@pytest.fixture
def bucket(store: str) -> Any:
    """An S3 filesystem that was made before anybody observed it."""
    filesystem = s3(store)
    filesystem.pipe({"lake/there.csv": b"a,b\n", "lake/folder/1.csv": b"1"})
    return filesystem


WAYS = [
    (lambda fs, path: fs.open(path).close(), READ),
    (lambda fs, path: fs.open(path, mode="r").close(), READ),
    (lambda fs, path: fs.open(path=path).read(), READ),
    (lambda fs, path: fs.cat(path), READ),
    (lambda fs, path: fs.cat_file(path), READ),
    (lambda fs, path: fs.cat([path]), READ),
    (lambda fs, path: fs.cat_ranges([path], [0], [2]), READ),
    (lambda fs, path: fs.head(path), READ),
    (lambda fs, path: fs.tail(path, 2), READ),
    (lambda fs, path: fs.read_block(path, 0, 2), READ),
    (lambda fs, path: fs.read_text(path), READ),
    (lambda fs, path: fs.read_bytes(path), READ),
    (lambda fs, path: fs.write_text(path, "x"), WRITTEN),
    (lambda fs, path: fs.write_bytes(path, b"x"), WRITTEN),
    (lambda fs, path: fs.pipe(path, b"x"), WRITTEN),
    (lambda fs, path: fs.pipe_file(path, b"x"), WRITTEN),
    (lambda fs, path: fs.touch(path), WRITTEN),
    (lambda fs, path: fs.open(path, "wb").close(), WRITTEN),
    (lambda fs, path: fs.rm(path), DROPPED),
    (lambda fs, path: fs.rm_file(path), DROPPED),
    (lambda fs, path: fs.delete(path), DROPPED),
]


@pytest.mark.parametrize(("act", "trace"), WAYS)
@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_each_way_to_a_file_in_memory_is_seen_for_what_it_is(memory: Any, act: Any, trace: int) -> None:
    with watching("fsspec"):
        act(memory, "memory://b/there.csv")
    assert seen() == {"memory://b/there.csv": trace}


@pytest.mark.parametrize(("act", "trace"), WAYS)
def test_each_way_to_an_object_is_seen_for_what_it_is_though_the_filesystem_was_there_before(
    bucket: Any, act: Any, trace: int
) -> None:
    with watching("fsspec"):
        act(bucket, "s3://lake/there.csv")
    assert seen() == {"s3://lake/there.csv": trace}


@pytest.mark.parametrize(("act", "trace"), WAYS)
def test_a_filesystem_that_the_task_makes_is_seen_as_well(
    bucket: Any, store: str, act: Any, trace: int
) -> None:
    with watching("fsspec"):
        act(s3(store, skip_instance_cache=True), "lake/there.csv")
    assert seen() == {"s3://lake/there.csv": trace}


@pytest.mark.parametrize("sources", [("fsspec",), ("files",), ("fsspec", "files")])
@pytest.mark.parametrize(("act", "trace"), WAYS)
def test_local_files_have_one_name_whoever_sees_them(
    tmp_path: Path, act: Any, trace: int, sources: tuple[str, ...]
) -> None:
    (tmp_path / "there.csv").write_text("a,b\n")
    with watching(*sources):
        act(fsspec.filesystem("file"), f"file://{tmp_path}/there.csv")
    # os.utime, as which touch() may come, is not told of.
    assert seen(tmp_path) in ({"there.csv": trace}, {"there.csv": READ | trace})
    if trace != WRITTEN:
        assert seen(tmp_path) == {"there.csv": trace}


@pytest.mark.parametrize("kind", ["memory", "s3", "file"])
def test_files_are_copied_moved_sent_and_fetched(kind: str, bucket: Any, memory: Any, tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home/local.csv").write_text("1")
    (tmp_path / "b").mkdir()
    (tmp_path / "b/there.csv").write_text("1")
    filesystem, base, prefix = {
        "memory": (memory, "memory://b", "memory://b/"),
        "s3": (bucket, "s3://lake", "s3://lake/"),
        "file": (fsspec.filesystem("file"), f"{tmp_path}/b", f"{tmp_path}/b/"),
    }[kind]
    with watching("fsspec"):
        filesystem.cp(f"{base}/there.csv", f"{base}/copied.csv")
        filesystem.mv(f"{base}/copied.csv", f"{base}/moved.csv")
        filesystem.put(f"{tmp_path}/home/local.csv", f"{base}/sent.csv")
        filesystem.get(f"{base}/moved.csv", f"{tmp_path}/home/fetched.csv")
    assert {name: trace for name, trace in seen().items() if name.startswith(prefix)} == {
        f"{prefix}there.csv": READ,
        f"{prefix}copied.csv": GONE,
        f"{prefix}moved.csv": WRITTEN,
        f"{prefix}sent.csv": WRITTEN,
    }
    assert seen(tmp_path / "home") == {"local.csv": READ, "fetched.csv": WRITTEN}


@pytest.mark.parametrize("kind", ["memory", "s3"])
def test_folders_are_the_files_in_them(kind: str, bucket: Any, memory: Any, tmp_path: Path) -> None:
    (tmp_path / "sent").mkdir()
    (tmp_path / "sent/2.csv").write_text("1")
    filesystem, base = {"memory": (memory, "memory://b"), "s3": (bucket, "s3://lake")}[kind]
    with watching("fsspec"):
        filesystem.cp(f"{base}/folder/", f"{base}/copied/", recursive=True)
        filesystem.get(f"{base}/folder/", f"{tmp_path}/fetched/", recursive=True)
        filesystem.put(f"{tmp_path}/sent/", f"{base}/sent/", recursive=True)
        filesystem.rm(f"{base}/copied/", recursive=True)
        filesystem.rm(f"{base}/folder/", recursive=True)
    remote = {name: trace for name, trace in seen().items() if name.startswith(base)}
    assert remote == {
        f"{base}/folder/1.csv": READ | DROPPED,
        f"{base}/copied/1.csv": GONE,
        f"{base}/sent/2.csv": WRITTEN,
    }
    assert seen(tmp_path) == {"fetched/1.csv": WRITTEN, "sent/2.csv": READ}


def test_fsspec_open_and_mappings_are_seen(memory: Any) -> None:
    with watching("fsspec"):
        with fsspec.open("memory://b/new.csv.gz", "wt", compression="gzip") as file:
            file.write("1")
        with fsspec.open_files("memory://b/folder/*.csv")[0] as file:
            file.read()
        mapping = fsspec.get_mapper("memory://b/zarr")
        mapping["chunk"] = b"1"
        del mapping["chunk"]
    assert seen() == {
        "memory://b/new.csv.gz": WRITTEN,
        "memory://b/folder/1.csv": READ,
        "memory://b/zarr/chunk": GONE,
    }


def test_coroutines_of_an_asynchronous_filesystem_are_seen(bucket: Any, store: str) -> None:
    async def work() -> bytes:
        filesystem = s3(store, asynchronous=True, skip_instance_cache=True)
        session = await filesystem.set_session()
        await filesystem._pipe_file("lake/async.csv", b"1")
        content: bytes = await filesystem._cat_file("lake/there.csv")
        await session.close()
        return content

    with watching("fsspec"):
        assert asyncio.run(work()) == b"a,b\n"
    assert seen() == {"s3://lake/async.csv": WRITTEN, "s3://lake/there.csv": READ}


def test_a_cache_stands_for_what_it_caches(memory: Any, tmp_path: Path) -> None:
    storage = {"cache_storage": str(tmp_path / "cache")}
    with watching("fsspec", "files"):
        for _ in range(2):
            with fsspec.open("filecache::memory://b/there.csv", filecache=storage) as file:
                file.read()
        with fsspec.open("simplecache::memory://b/folder/1.csv") as file:
            file.read()
        with fsspec.open("blockcache::memory://b/there.csv", blockcache=storage) as file:
            assert file.read() == b"a,b\n"
    names = {name: trace for name, trace in seen().items() if not name.startswith(OBSERVER.noisy)}
    assert names == {"memory://b/there.csv": READ, "memory://b/folder/1.csv": READ}


def test_a_member_of_an_archive_is_the_archive(memory: Any, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "local.zip", "w") as archive:
        archive.writestr("member.csv", "1")
    memory.put(str(tmp_path / "local.zip"), "/b/there.zip")
    early = fsspec.filesystem("zip", fo="memory://b/there.zip")
    with watching("fsspec"):
        with fsspec.open(f"zip://member.csv::file://{tmp_path}/local.zip") as file:
            file.read()
        assert early.cat("member.csv") == b"1"
    assert seen() == {f"{tmp_path}/local.zip": READ, "memory://b/there.zip": READ}
    early.close()
    del early, file
    gc.collect()


def test_a_filesystem_below_a_folder_tells_whole_names(memory: Any) -> None:
    below = DirFileSystem("/b", memory)
    with watching("fsspec"):
        below.cat("there.csv")
        below.pipe("new.csv", b"1")
        asyncio.run(AsyncFileSystemWrapper(memory, asynchronous=True)._cat_file("/b/folder/1.csv"))
    assert seen() == {
        "memory://b/there.csv": READ,
        "memory://b/new.csv": WRITTEN,
        "memory://b/folder/1.csv": READ,
    }


def test_what_costs_nothing_to_know_is_told(memory: Any, bucket: Any) -> None:
    with watching("fsspec"):
        memory.cat("/b/there.csv")
        bucket.pipe_file("lake/new.csv", b"12345")
        bucket.open("lake/folder/1.csv").close()
    assert {str(name): detail.bytes for name, detail in OBSERVER.details.items()} == {
        "memory://b/there.csv": 4,
        "s3://lake/new.csv": 5,
        "s3://lake/folder/1.csv": 1,
    }


def test_what_fails_is_not_seen(memory: Any, bucket: Any) -> None:
    with watching("fsspec"):
        for filesystem, path in ((memory, "/b/missing.csv"), (bucket, "lake/missing.csv")):
            for act in (filesystem.open, filesystem.cat_file, memory.rm):
                with pytest.raises(FileNotFoundError):
                    act(path)
            with pytest.raises(FileNotFoundError):
                filesystem.cp(path, path + "2")
    assert seen() == {}


def test_nothing_is_left_of_the_wrappers_and_what_instances_keep_of_them_is_silent(store: str) -> None:
    before = {kind: dict(vars(kind)) for kind in (AbstractFileSystem, MemoryFileSystem)}
    early = s3(store)
    early_methods = dict(vars(early))
    with watching("fsspec"):
        late = s3(store, skip_instance_cache=True)
    for kind, attributes in before.items():
        assert {name for name, value in attributes.items() if vars(kind).get(name) is not value} <= {
            "_cache",
            "_latest",
            "_pid",
        }
    assert {name for name, value in early_methods.items() if callable(value)} <= set(vars(early))
    assert all(vars(early)[name] is value for name, value in early_methods.items() if callable(value))
    with watching("files"):
        late.pipe_file("lake/late.csv", b"1")
        early.pipe_file("lake/late.csv", b"1")
    assert "s3://lake/late.csv" not in seen()
    late.pipe_file("lake/late.csv", b"1")


def test_threads_are_seen(memory: Any) -> None:
    with watching("fsspec"), ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: memory.pipe_file(f"/b/{number}", b"1"), range(100)))
    assert seen() == {f"memory://b/{number}": WRITTEN for number in range(100)}


class Named:
    """As much of a filesystem as its name asks for."""

    def __init__(self, protocol: Any, **attributes: Any) -> None:
        self.protocol = protocol
        self.storage_options = attributes.pop("storage_options", {})
        self.__dict__.update(attributes)

    def _strip_protocol(self, path: str) -> str:
        return path


@pytest.mark.parametrize(
    ("filesystem", "path", "name"),
    [
        (Named(("s3", "s3a")), "lake/a/b.csv", "s3://lake/a/b.csv"),
        (Named("s3a"), "lake/a.csv?versionId=abc", "s3://lake/a.csv"),
        (Named("s3"), "lake/50%/a#1.csv", "s3://lake/50%25/a%231.csv"),
        (Named("s3"), "lake", None),
        (Named("s3"), "lake/folder/", None),
        (
            Named("s3"),
            "arn:aws:s3:eu-west-1:123456789012:accesspoint/mine/a/b.csv",
            DatasetId("s3://arn:aws:s3:eu-west-1:123456789012:accesspoint/mine", "a/b.csv"),
        ),
        (Named(("gcs", "gs")), "lake/a.csv", "gs://lake/a.csv"),
        (Named(("abfs", "az"), account_name="acme"), "c/a.csv", "abfss://c@acme.dfs.core.windows.net/a.csv"),
        (Named("abfs"), "c/a.csv", "abfss://c/a.csv"),
        (Named(("https", "http")), "https://u:p@h.org/a.csv?token=s#f", "https://h.org/a.csv"),
        (Named("http"), "http://h.org:8080/a.csv", "http://h.org:8080/a.csv"),
        (Named("sftp", host="h.org"), "/in/a.csv", "sftp://h.org/in/a.csv"),
        (Named(("sftp", "ssh"), host="h.org", storage_options={"port": 2222}), "/a.csv", "sftp://h.org:2222/a.csv"),
        (Named("ftp", host="h.org", port=21), "/a.csv", "ftp://h.org/a.csv"),
        (Named("hdfs", storage_options={"host": "nn", "port": 9000}), "/a.csv", "hdfs://nn:9000/a.csv"),
        (Named("webhdfs", url="http://nn:9870/webhdfs/v1"), "/a.csv", "webhdfs://nn:9870/a.csv"),
        (Named("data"), "text/plain,secret", None),
        (Named("dir"), "a.csv", None),
        (Named("hf"), "datasets/acme/a.csv", "hf://datasets/acme/a.csv"),
    ],
)  # fmt: skip
def test_names_are_those_of_what_is_stored(filesystem: Any, path: str, name: Any) -> None:
    assert name_in(filesystem, path) == name


def test_a_library_that_is_imported_later_is_seen(memory: Any) -> None:
    source = "class Late(__import__('fsspec').AbstractFileSystem):\n    protocol = 'late'\n    def cat_file(self, path, **kw):\n        return b'1'\n"
    space: dict[str, Any] = {"__name__": "late"}
    with watching("fsspec"):
        exec(source, space)
        assert space["Late"]().cat_file("late://place/a.csv") == b"1"
    assert seen() == {"late://place/a.csv": READ}


def test_what_a_filesystem_cannot_tell_is_noted_and_goes_nowhere() -> None:
    class Odd(AbstractFileSystem):
        protocol = "odd"

        def cat_file(self, path: str, **kwargs: Any) -> bytes:
            return b"1"

        @classmethod
        def _strip_protocol(cls, path: str) -> str:
            raise RuntimeError("no name")

    with watching("fsspec", errors=True):
        assert Odd().cat_file("odd://a") == b"1"
    assert list(OBSERVER.errors) == ["fsspec RuntimeError"]


def test_importing_the_source_imports_no_library() -> None:
    name = "airflow_lineage_provider.capture.instrumentation.sources.fsspec"
    code = f"import sys, {name}; sys.exit(any(m in sys.modules for m in ('fsspec', 's3fs', 'botocore')))"
    assert os.spawnv(os.P_WAIT, sys.executable, [sys.executable, "-c", code]) == 0
