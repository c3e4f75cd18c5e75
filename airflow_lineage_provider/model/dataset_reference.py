"""The ways in which a DAG author names a dataset, as the JSON that the server reads."""

from __future__ import annotations

from typing import Any


def dataset_reference(value: Any, place: str) -> dict[str, str]:
    """``{"namespace", "name"}``, ``{"uri"}`` or ``{"asset_name"}`` of what an author wrote.

    :param value: an Airflow ``Asset`` or a reference to one, ``(namespace, name)``, a URI, or anything with
        ``namespace`` and ``name`` like OpenLineage's ``Dataset``.
    :param place: where it stands, for the error.
    :raises TypeError: it is nothing of these.
    :raises ValueError: a part of it is empty.
    """
    if isinstance(value, str):
        if "://" not in value:
            raise ValueError(
                f"{place} is {value!r}; a dataset given as text is a URI, else (namespace, name)"
            )
        return {"uri": value}
    if isinstance(value, tuple | list):
        if len(value) != 2 or not all(isinstance(part, str) for part in value):
            raise TypeError(f"{place} is {value!r}; a pair is (namespace, name)")
        return _named(value[0], value[1], place)
    namespace, name, uri = (_text(value, key) for key in ("namespace", "name", "uri"))
    if namespace is not None and name is not None:
        return _named(namespace, name, place)
    if uri is not None and "://" in uri:
        return {"uri": uri}
    if (asset_name := name or uri) is not None:
        return {"asset_name": asset_name}
    raise TypeError(
        f"{place} is {type(value).__name__}; expected an Asset, (namespace, name), a URI or an OpenLineage Dataset"
    )


def _named(namespace: str, name: str, place: str) -> dict[str, str]:
    if not namespace.strip() or not name.strip():
        raise ValueError(f"{place}: namespace and name must not be empty")
    return {"namespace": namespace, "name": name}


def _text(value: Any, key: str) -> str | None:
    text = getattr(value, key, None)
    return text if isinstance(text, str) and text else None
