from __future__ import annotations

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.sighting import Act
from airflow_lineage_provider.capture.instrumentation.sources.boto3 import _TOLD, _saw
from airflow_lineage_provider.model.dataset_id import DatasetId
from tests.capture.instrumentation.object_store import OPTIONS, client, object_store
from tests.capture.instrumentation.watching import DROPPED, GONE, READ, WRITTEN, seen, watching

PARTS = TransferConfig(multipart_threshold=5_000_000, multipart_chunksize=5_000_000, max_concurrency=4)


@pytest.fixture(scope="module")
def store() -> Iterator[str]:
    with object_store() as address:
        yield address


@pytest.fixture
def s3(store: str) -> Any:
    s3 = client(store)
    for key in ("there.csv", "folder/1.csv", "folder/2.csv"):
        s3.put_object(Bucket="lake", Key=key, Body=b"a,b\n")
    return s3


COPIED = {"s3://lake/there.csv": READ, "s3://other/copy.csv": WRITTEN}


@pytest.mark.parametrize(
    ("act", "traces"),
    [
        (
            lambda s3: s3.get_object(Bucket="lake", Key="there.csv")["Body"].read(),
            {"s3://lake/there.csv": READ},
        ),
        (lambda s3: s3.put_object(Bucket="lake", Key="new.csv", Body=b"1"), {"s3://lake/new.csv": WRITTEN}),
        (lambda s3: s3.copy_object(Bucket="other", Key="copy.csv", CopySource="lake/there.csv"), COPIED),
        (lambda s3: s3.copy_object(Bucket="other", Key="copy.csv", CopySource="/lake/there.csv"), COPIED),
        (
            lambda s3: s3.copy_object(
                Bucket="other", Key="copy.csv", CopySource={"Bucket": "lake", "Key": "there.csv"}
            ),
            COPIED,
        ),
        (lambda s3: s3.copy({"Bucket": "lake", "Key": "there.csv"}, "other", "copy.csv"), COPIED),
        (lambda s3: s3.delete_object(Bucket="lake", Key="there.csv"), {"s3://lake/there.csv": DROPPED}),
        (
            lambda s3: s3.delete_objects(
                Bucket="lake", Delete={"Objects": [{"Key": "folder/1.csv"}, {"Key": "folder/2.csv"}]}
            ),
            {"s3://lake/folder/1.csv": DROPPED, "s3://lake/folder/2.csv": DROPPED},
        ),
        (lambda s3: s3.upload_fileobj(io.BytesIO(b"1"), "lake", "up.csv"), {"s3://lake/up.csv": WRITTEN}),
        (lambda s3: s3.download_fileobj("lake", "there.csv", io.BytesIO()), {"s3://lake/there.csv": READ}),
        (lambda s3: s3.head_object(Bucket="lake", Key="there.csv"), {}),
        (lambda s3: s3.list_objects_v2(Bucket="lake"), {}),
        (lambda s3: s3.put_object(Bucket="lake", Key="folder/"), {}),
        (lambda s3: s3.generate_presigned_url("get_object", {"Bucket": "lake", "Key": "there.csv"}), {}),
    ],
)
def test_each_operation_on_objects_is_seen_for_what_it_is(s3: Any, act: Any, traces: dict[str, int]) -> None:
    with watching("boto3"):
        act(s3)
    assert seen() == traces


def test_transfers_in_threads_and_parts_are_one_object_and_one_file(s3: Any, tmp_path: Path) -> None:
    big = tmp_path / "big.bin"
    big.write_bytes(b"x" * 11_000_000)
    with watching("boto3", "files"):
        s3.upload_file(str(big), "lake", "big.bin", Config=PARTS)
        s3.copy({"Bucket": "lake", "Key": "big.bin"}, "other", "copied.bin", Config=PARTS)
        s3.download_file("other", "copied.bin", str(tmp_path / "fetched.bin"), Config=PARTS)
    traces = seen()
    partial = [name for name, trace in traces.items() if trace == GONE]
    assert {name: trace for name, trace in traces.items() if name not in partial} == {
        f"{big}": READ,
        "s3://lake/big.bin": WRITTEN,
        "s3://other/copied.bin": WRITTEN,
        f"{tmp_path}/fetched.bin": WRITTEN,
    }
    assert len(partial) == 1


def test_resources_and_clients_of_threads_are_seen(store: str, s3: Any) -> None:
    bucket = boto3.resource("s3", endpoint_url=store, **OPTIONS).Bucket("lake")
    with watching("boto3"):
        bucket.Object("resource.csv").put(Body=b"1")
        with ThreadPoolExecutor(4) as pool:
            list(
                pool.map(lambda number: s3.put_object(Bucket="lake", Key=f"t/{number}", Body=b"1"), range(20))
            )
    assert seen() == {
        "s3://lake/resource.csv": WRITTEN,
        **{f"s3://lake/t/{number}": WRITTEN for number in range(20)},
    }


def test_sizes_are_those_of_whole_objects(s3: Any) -> None:
    with watching("boto3"):
        s3.get_object(Bucket="lake", Key="there.csv")
        s3.get_object(Bucket="lake", Key="folder/1.csv", Range="bytes=0-1")
    assert {name: detail.bytes for name, detail in OBSERVER.details.items()} == {
        "s3://lake/there.csv": 4,
    }


def test_what_fails_and_what_other_services_do_is_not_seen(s3: Any, store: str) -> None:
    queue = boto3.client("sqs", endpoint_url=store, **OPTIONS)
    with watching("boto3"):
        with pytest.raises(ClientError):
            s3.get_object(Bucket="lake", Key="missing.csv")
        queue.create_queue(QueueName="q")
    assert seen() == {}


def test_the_wrapper_is_gone_afterwards() -> None:
    before = vars(BaseClient)["_make_api_call"]
    with watching("boto3"):
        assert vars(BaseClient)["_make_api_call"] is not before
    assert vars(BaseClient)["_make_api_call"] is before


def test_an_access_point_is_the_bucket_it_is_called_by() -> None:
    point = "arn:aws:s3:eu-west-1:123456789012:accesspoint/mine"
    with watching("boto3"):
        _saw(Act.READ, {"Bucket": point, "Key": "a/b.csv"})
        _TOLD["CopyObject"]({"Bucket": "lake", "Key": "c.csv", "CopySource": f"{point}/object/d.csv"}, {})
    assert next(iter(OBSERVER.traces)) == DatasetId(f"s3://{point}", "a/b.csv")


def test_the_source_of_a_copy_is_unquoted_and_has_no_version() -> None:
    with watching("boto3"):
        _TOLD["UploadPartCopy"]({"CopySource": "lake/a%20b/c.csv?versionId=3"}, {})
        _TOLD["DeleteObject"]({"Bucket": "lake", "Key": "versioned.csv", "VersionId": "3"}, {})
        _TOLD["DeleteObjects"](
            {"Bucket": "lake", "Delete": {"Objects": [{"Key": "kept.csv"}, {"Key": "gone.csv"}]}},
            {"Errors": [{"Key": "kept.csv", "Code": "AccessDenied"}]},
        )
    assert seen() == {"s3://lake/a b/c.csv": READ, "s3://lake/gone.csv": DROPPED}
