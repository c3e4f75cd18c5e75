"""Mask secrets with Airflow's live masker, at the moment of sending."""

from __future__ import annotations

import math
from typing import Any

from airflow_lineage_provider.model.dataset_id import strip_credentials

_URI_KEYS = frozenset({"uri", "namespace", "host"})


def mask(value: Any) -> Any:
    """Copy a JSON value with every known secret replaced by ``***``.

    The masker rebinds its pattern whenever the task learns a secret, so it is asked anew each time: a
    pattern kept from an earlier moment would leak what was learned since. NUL and half surrogates, which
    a database refuses, go too.
    """
    from airflow.sdk.log import redact

    def walk(item: Any, key: str | None) -> Any:
        if isinstance(item, str):
            text = item.replace("\0", "") if "\0" in item else item
            if not text.isascii():
                text = text.encode("utf-8", "replace").decode("utf-8")
            if key in _URI_KEYS:
                text = _strip(text)
            return redact(text) if text else text
        if isinstance(item, dict):
            return {walk(str(name), None): walk(part, str(name)) for name, part in item.items()}
        if isinstance(item, list | tuple):
            return [walk(part, key) for part in item]
        # Some operators' facets hold NaN, which is not JSON: the server would refuse the whole segment.
        return None if isinstance(item, float) and not math.isfinite(item) else item

    return walk(value, None)


def _strip(text: str) -> str:
    # abfss://container@account: there the text before the @ names data.
    if (
        text.startswith(("abfs://", "abfss://", "wasb://", "wasbs://"))
        and ":" not in text.partition("//")[2].partition("@")[0]
    ):
        return text.partition("?")[0]
    return strip_credentials(text)
