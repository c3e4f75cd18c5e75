"""A running deployment, asked over its API: whom a change reaches, and what is wrong with datasets right now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.governance.offline.downstream import OF_LINEAGE
from airflow_lineage_provider.governance.offline.report import Hit
from airflow_lineage_provider.model.dataset_id import DatasetId

if TYPE_CHECKING:
    import httpx

API = "/lineage/api/v2"
_SECONDS = 30.0
_MOST_PAGES = 50
_PAGE = 100


class UnreachableLineage(OSError):
    """The deployment does not answer, or not as it should; the message says how."""


class LiveLineage:
    """One deployment. Close it when all is asked."""

    def __init__(self, url: str, token: str | None, *, transport: httpx.BaseTransport | None = None) -> None:
        import httpx

        headers = {"Authorization": f"Bearer {token}"} if token else {}
        base = url.rstrip("/").removesuffix(API)
        try:
            self._client = httpx.Client(
                base_url=f"{base}{API}", headers=headers, timeout=_SECONDS, transport=transport
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise UnreachableLineage(f"{url} is no URL: {error}") from None

    def close(self) -> None:
        self._client.close()

    def hits(self, dataset: DatasetId) -> tuple[Hit, ...]:
        """DAGs and jobs downstream; none where the deployment does not know the dataset."""
        found: dict[str, Hit] = {}
        asked = {"namespace": dataset.namespace, "name": dataset.name, "direction": "downstream"}
        for item in self._pages("/impact", asked, "items"):
            if item.get("type") == "job" and not item.get("masked"):
                name = str(item.get("dag_id") or item.get("name") or item.get("id"))
                dag_id = str(item["dag_id"]) if item.get("dag_id") else None
                owners = tuple(str(owner) for owner in item.get("owners") or ())
                found.setdefault(name, Hit(name, dag_id, owners, str(item.get("degree") or "1"), OF_LINEAGE))
        return tuple(found.values())

    def findings(self, dataset: DatasetId) -> list[Mapping[str, Any]]:
        """Open findings about a dataset, as the API tells them."""
        asked = {"namespace": dataset.namespace, "name": dataset.name, "state": "open"}
        return list(self._pages("/findings", asked, "findings"))

    def _pages(self, path: str, asked: Mapping[str, str], key: str) -> Iterator[Mapping[str, Any]]:
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            page = self._get(path, {**asked, "limit": str(_PAGE), **({"cursor": cursor} if cursor else {})})
            if page is None:
                return
            items = page.get(key)
            yield from (
                (item for item in items if isinstance(item, Mapping)) if isinstance(items, list) else ()
            )
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def _get(self, path: str, asked: Mapping[str, str]) -> Mapping[str, Any] | None:
        import httpx

        try:
            answer = self._client.get(path, params=dict(asked))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnreachableLineage(f"{self._client.base_url} does not answer: {error}") from None
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise UnreachableLineage(
                f"{self._client.base_url} refuses ({answer.status_code}): AIRFLOW_LINEAGE_TOKEN must hold a token of a "
                "user who may read DAGs"
            )
        try:
            answer.raise_for_status()
            document = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise UnreachableLineage(f"{answer.url.path} of {self._client.base_url}: {error}") from None
        return document if isinstance(document, Mapping) else None
