"""Copies between a machine and an object store, or inside one, as all their command lines have them."""

from __future__ import annotations

import posixpath

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain


def transfer(
    call: Call,
    source: Field,
    target: Field,
    schemes: tuple[str, ...],
    *,
    whole_folder: bool,
    moves: bool = False,
) -> None:
    """One source to one target, either of which may be a URI.

    :param schemes: beginnings of URIs of the store: ``("s3://",)``.
    :param whole_folder: what is in the source's folder goes into the target's; else it is one object.
    """
    is_remote_source, is_remote_target = source.prefix.startswith(schemes), target.prefix.startswith(schemes)
    name = posixpath.basename((source.text or "").rstrip("/"))
    try:
        if source.text == "-":
            name = ""
        elif is_remote_source:
            call.read_from(_object(source))
        else:
            call.read(source, moved=moves)
    except NotCertain as doubt:
        call.left_out(str(doubt))
    if target.text == "-":
        return
    if is_remote_target:
        uri = target.sure()
        if not whole_folder and (uri.endswith("/") or "/" not in uri.partition("://")[2]):
            if not name or "*" in name or source.unknown is not None:
                name = ""
            uri = f"{uri.rstrip('/')}/{name}"
        call.write_to(uri.rstrip("/") or uri)
        return
    for path in call.paths(target):
        call.write_path(path if whole_folder or not name or "*" in name else call.into(path, name))


def _object(name: Field) -> str:
    """URI of an object; of what is before a wildcard, its folder."""
    uri = name.sure()
    if "*" in uri or name.pattern is not None:
        uri = uri[: min(at for at in (uri.find("*"), uri.find("?"), uri.find("["), len(uri)) if at >= 0)]
        uri = uri.rpartition("/")[0]
    return uri.rstrip("/")
