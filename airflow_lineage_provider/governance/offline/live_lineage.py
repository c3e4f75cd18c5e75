"""A running deployment, asked over its API: whom a change reaches, and what is known of datasets and wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.governance.facts import SchemaFact
from airflow_lineage_provider.governance.offline.downstream import OF_LINEAGE
from airflow_lineage_provider.governance.offline.report import Hit
from airflow_lineage_provider.governance.offline.waivers_file import InvalidWaivers, read_waiver
from airflow_lineage_provider.governance.waiver import Waiver
from airflow_lineage_provider.model.dataset_id import DatasetId, strip_credentials_in
from airflow_lineage_provider.model.io_entry import Column

if TYPE_CHECKING:
    import httpx

API = "/lineage/api/v2"
LEAKED = "classification-leaked"
OF_DEPLOYMENT = "the running deployment"
"""Stands for a job where none is known."""
_SECONDS = 30.0
_MOST_PAGES = 50
_PAGE = 100


class UnreachableLineage(OSError):
    """The deployment does not answer, or not as it should; the message says how."""


class LiveLineage:
    """One deployment. Close it when all is asked."""

    def __init__(self, url: str, token: str | None, *, transport: httpx.BaseTransport | None = None) -> None:
        import httpx

        token = (token or "").strip()
        if not all("!" <= character <= "~" for character in token):
            raise UnreachableLineage("AIRFLOW_LINEAGE_TOKEN holds characters that no token has")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        base = url.strip().rstrip("/").removesuffix(API)
        self._name = strip_credentials_in(f"{base}{API}")
        self._is_confirmed = False
        self._findings: dict[DatasetId, list[Mapping[str, Any]]] = {}
        self._waivers: list[Waiver] | None = None
        self._schemas: dict[DatasetId, SchemaFact | None] = {}
        self.hidden: set[DatasetId] = set()
        """Datasets of which the token's user may not see every column."""
        try:
            self._client = httpx.Client(
                base_url=f"{base}{API}", headers=headers, timeout=_SECONDS, transport=transport
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise UnreachableLineage(f"{self._name} is no URL: {strip_credentials_in(str(error))}") from None

    def close(self) -> None:
        self._client.close()

    def hits(self, dataset: DatasetId) -> tuple[Hit, ...]:
        """DAGs and jobs downstream; none where the deployment does not know the dataset."""
        found: dict[str, Hit] = {}
        asked = {"namespace": dataset.namespace, "name": dataset.name, "direction": "downstream"}
        for item in self._pages("/impact", asked, "items", may_be_unknown=True):
            if item.get("type") == "job" and not item.get("masked"):
                name = str(item.get("dag_id") or item.get("name") or item.get("id"))
                dag_id = str(item["dag_id"]) if item.get("dag_id") else None
                owners = tuple(str(owner) for owner in item.get("owners") or ())
                found.setdefault(name, Hit(name, dag_id, owners, str(item.get("degree") or "1"), OF_LINEAGE))
        return tuple(found.values())

    def findings(self, dataset: DatasetId) -> list[Mapping[str, Any]]:
        """Open findings about a dataset, as the API tells them; asked for once."""
        if dataset not in self._findings:
            asked = {"namespace": dataset.namespace, "name": dataset.name, "state": "open"}
            self._findings[dataset] = list(self._pages("/findings", asked, "findings"))
        return self._findings[dataset]

    def waivers(self) -> list[Waiver]:
        """Waivers in force there, as far as the token's user may see them; asked for once."""
        if self._waivers is None:
            told = self._pages("/waivers", {"state": "active"}, "waivers")
            try:
                self._waivers = [read_waiver(item, f"waivers[{index}]") for index, item in enumerate(told)]
            except InvalidWaivers as error:
                raise UnreachableLineage(f"{self._name}/waivers: {error}") from None
        return self._waivers

    def schema(self, dataset: DatasetId) -> SchemaFact | None:
        """Columns as a run saw them last; ``None`` where the deployment knows none, or does not tell all of them."""
        if dataset not in self._schemas:
            asked = {"namespace": dataset.namespace, "name": dataset.name, "limit": "1"}
            page = self._get("/datasets/schema-history", asked, may_be_unknown=True)
            versions = page.get("versions") if page is not None else []
            try:
                self._schemas[dataset] = _schema(versions[0]) if versions else None
            except _Hidden:
                self.hidden.add(dataset)
                self._schemas[dataset] = None
            except (TypeError, ValueError, KeyError, AttributeError):
                raise UnreachableLineage(
                    f"{self._name}/datasets/schema-history answers in other words"
                ) from None
        return self._schemas[dataset]

    def leaks(self, dataset: DatasetId) -> list[Mapping[str, Any]]:
        """Classified columns that were seen flowing into a dataset unmasked: what open findings rest on."""
        found = []
        for told in self.findings(dataset):
            if told.get("rule") == LEAKED and told.get("result") in ("fail", "warn"):
                detail = self._get(f"/findings/{told.get('id')}", {}, may_be_unknown=True)
                evidence = detail.get("evidence") if detail is not None else None
                if isinstance(evidence, Mapping):
                    found.append(evidence)
        return found

    def _pages(
        self, path: str, asked: Mapping[str, str], key: str, *, may_be_unknown: bool = False
    ) -> Iterator[Mapping[str, Any]]:
        cursor: str | None = None
        for _ in range(_MOST_PAGES):
            given = {**asked, "limit": str(_PAGE), **({"cursor": cursor} if cursor else {})}
            page = self._get(path, given, may_be_unknown=may_be_unknown)
            if page is None:
                return
            items = page.get(key)
            if not isinstance(items, list):
                raise UnreachableLineage(
                    f"{self._name}{path} answers without {key}: is it this provider's API?"
                )
            yield from (item for item in items if isinstance(item, Mapping))
            cursor = page.get("next_cursor")
            if not cursor:
                return

    def _get(
        self, path: str, asked: Mapping[str, str], *, may_be_unknown: bool = False
    ) -> Mapping[str, Any] | None:
        """The JSON object of an answer.

        :param may_be_unknown: what is asked about may be nothing that the deployment knows: ``None``.
        """
        import httpx

        try:
            answer = self._client.get(path, params=dict(asked))
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnreachableLineage(
                f"{self._name} does not answer: {strip_credentials_in(str(error))}"
            ) from None
        if answer.status_code == httpx.codes.NOT_FOUND:
            if may_be_unknown:
                self._confirm()
                return None
            raise UnreachableLineage(
                f"{self._name}{path} is not there (404): give the URL of an API server that has this provider"
            )
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
            raise UnreachableLineage(
                f"{self._name} refuses ({answer.status_code}): AIRFLOW_LINEAGE_TOKEN must hold a token of a "
                "user who may read DAGs"
            )
        if not answer.is_success:
            raise UnreachableLineage(f"{self._name}{path} answers {answer.status_code}")
        try:
            document = answer.json()
        except ValueError:
            document = None
        if not isinstance(document, Mapping):
            raise UnreachableLineage(
                f"{self._name}{path} answers no JSON object: is it an API server of Airflow?"
            )
        self._is_confirmed = True
        return document

    def _confirm(self) -> None:
        """That nobody knows a dataset, and that nobody is there, both are 404: ask for what is always there."""
        if not self._is_confirmed:
            self._get("/findings", {"limit": "1"})


class _Hidden(ValueError):
    """A column of which nothing is told but that it is there."""


def _schema(version: Any) -> SchemaFact:
    columns = []
    for column in version["columns"]:
        if not isinstance(column["name"], str):
            raise _Hidden
        columns.append(Column(column["name"], column.get("type"), column.get("nullable")))
    run = version.get("run")
    source = str(run["job_name"]) if run else OF_DEPLOYMENT
    return SchemaFact(tuple(columns), datetime.fromisoformat(version["valid_from"]), source)
