from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import fsspec
import pytest
from airflow.sdk import ObjectStoragePath

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.model.naming import asset_of
from tests.capture.instrumentation.object_store import OPTIONS, client, object_store
from tests.capture.instrumentation.watching import DROPPED, GONE, READ, WRITTEN, seen, watching


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    with object_store() as address:
        yield address


@pytest.fixture(params=["s3", "memory", "file"])
def root(request: Any, store: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ObjectStoragePath:
    """A folder with ``there.csv`` in each kind of store; the objects are reached by a connection."""
    from airflow.sdk.io import store as stores

    memory = stores.ObjectStore("memory", None, fs=fsspec.filesystem("memory"))
    monkeypatch.setattr(stores, "_STORE_CACHE", {"memory": memory})
    if request.param == "s3":
        monkeypatch.setenv(
            "AIRFLOW_CONN_LAKE",
            f'{{"conn_type": "aws", "login": "{OPTIONS["aws_access_key_id"]}", "password": "hunter2", '
            f'"extra": {{"endpoint_url": "{store}", "region_name": "eu-west-1"}}}}',
        )
        folder = uuid4().hex
        client(store).put_object(Bucket="lake", Key=f"{folder}/there.csv", Body=b"a\nb\n")
        return ObjectStoragePath(f"s3://lake@lake/{folder}")
    path = ObjectStoragePath(
        f"memory://lake/{uuid4().hex}" if request.param == "memory" else f"file://{tmp_path}"
    )
    path.mkdir(parents=True, exist_ok=True)
    (path / "there.csv").write_text("a\nb\n")
    return path


def named(root: ObjectStoragePath) -> dict[str, int]:
    """What was seen in the folder, by the names that the record will have."""
    base = asset_of(str(root), None)
    found = {}
    for name, trace in OBSERVER.traces.items():
        dataset = asset_of(name if "://" in name else f"file://{name}", None)  # type: ignore[operator,arg-type]
        if dataset.namespace == base.namespace and dataset.name.startswith(f"{base.name}/"):
            found[dataset.name.removeprefix(f"{base.name}/")] = trace
    return found


WAYS = [
    (lambda root: (root / "there.csv").read_text(), {"there.csv": READ}),
    (lambda root: (root / "there.csv").read_bytes(), {"there.csv": READ}),
    (lambda root: (root / "there.csv").read_block(0, 2), {"there.csv": READ}),
    (lambda root: (root / "new.csv").write_text("1"), {"new.csv": WRITTEN}),
    (lambda root: (root / "new.csv").write_bytes(b"1"), {"new.csv": WRITTEN}),
    (lambda root: (root / "new.csv").touch(), {"new.csv": WRITTEN}),
    (lambda root: (root / "there.csv").unlink(), {"there.csv": DROPPED}),
    (
        lambda root: (root / "there.csv").copy(root / "new.csv"),
        {"there.csv": READ, "new.csv": WRITTEN},
    ),
    (
        lambda root: (root / "there.csv").move(root / "new.csv"),
        {"there.csv": READ | DROPPED, "new.csv": WRITTEN},
    ),
    (
        lambda root: (root / "there.csv").rename(root / "new.csv"),
        {"there.csv": READ | DROPPED, "new.csv": WRITTEN},
    ),
    (
        lambda root: [(root / "new.csv").write_text("1"), (root / "new.csv").unlink()],
        {"new.csv": GONE},
    ),
]


@pytest.mark.parametrize(("act", "traces"), WAYS)
def test_each_way_to_an_object_is_seen_by_the_name_that_hooks_give_it(
    root: ObjectStoragePath, act: Any, traces: dict[str, int]
) -> None:
    # Local paths are pathlib's, which does without fsspec.
    with watching("fsspec", "files"):
        act(root)
    assert named(root) == traces


def test_lines_of_an_open_object_are_a_reading(root: ObjectStoragePath) -> None:
    with watching("fsspec"), (root / "there.csv").open() as file:
        assert list(file) == ["a\n", "b\n"]
    assert named(root) == {"there.csv": READ}


def test_files_and_filesystems_agree_on_names(root: ObjectStoragePath) -> None:
    with watching("fsspec", "files"):
        (root / "new.csv").write_text("1")
        (root / "there.csv").move(root / "moved.csv")
    assert named(root) == {"new.csv": WRITTEN, "there.csv": READ | DROPPED, "moved.csv": WRITTEN}


def test_one_store_is_copied_into_another(root: ObjectStoragePath, tmp_path: Path) -> None:
    target = ObjectStoragePath(f"file://{tmp_path}/fetched.csv")
    with watching("fsspec"):
        (root / "there.csv").copy(target)
    assert named(root)["there.csv"] == READ
    assert seen(tmp_path)["fetched.csv"] == WRITTEN


def test_no_name_holds_the_connection(root: ObjectStoragePath) -> None:
    with watching("fsspec"):
        (root / "there.csv").read_text()
    assert "@" not in str(OBSERVER.traces)
    assert "hunter2" not in str(OBSERVER.traces)
