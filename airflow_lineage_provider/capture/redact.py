"""Mask secrets with Airflow's live masker, at the moment of sending."""

from __future__ import annotations

import math
from typing import Any

from airflow_lineage_provider.model.dataset_id import safe_dataset_id, strip_credentials

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


def mask(wire: dict[str, Any]) -> dict[str, Any]:
    """Copy a segment with every known secret replaced by ``***``.

    The masker rebinds its pattern whenever the task learns a secret, so it is asked anew each time: a
    pattern kept from an earlier moment would leak what was learned since. Credentials in URIs go, and NUL and
    half surrogates, which a database refuses.
    """
    from airflow.sdk.log import redact

    def text(value: str, key: str | None) -> str:
        value = value.replace("\0", "") if "\0" in value else value
        if not value.isascii():
            value = value.encode("utf-8", "replace").decode("utf-8")
        if "://" in value and key in ("uri", "namespace", "name", "asset_name", "alias", "host"):
            value = _strip(value)
        masked = str(redact(value)) if value else value
        return value if key in _IDENTITY and masked == "***" else masked

    def key_of(name: Any, free: bool) -> str:
        return text(str(name), None) if free or name not in _FIELDS else str(name)

    def walk(item: Any, key: str | None, free: bool) -> Any:
        if isinstance(item, str):
            return text(item, key)
        if isinstance(item, dict):
            return {
                key_of(name, free): (
                    part
                    if not free and name in _OUR_WORDS
                    else walk(part, str(name), free or name in _FREE_FORM)
                )
                for name, part in item.items()
            }
        if isinstance(item, list | tuple):
            return [walk(part, key, free) for part in item]
        if isinstance(item, float) and not math.isfinite(item):
            # JSON has no word for it, and Airflow's API refuses the whole row.
            return None
        return item

    masked: dict[str, Any] = walk(wire, None, False)
    for direction in ("inputs", "outputs"):
        for entry in masked.get(direction, ()):
            _clean_names(entry)
    return masked


def _clean_names(entry: dict[str, Any]) -> None:
    """An asset that was given a URI only has that URI, credentials and all, as its name."""
    if "dataset" in entry:
        dataset = safe_dataset_id(entry["dataset"]["namespace"], entry["dataset"]["name"])
        entry["dataset"] = {"namespace": dataset.namespace, "name": dataset.name}
    if entry.get("asset_name") == entry.get("uri") and "uri" in entry:
        entry.pop("asset_name", None)


def _strip(text: str) -> str:
    # abfss://container@account: there the text before the @ names data.
    if text.startswith(("abfs://", "abfss://", "wasb://", "wasbs://")):
        user = text.partition("//")[2].partition("@")[0]
        if ":" not in user:
            return text.partition("?")[0]
    return strip_credentials(text)
