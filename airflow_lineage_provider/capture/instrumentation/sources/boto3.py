"""boto3: objects that S3 clients read, write, copy and delete, transfers in threads included."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any
from urllib.parse import unquote

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sighting import Act, Detail
from airflow_lineage_provider.capture.instrumentation.sources.address import object_name, object_name_of

Request = Mapping[str, Any]
Tell = Callable[[Request, Request], None]
"""Told the parameters of a request and its response."""


def install(module: ModuleType, patches: Patches) -> None:
    """Wrap the one method through which every client of every service calls."""

    def called(client: Any, args: tuple[Any, ...], kwargs: dict[str, Any], response: Any) -> None:
        tell = _TOLD.get(args[0] if args else kwargs["operation_name"])
        if tell is not None and client.meta.service_model.service_name == "s3":
            tell(args[1] if len(args) > 1 else kwargs["api_params"], response)

    patches.after(module.BaseClient, "_make_api_call", called)


def _read(request: Request, response: Request) -> None:
    # Of a range this is the length of the range.
    size = None if request.get("Range") or "PartNumber" in request else response.get("ContentLength")
    _saw(Act.READ, request, size)


def _written(request: Request, response: Request) -> None:
    # What it was is not known any more: botocore has made a stream of the body.
    _saw(Act.WRITE, request)


def _copied(request: Request, response: Request) -> None:
    _read_source(request, response)
    _saw(Act.WRITE, request)


def _read_source(request: Request, response: Request) -> None:
    source = request.get("CopySource")
    if isinstance(source, Mapping):
        _saw(Act.READ, source)
    elif isinstance(source, str):
        # "bucket/key?versionId=...", quoted by the caller.
        name = object_name_of("s3", unquote(source.partition("?versionId=")[0]).lstrip("/"))
        if name is not None:
            OBSERVER.saw(Act.READ, name)


def _deleted(request: Request, response: Request) -> None:
    _saw(Act.DELETE, request)


def _all_deleted(request: Request, response: Request) -> None:
    failed = {error.get("Key") for error in _listed(response.get("Errors"))}
    for one in _listed(request.get("Delete", {}).get("Objects")):
        if one.get("Key") not in failed:
            _saw(Act.DELETE, {"Bucket": request["Bucket"], **one})


_TOLD: dict[str, Tell] = {
    "GetObject": _read,
    "SelectObjectContent": _read,
    "PutObject": _written,
    "CompleteMultipartUpload": _written,
    "CopyObject": _copied,
    "UploadPartCopy": _read_source,
    "DeleteObject": _deleted,
    "DeleteObjects": _all_deleted,
}
"""Operations on what is in objects. A part of an upload is nothing before the upload is complete."""


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else ()


def _saw(act: Act, place: Request, size: Any = None) -> None:
    if act is Act.DELETE and place.get("VersionId"):
        # The object is still there, in another version.
        return
    name = object_name("s3", str(place["Bucket"]), str(place["Key"]))
    if name is not None:
        OBSERVER.saw(act, name, Detail(bytes=size) if isinstance(size, int) else None)
