"""Verify an export of the audit with nothing but Python: ``python verify_audit_export.py EXPORT [CHECKPOINTS]``."""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def entry_hash(entry: dict[str, Any]) -> str:
    fields = ["lineage", str(entry["seq"]), entry["kind"], entry["at"], entry["actor"], entry["subject"]]
    fields += [entry["payload_hash"], entry["prev_hash"], entry["sealed_at"]]
    data = b"\x00"
    for field in fields:
        text = b"" if field is None else field.encode()
        data += b"\x00" if field is None else b"\x01" + len(text).to_bytes(8, "big") + text
    return hashlib.sha256(data).hexdigest()


def root(hashes: list[bytes]) -> bytes:
    if len(hashes) < 2:
        return hashes[0]
    split = 1 << ((len(hashes) - 1).bit_length() - 1)
    return hashlib.sha256(b"\x01" + root(hashes[:split]) + root(hashes[split:])).digest()


def verify(lines: Iterable[str], checkpoints: Iterable[str] = ()) -> str:
    before, hashes = "0" * 64, []
    for entry in filter(lambda each: each["seq"] is not None, map(json.loads, lines)):
        place = len(hashes) + 1
        stored = entry["payload_zlib"]
        if entry["seq"] != place:
            return f"entry {place} is missing"
        if entry["entry_hash"] != entry_hash(entry) or entry["prev_hash"] != before:
            return f"entry {place} changed"
        if stored and hashlib.sha256(base64.b64decode(stored)).hexdigest() != entry["payload_hash"]:
            return f"the payload of entry {place} changed"
        before = entry["entry_hash"]
        hashes.append(bytes.fromhex(before))
    for checkpoint in map(json.loads, checkpoints):
        size = checkpoint["size"]
        if size > len(hashes) or root(hashes[:size]).hex() != checkpoint["root"]:
            return f"the checkpoint of entry {size} knows another chain"
    return f"intact: {len(hashes)} entries"


if __name__ == "__main__":
    files = [Path(path).read_text(encoding="utf-8").split("\n") for path in sys.argv[1:]]
    sys.stdout.write(verify(*(filter(None, lines) for lines in files)) + "\n")
