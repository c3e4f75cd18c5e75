"""An S3 that answers over real HTTP, in a thread of this process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

REGION = "us-east-1"
KEY = "testing"


@contextmanager
def object_store(buckets: Mapping[str, Mapping[str, bytes]]) -> Iterator[str]:
    """Serve buckets with objects (bucket to key to content); yields the endpoint's URL."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name=REGION,
            aws_access_key_id=KEY,
            aws_secret_access_key=KEY,
        )
        for bucket, objects in buckets.items():
            client.create_bucket(Bucket=bucket)
            for key, content in objects.items():
                client.put_object(Bucket=bucket, Key=key, Body=content)
        client.close()
        yield endpoint
    finally:
        server.stop()
