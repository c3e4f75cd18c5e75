"""Where events go: the configured transport, taken apart where it has parts that do not depend on each other."""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from airflow_lineage_provider.model.dataset_id import strip_credentials_in

WHOLE = "transport"
"""Name of the only target of a transport without parts."""
KEY_LENGTH = 8
LONGEST_TIMEOUT = 30.0
"""Seconds: nobody waits longer for one answer of a backend, whatever is configured."""
DEFAULT_TIMEOUT = 5.0
KAFKA_TIMEOUT = 30_000
"""Milliseconds for which Kafka's producer tries to deliver an event, where no time is configured."""

_KAFKA_TIMES = ("message.timeout.ms", "delivery.timeout.ms")
"""Two names of one setting."""
_ADDRESS = (
    "url",
    "endpoint",
    "topic",
    "log_file_path",
    "bootstrap.servers",
    "site",
    "project_id",
    "location",
)
"""What tells two parts of one type apart, and is no secret."""
_NO_RETRY = {"total": 0, "read": 0, "connect": 0, "status_forcelist": []}


def targets_of(transport: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Name of each target to what the OpenLineage client makes a transport of.

    A composite transport that is to reach all of its parts becomes one target per part: each has a queue of its own,
    so that a part that is down neither loses events nor keeps them from the others. One that stops after its
    first success is one target.

    A part without a name has one that is made of its type and address, never of its place: what waits for a
    part must not go to another one because a third is taken out.
    """
    if transport.get("type") != "composite" or not transport.get("continue_on_success", True):
        return {WHOLE: _adapted(transport)}
    parts = transport.get("transports")
    if isinstance(parts, Mapping):
        named = {str(name): part for name, part in parts.items() if part}
    elif isinstance(parts, list):
        named = {}
        for part in parts:
            name = _name_of(part) if isinstance(part, Mapping) else str(part)
            number = sum(1 for other in named if other == name or other.startswith(f"{name} "))
            named[f"{name} {number + 1}" if name in named else name] = part
    else:
        named = {}
    if not named or not all(isinstance(part, Mapping) for part in named.values()):
        return {WHOLE: _adapted(transport)}
    return {name: _adapted(part) for name, part in named.items()}


def target_key(name: str) -> str:
    """Eight hex digits with which the digest of each queued event of a target begins."""
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:KEY_LENGTH]


def _name_of(part: Mapping[str, Any]) -> str:
    if part.get("name"):
        return str(part["name"])
    address = json.dumps(_address_of(part), sort_keys=True).encode("utf-8", "surrogatepass")
    return f"{part.get('type')}-{hashlib.sha256(address).hexdigest()[:8]}"


def _address_of(part: Mapping[str, Any]) -> dict[str, Any]:
    """Where a part sends to, without credentials; it does not change with them."""
    config = part.get("config")
    settings = {**config, **part} if isinstance(config, Mapping) else part
    found: dict[str, Any] = {
        key: strip_credentials_in(str(settings[key])) for key in _ADDRESS if settings.get(key) is not None
    }
    found["type"] = str(part.get("type"))
    inner, parts = part.get("transport"), part.get("transports")
    if isinstance(inner, Mapping):
        found["transport"] = _address_of(inner)
    if isinstance(parts, Mapping):
        parts = list(parts.values())
    if isinstance(parts, list):
        found["transports"] = [_address_of(each) for each in parts if isinstance(each, Mapping)]
    return found


def _adapted(transport: Mapping[str, Any]) -> dict[str, Any]:
    # The client takes keys out of what it is given, so it gets a copy.
    adapted: dict[str, Any] = copy.deepcopy(dict(transport))
    if adapted.get("type") == "async_http":
        # It answers before anything was sent; the queue already makes sure that nobody waits.
        adapted["type"] = "http"
    if adapted.get("type") == "http":
        # We try again ourselves, later and later, and in the meantime others get their turn.
        adapted["retry"] = dict(_NO_RETRY)
        adapted["timeout"] = _bounded(adapted.get("timeout"))
    if adapted.get("type") == "datadog":
        # It would hand what these rules match to a thread, and forget it.
        adapted["async_transport_rules"] = {}
    if adapted.get("type") in ("kafka", "msk-iam") and isinstance(adapted.get("config"), dict):
        producer = adapted["config"]
        if not any(name in producer for name in _KAFKA_TIMES):
            producer[_KAFKA_TIMES[0]] = KAFKA_TIMEOUT
        # It would keep silent about what was delivered.
        producer.pop("delivery.report.only.error", None)
    inner = adapted.get("transport")
    if isinstance(inner, Mapping):
        adapted["transport"] = _adapted(inner)
    parts = adapted.get("transports")
    if isinstance(parts, list):
        adapted["transports"] = [_adapted(part) if isinstance(part, Mapping) else part for part in parts]
    elif isinstance(parts, Mapping):
        adapted["transports"] = {
            name: _adapted(part) if isinstance(part, Mapping) else part for name, part in parts.items()
        }
    return adapted


def _bounded(timeout: object) -> float:
    try:
        seconds = float(timeout)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return DEFAULT_TIMEOUT
    return min(seconds, LONGEST_TIMEOUT) if seconds > 0 else DEFAULT_TIMEOUT
