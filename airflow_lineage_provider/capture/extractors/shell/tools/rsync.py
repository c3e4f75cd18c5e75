"""``rsync`` and ``scp``: files between this machine and others, which are named ``user@host:path``."""

from __future__ import annotations

import re

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain
from airflow_lineage_provider.capture.extractors.shell.options import Options
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.naming import local_file_id

_RSYNC = (
    "-e -f -T -B -M -@ --rsh --rsync-path --filter --exclude --include --exclude-from --include-from --files-from "
    "--temp-dir --partial-dir --compare-dest --copy-dest --link-dest --chmod --chown --bwlimit --timeout --port "
    "--log-file --password-file --max-size --min-size --suffix --backup-dir --out-format --info --debug"
)
_SCP = "-c -D -F -i -J -l -o -P -S -X"
_REMOTE = re.compile(r"(?:[^@/:]*@)?(?P<host>\[[^\]]+\]|[^@/:]+)::?(?P<path>.*)\Z", re.DOTALL)
_URL = re.compile(
    r"(?:rsync|scp)://(?:[^@/]*@)?(?P<host>[^/:]+)(?::(?P<port>\d+))?/(?P<path>.*)\Z", re.DOTALL
)


def rsync(call: Call) -> None:
    options = call.options(_RSYNC)
    if not options.has("-n", "--dry-run", "--list-only"):
        _transfer(call, options)


def scp(call: Call) -> None:
    options = call.options(_SCP)
    port = options.get("-P")
    _transfer(call, options, port.sure() if port is not None else None)


def _transfer(call: Call, options: Options, port: str | None = None) -> None:
    operands = list(options.operands)
    if len(operands) < 2:
        return
    target = operands.pop()
    for source in operands:
        try:
            if (found := _remote(source, port)) is not None:
                call.read_from(found)
            else:
                call.read(source)
            if (found := _remote(target, port)) is not None:
                call.write_to(found)
            else:
                for path in call.paths(target):
                    # What is copied from a folder's inside ("dir/") is not named after the folder.
                    inside = (
                        call.program == "rsync" and source.prefix.endswith("/") and source.unknown is None
                    )
                    call.write_path(path.rstrip("/") or "/" if inside else call.into(path, source.sure()))
        except NotCertain as doubt:
            call.left_out(str(doubt))


def _remote(name: Field, port: str | None) -> DatasetId | None:
    """File on another machine; ``None`` for one on this. Raises :class:`NotCertain`."""
    if name.unknown is not None and ":" not in name.prefix:
        return None
    found = _URL.match(name.text or name.prefix) or _REMOTE.match(name.text or name.prefix)
    if found is None:
        return None
    name.sure()
    path = found["path"]
    if not path.startswith("/") and "://" not in (name.text or ""):
        raise NotCertain("a path is relative to a home folder on another machine")
    port = found.groupdict().get("port") or port
    host = found["host"] if port else found["host"].strip("[]")
    return local_file_id(f"/{path.lstrip('/')}", f"{host}:{port}" if port else host)
