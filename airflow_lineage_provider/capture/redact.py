"""Mask secrets with Airflow's live masker, at the moment of sending."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from airflow_lineage_provider.capture.json_value import NotJson, json_value
from airflow_lineage_provider.capture.sql_secrets import hide_secrets
from airflow_lineage_provider.model.dataset_id import safe_dataset_id, safe_uri
from airflow_lineage_provider.model.usable import usable
from airflow_lineage_provider.model.wire_limits import MAX_DEPTH

_OUR_WORDS = frozenset(
    {
        "v", "kind", "outcome", "ti_id", "awaits", "operator", "started_at", "ended_at", "capture_ms", "evidence",
        "conn_id", "conn_type", "port", "connection", "rows", "bytes", "executed", "source", "error",
    }
)  # fmt: skip
"""Fields with words and numbers of our own and of Airflow: no secret, though a weak one may be spelled alike."""
_IDENTITY = frozenset({"host", "database", "schema"})
"""What names data on a connection. Where all of it equals a secret (password ``airflow`` of database ``airflow``),
it is the secret that is no secret; masked, the dataset would lose its name."""
_FIELDS = _OUR_WORDS | {
    "context", "inputs", "outputs", "connections", "statements", "observed", "run_facets", "job_facets", "errors",
    "truncated", "dataset", "namespace", "name", "uri", "asset_name", "alias", "columns", "facets", "type",
    "nullable", "description", "sql", "job_id", "database", "schema", "host", "extra", "message",
}  # fmt: skip
"""Names of our own fields: they stay what they are, however a secret may be spelled."""
_FREE_FORM = frozenset({"run_facets", "job_facets", "facets", "context"})
"""Objects of other people: their keys are masked too."""


_SHOWN = 100
"""Characters of the name of a facet that was left out."""
_MAX_NESTED = MAX_DEPTH - 8
"""Objects and lists inside of a facet: it stands some levels deep in the record."""
_MAX_VALUES = 100_000
"""Values in all facets of a record; a structure that holds itself has no end."""


def mask(wire: dict[str, Any]) -> dict[str, Any]:
    """Copy a segment with every known secret replaced by ``***``, as JSON that a server can read.

    The masker rebinds its pattern whenever the task learns a secret, so it is asked anew each time: a
    pattern kept from an earlier moment would leak what was learned since. Credentials in URIs go, and NUL and
    half surrogates, which a database refuses. What is no JSON or not usable goes too, named in ``truncated``:
    after masking, for a name may be nothing but a secret.
    """
    from airflow.sdk.log import redact

    left: list[str] = []
    values = 0

    namespaces: dict[str, str] = {}

    def text(value: str, key: str | None) -> str:
        if key != "namespace":
            return one_text(value, key)
        # A thousand datasets live in a few places.
        if value not in namespaces:
            namespaces[value] = one_text(value, key)
        return namespaces[value]

    def one_text(value: str, key: str | None) -> str:
        value = value.replace("\0", "") if "\0" in value else value
        if not value.isascii():
            value = value.encode("utf-8", "replace").decode("utf-8")
        if "://" in value and key in ("uri", "namespace", "name", "asset_name", "alias", "host"):
            value = safe_uri(value)
        masked = str(redact(value)) if value else value
        return value if key in _IDENTITY and masked == "***" else masked

    def key_of(name: Any, free: bool) -> str:
        return text(str(name), None) if free or name not in _FIELDS else str(name)

    def walk(item: Any, key: str | None) -> Any:
        if type(item) is str:
            return text(item, key)
        if isinstance(item, dict):
            return {
                key_of(name, False): (
                    part
                    if name in _OUR_WORDS
                    else facets(part, str(name))
                    if name in _FREE_FORM
                    else walk(part, str(name))
                )
                for name, part in item.items()
            }
        if isinstance(item, list | tuple):
            return [walk(part, key) for part in item]
        try:
            item = json_value(item)
        except Exception:
            # No text where one belongs: whoever checks the fields names it.
            return None
        return text(item, key) if isinstance(item, str) else item

    def facets(part: Any, key: str) -> Any:
        if not isinstance(part, Mapping):
            return walk(part, key)
        kept = {}
        for name, body in part.items():
            try:
                title = key_of(name, True)
                kept[title] = free(body, title, 1)
            except Exception as error:
                words = (
                    str(error) if isinstance(error, NotJson) else f"it cannot be read, {type(error).__name__}"
                )
                left.append(f"{key}.{_title(name, text)} left out: {words}")
        return kept

    def free(item: Any, key: str, depth: int) -> Any:
        nonlocal values
        values += 1
        if values > _MAX_VALUES:
            raise NotJson(f"the record has more than {_MAX_VALUES} values in facets")
        if depth > _MAX_NESTED:
            raise NotJson(f"it is nested more than {_MAX_NESTED} deep")
        item = json_value(item)
        if isinstance(item, str):
            return text(item, key)
        if isinstance(item, dict):
            return {key_of(name, True): free(part, str(name), depth + 1) for name, part in item.items()}
        if isinstance(item, list | tuple):
            return [free(part, key, depth + 1) for part in item]
        return item

    masked: dict[str, Any] = walk(_without_stated_secrets(wire), None)
    for direction in ("inputs", "outputs"):
        for entry in masked.get(direction, ()):
            _clean_names(entry)
    if left:
        masked["truncated"] = [*masked.get("truncated", []), *left]
    return usable(masked)


def _title(name: Any, text: Callable[[str, None], str]) -> str:
    try:
        return text(str(name), None)[:_SHOWN]
    except Exception:
        return "?"


def _without_stated_secrets(wire: dict[str, Any]) -> dict[str, Any]:
    """Blank what a statement itself says is a secret: the masker has never heard of it."""
    statements = wire.get("statements")
    if not statements:
        return wire
    hidden = [
        {**entry, "sql": hide_secrets(entry["sql"])} if isinstance(entry.get("sql"), str) else entry
        for entry in statements
    ]
    return {**wire, "statements": hidden}


def _clean_names(entry: Any) -> None:
    """An asset that was given a URI only has that URI, credentials and all, as its name."""
    if not isinstance(entry, dict):
        return
    dataset = entry.get("dataset")
    if isinstance(dataset, dict):
        namespace, name = dataset.get("namespace"), dataset.get("name")
        if isinstance(namespace, str) and isinstance(name, str) and ("://" in namespace or "://" in name):
            safe = safe_dataset_id(namespace, name)
            entry["dataset"] = {"namespace": safe.namespace, "name": safe.name}
    if entry.get("asset_name") == entry.get("uri") and "uri" in entry:
        entry.pop("asset_name", None)
