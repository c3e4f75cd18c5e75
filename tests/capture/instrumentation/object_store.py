"""An S3 that speaks HTTP on this machine, with two buckets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import requests
from moto.server import ThreadedMotoServer

OPTIONS = {"aws_access_key_id": "key", "aws_secret_access_key": "hunter2", "region_name": "eu-west-1"}


@contextmanager
def object_store() -> Iterator[str]:
    """Address of a server with the buckets ``lake`` and ``other``."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        # Servers of one process share what they hold.
        requests.post(f"{address}/moto-api/reset", timeout=10).raise_for_status()
        for bucket in ("lake", "other"):
            client(address).create_bucket(
                Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
            )
        yield address
    finally:
        server.stop()


def client(address: str) -> Any:
    return boto3.client("s3", endpoint_url=address, **OPTIONS)
