"""What may be told of an exception: its own words, without the values that libraries put into them."""

from __future__ import annotations

import re

from airflow_lineage_provider.model.dataset_id import strip_credentials_in

MAX_LENGTH = 500

_SQL_PART = re.compile(
    r"\s*(?:\[SQL:|\[parameters:|\bLINE \d+:|\bDETAIL:|\(Background on this error).*", re.DOTALL
)
_QUOTED = re.compile(r"'(?P<single>(?:[^']|'')*)'|\"(?P<double>[^\"]*)\"")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.$]{0,127}\Z")


def message_of(error: BaseException) -> str:
    """Words of an exception, see :func:`clean_message`; of a database error those of the driver."""
    origin = getattr(error, "orig", None)
    return clean_message(str(origin if isinstance(origin, BaseException) else error))


def clean_message(text: str) -> str:
    """Cut from a message what may be data or a secret.

    The SQL and the parameters that SQLAlchemy and drivers append go, user info and query of URLs go, and quoted
    text goes unless it looks like a name. At most 500 characters of the first lines are left.
    """
    text = _SQL_PART.sub("", text[: 20 * MAX_LENGTH])
    text = strip_credentials_in(text)
    text = _QUOTED.sub(_keep_names, text)
    return " ".join(text.split())[:MAX_LENGTH]


def _keep_names(match: re.Match[str]) -> str:
    # A driver quotes the name of a missing table like the value it could not read: only names are kept.
    inner = match["double"] if match["double"] is not None else match["single"]
    mark = match[0][0]
    return match[0] if _NAME.match(inner) else f"{mark}?{mark}"
