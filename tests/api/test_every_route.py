"""Every route of the sub-app, asked by everybody: with Airflow's own tokens and an auth manager with rights per DAG."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from airflow.api_fastapi import app as airflow_app
from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.common.db.common import _get_session
from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from airflow_lineage_provider.api import access as api_access
from airflow_lineage_provider.api.app import create_app
from airflow_lineage_provider.api.drain_thread import DrainThread
from airflow_lineage_provider.contracts.apply import apply_text
from airflow_lineage_provider.governance.consult import consult_all, consult_dag
from airflow_lineage_provider.model.connection import ConnectionIdentity
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column, IoEntry
from airflow_lineage_provider.model.openlineage.event import (
    EventDataset,
    EventKind,
    JobRef,
    LineageEvent,
    Phase,
)
from airflow_lineage_provider.model.record import Statement
from airflow_lineage_provider.store.datasets import DATASET
from airflow_lineage_provider.store.decisions import baseline_entries
from airflow_lineage_provider.store.decisions.approval import Request
from airflow_lineage_provider.store.decisions.grant_requests import create_grant
from airflow_lineage_provider.store.decisions.waiver_requests import WaiverScope, create_waiver
from airflow_lineage_provider.store.external.ingest import ingest_event
from airflow_lineage_provider.store.facets import link_facets
from airflow_lineage_provider.store.tables import DatasetFacet, core_table
from tests.airflow_rows import NOW
from tests.store.stories import Story, core

SECRET = "hush"
"""Is in every name that the restricted user may not learn, and in none that they may."""
RUN_UUID = "3f5e83fa-3480-44ff-99c5-ff943904e5e8"
OPEN, HIDDEN = "open_dag", "hush_dag"
LAKE = "s3://lake"


CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: contract-{dataset}
version: 1.0.0
status: draft
team: {{name: team-{dataset}}}
schema:
  - name: {dataset}
    customProperties:
      - {{property: openlineageNamespace, value: 's3://lake'}}
      - {{property: openlineageName, value: {dataset}}}
    properties:
      - {{name: nosuch, logicalType: string}}
"""


class PerDag(SimpleAuthManager):
    """Roles as usual, and one that may read a single DAG."""

    def is_authorized_dag(
        self, *, method: Any, user: Any, access_entity: Any = None, details: Any = None
    ) -> bool:
        if user.role == "RESTRICTED":
            return method == "GET" and details is not None and details.id == OPEN
        return bool(
            super().is_authorized_dag(method=method, user=user, access_entity=access_entity, details=details)
        )

    @staticmethod
    def _is_authorized(*, user: Any, **kwargs: Any) -> bool:
        if user.role == "RESTRICTED":
            user = SimpleAuthManagerUser(username=user.username, role="VIEWER", teams=None)
            kwargs.pop("allow_get_role", None)
            kwargs["method"] = "GET" if kwargs["method"] == "GET" else kwargs["method"]
        return bool(SimpleAuthManager._is_authorized(user=user, **kwargs))


def entry(name: str, *columns: str) -> IoEntry:
    return IoEntry(
        Evidence.HOOK,
        dataset=DatasetId(LAKE, name),
        columns=tuple(Column(column, "int") for column in columns) or None,
    )


def fill(session: Session) -> None:
    session.merge(DagBundleModel(name="shop"))
    session.flush()
    for dag_id in (OPEN, HIDDEN):
        session.add(DagModel(dag_id=dag_id, bundle_name="shop", fileloc="x", is_stale=False))
    session.flush()
    warehouse = ConnectionIdentity("w", "postgres", host="db", database="shop", schema="public")
    opened = Story(session, dag_id=OPEN, run_id="r_open")
    opened.ingest(core(opened.attempt(), inputs=[entry("shared", "a")], outputs=[entry("visible", "a", "b")]))
    hidden = Story(session, dag_id=HIDDEN, run_id="r_hush")
    hidden.ingest(
        core(
            hidden.attempt("hushtask"),
            inputs=[entry("visible")],
            outputs=[entry("hushhush", "hushcolumn"), entry("hush/deep")],
            connections=[warehouse],
            statements=[Statement("INSERT INTO hushtable SELECT id AS hushid FROM hushsource", 0)],
        ),
        "hushtask",
    )
    ingest_event(
        LineageEvent(
            kind=EventKind.RUN,
            at=NOW,
            digest="e" * 64,
            body=b'{"job": {"namespace": "hushspace", "name": "hushjob"}}',
            producer="https://hush.test",
            job=JobRef("hushspace", "hushjob"),
            run_id=__import__("uuid").UUID(RUN_UUID),
            phase=Phase.COMPLETE,
            inputs=(EventDataset(DatasetId(LAKE, "hushhush")), EventDataset(DatasetId(LAKE, "shared"))),
            outputs=(
                EventDataset(DatasetId("postgres://hush:5432", "hush.t"), columns=(Column("hushcol"),)),
            ),
        ),
        received_from="user:hush",
        own_namespace="default",
        now=NOW,
        session=session,
    )
    govern(session)
    session.commit()


def govern(session: Session) -> None:
    """A contract, verdicts with findings, waivers, a grant and a baseline: of what is open and of what is hidden."""
    now = datetime.now(UTC)
    for dataset in ("visible", "hushhush"):
        apply_text(CONTRACT.format(dataset=dataset), source=f"{dataset}.odcs.yaml", session=session)
    for dag_id in (OPEN, HIDDEN):
        consult_dag(dag_id, now=now, session=session)
        request = Request(
            f"hush {dag_id}" if dag_id == HIDDEN else "open", "somebody", now + timedelta(days=1)
        )
        create_waiver(
            WaiverScope("owner-missing", dag_id=dag_id),
            request,
            longest=timedelta(days=9),
            now=now,
            session=session,
        )
    consult_all(now=now, session=session)
    create_grant(
        "hushgrant", HIDDEN, request, most_uses=None, longest=timedelta(days=9), now=now, session=session
    )
    baseline_entries.take(by="hush", now=now, session=session)


@functools.cache
def built() -> Any:
    """The sub-app, made once: that takes longer than a test of it."""
    return create_app()


@pytest.fixture
def app(committed: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    api_access.KEPT.clear()
    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "s" * 64)
    monkeypatch.setattr(airflow_app._AuthManagerState, "instance", PerDag())
    with Session(committed) as session:
        session.execute(delete(DagModel))
        fill(session)

    def sessions() -> Iterator[Session]:
        with Session(committed) as session:
            yield session

    app = built()
    app.dependency_overrides[_get_session] = sessions
    app.state.drain_thread = DrainThread()
    yield app
    with Session(committed) as session:
        session.execute(delete(DagModel))
        session.commit()
    api_access.KEPT.clear()


def client(app: Any, role: str | None) -> TestClient:
    headers = {}
    if role is not None:
        user = SimpleAuthManagerUser(username=f"u_{role}", role=role, teams=None)
        headers["Authorization"] = f"Bearer {airflow_app.get_auth_manager().generate_jwt(user)}"
    return TestClient(app, headers=headers)


VISIBLE_NODES = (f"dataset:{LAKE}:visible", f"job:default:{OPEN}.load")
HIDDEN_NODES = (
    f"dataset:{LAKE}:hushhush",
    f"job:default:{HIDDEN}.hushtask",
    "job:hushspace:hushjob",
    "dataset:postgres://hush:5432:hush.t",
)
HIDDEN_AND_UNKNOWN = (
    *((node, node.replace(SECRET, "gone")) for node in HIDDEN_NODES),
    (f"dag:default:{HIDDEN}", "dag:default:gone_dag"),
    (f"column:{LAKE}:hushhush:hushcolumn", f"column:{LAKE}:gone:gonecolumn"),
    (f"datasetField:{LAKE}:hushhush:hushcolumn", f"datasetField:{LAKE}:gone:gonecolumn"),
    ("run:2", "run:999"),
    ("run:3", "run:998"),
    (f"run:{RUN_UUID}", f"run:{RUN_UUID[:-1]}0"),
)
"""What is there and may not be seen, and what is not there."""
VALUES: dict[str, tuple[str, ...]] = {
    "nodeId": (
        *VISIBLE_NODES,
        *HIDDEN_NODES,
        f"datasetField:{LAKE}:visible:a",
        f"datasetField:{LAKE}:hushhush:hushcolumn",
    ),
    "q": ("h", "v"),
    "text": ("h", "v"),
    "dag_id": (OPEN, HIDDEN),
    "run_id": ("r_open", "r_hush", RUN_UUID, "1", "2", "3"),
    "task_id": ("load", "hushtask"),
    "runId": (RUN_UUID,),
    "id": (RUN_UUID, "1", "2", "3"),
    "run": ("1", "2", "3", RUN_UUID),
    "ns": (LAKE, "default", "hushspace", "postgres://hush:5432"),
    "namespace": (LAKE, "default", "hushspace", "postgres://hush:5432"),
    "name": ("visible", "hushhush", f"{HIDDEN}.hushtask", "hush.t"),
    "ds": ("visible", "hushhush", "hush.t"),
    "dataset": ("visible", "hushhush", "hush.t"),
    "job": (f"{OPEN}.load", f"{HIDDEN}.hushtask", "hushjob"),
    "source": (LAKE, "postgres://hush:5432"),
    "version": ("00000000-0000-3000-8000-000000000000",),
    "rest": (
        f"{LAKE}/datasets/visible",
        f"{LAKE}/datasets/hushhush",
        f"default/jobs/{HIDDEN}.hushtask/runs",
        "hushspace/jobs/hushjob",
        "hushspace",
    ),
    "format": ("csv", "graphml", "mermaid", "json", "openlineage"),
    "type": ("run", "job", "dataset"),
    "granularity": ("task", "dag", "table", "run", "column"),
    "finding_id": tuple(map(str, range(1, 12))),
    "verdict_id": ("1", "2", "3"),
    "waiver_id": ("1", "2"),
    "grant_id": ("1", "2"),
    "contract_id": ("contract-visible", "contract-hushhush"),
    "owner": ("team-visible", "team-hushhush"),
    "state": ("open", "resolved", "pending"),
}
"""By the name of a parameter: values for what the restricted user may see and for what they may not."""
ENOUGH = 12
"""Requests of a route, for users from whom nothing is hidden."""


def routes(app: Any) -> list[APIRoute]:
    return [route for route in app.routes if isinstance(route, APIRoute)]


def query_of(route: APIRoute) -> dict[str, Any]:
    """Parameters in the query of a route by name, those of what it depends on among them."""
    found: dict[str, Any] = {}
    open_ = [route.dependant]
    for dependant in open_:
        found.update({param.alias: param for param in dependant.query_params})
        open_ += dependant.dependencies
    return found


def requests_of(route: APIRoute) -> Iterator[str]:
    """Addresses of a route: every value of VALUES for its path, and for its query each on its own and all at once."""
    path_names = [param.name for param in route.dependant.path_params]
    query = query_of(route)
    unknown = [name for name in path_names if name not in VALUES] + [
        name for name, param in query.items() if param.field_info.is_required() and name not in VALUES
    ]
    assert not unknown, f"{route.path}: give VALUES some for {unknown}"
    required = [name for name, param in query.items() if param.field_info.is_required()]
    optional = [name for name in query if name in VALUES and name not in required]
    for values in itertools.product(*(VALUES[name] for name in path_names)):
        path = route.path
        for name, value in zip(path_names, values, strict=True):
            path = path.replace(f"{{{name}}}", quote(value, safe="")).replace(
                f"{{{name}:path}}", quote(value, safe="")
            )
        for given in itertools.product(*(VALUES[name] for name in required)):
            base = dict(zip(required, given, strict=True))
            yield address(path, base)
            for name in optional:
                for value in VALUES[name]:
                    yield address(path, {**base, name: value})
            if {"namespace", "name"} <= set(query):
                for namespace, name in itertools.product(VALUES["namespace"], VALUES["name"]):
                    yield address(path, {**base, "namespace": namespace, "name": name})
            if {"nodeId", "granularity"} <= set(query):
                for node, granularity in itertools.product(VALUES["nodeId"], VALUES["granularity"]):
                    yield address(path, {**base, "nodeId": node, "granularity": granularity})


def address(path: str, query: dict[str, str]) -> str:
    return path + (
        "?" + "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items()) if query else ""
    )


def test_nobody_gets_anything_without_signing_in(app: Any) -> None:
    anonymous = client(app, None)
    for route in routes(app):
        for method in sorted(route.methods - {"HEAD"}):
            first = next(requests_of(route))
            answer = anonymous.request(method, first)
            assert answer.status_code == 401, (method, first, answer.status_code, answer.text)


def test_the_files_of_the_user_interface_are_for_anybody_and_nothing_else_is(app: Any) -> None:
    (files,) = [route for route in app.routes if not isinstance(route, APIRoute)]
    assert files.path == "/static"
    anonymous = client(app, None)
    assert anonymous.get("/static/main.js").status_code == 200
    for path in ("/static/../app.py", "/static/..%2f..%2fplugin.py", "/static/", "/static"):
        assert anonymous.get(path).status_code in (401, 404), path


def test_a_restricted_user_learns_no_name_of_what_they_may_not_read(app: Any) -> None:
    restricted = client(app, "RESTRICTED")
    seen = 0
    for route in routes(app):
        if "GET" not in route.methods:
            continue
        for request in requests_of(route):
            answer = restricted.get(request)
            assert answer.status_code < 500, (request, answer.text)
            seen += "visible" in answer.text
            # What they sent themselves may come back in a message.
            text = answer.text.lower()
            if answer.status_code == 200:
                assert SECRET not in text, (request, text[max(0, text.index(SECRET) - 300) :][:600])
            else:
                assert answer.status_code in (400, 403, 404, 422), (request, answer.text)
    assert seen > 10


def test_hidden_and_unknown_things_get_the_same_answer(app: Any) -> None:
    restricted = client(app, "RESTRICTED")
    for route in routes(app):
        names = set(query_of(route))
        if "GET" not in route.methods or "nodeId" not in names:
            continue
        for (hidden, unknown), more in itertools.product(HIDDEN_AND_UNKNOWN, more_of(names)):
            queries = [{"nodeId": node, **more} for node in (hidden, unknown)]
            answers = [restricted.get(address(route.path, query)) for query in queries]
            assert answers[0].status_code == answers[1].status_code, (route.path, queries[0], answers[0].text)
            assert answers[0].text.replace(hidden, unknown) == answers[1].text, (route.path, queries[0])


def more_of(names: set[str]) -> Iterator[dict[str, str]]:
    """What may be asked beside a node: one thing at a time, as far as a route knows it."""
    yield {}
    columns = ("hushcolumn", "a", "x" * 1_001)
    values = {"granularity": VALUES["granularity"], "column": columns, "withDownstream": ("true",)}
    for name in sorted(names & values.keys()):
        yield from ({name: value} for value in values[name])


def test_a_masked_column_gets_the_same_answer_as_an_unknown_one(
    app: Any, committed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PerDag, "is_authorized_connection", lambda *args, **kwargs: False)
    with Session(committed) as session:
        row_id = session.scalar(select(DATASET.c.id).where(DATASET.c.name == "visible"))
        tags = {"tags": {"tags": [{"key": "pii", "value": "true", "field": "b"}]}}
        link_facets(core_table(DatasetFacet), "dataset_id", row_id or 0, tags, session=session)
        session.commit()
    whole = f"{LAKE}:visible"
    for role, route in itertools.product(("RESTRICTED", "VIEWER"), routes(app)):
        names = set(query_of(route))
        if "GET" not in route.methods or "nodeId" not in names:
            continue
        for more in more_of(names - {"column"}):
            asked = [
                [{"nodeId": f"{kind}:{whole}:{column}", **more} for column in ("b", "nosuch")]
                for kind in ("column", "datasetField")
            ]
            if "column" in names:
                asked.append(
                    [{"nodeId": f"dataset:{whole}", "column": name, **more} for name in ("b", "nosuch")]
                )
            for queries in asked:
                masked, unknown = (client(app, role).get(address(route.path, query)) for query in queries)
                assert masked.status_code == unknown.status_code, (role, route.path, queries[0], masked.text)
                assert masked.text.replace(":b'", ":nosuch'") == unknown.text, (route.path, queries[0])


@pytest.mark.parametrize("role", ["VIEWER", "ADMIN"])
def test_users_who_may_read_all_dags_see_everything(app: Any, role: str) -> None:
    signed_in = client(app, role)
    found = {"hushhush": 0, "visible": 0}
    for route in routes(app):
        if "GET" not in route.methods:
            continue
        for request in itertools.islice(requests_of(route), ENOUGH):
            answer = signed_in.get(request)
            assert answer.status_code < 500, (request, answer.text)
            if answer.status_code == 200:
                for name in found:
                    found[name] += name in answer.text
    assert min(found.values()) > 10


def test_only_some_users_may_send_events(app: Any) -> None:
    event = {
        "eventTime": "2026-06-15T12:00:00Z",
        "producer": "https://test",
        "job": {"namespace": "other", "name": "j"},
        "run": {"runId": RUN_UUID},
        "eventType": "START",
    }
    posting = [
        route for route in routes(app) if "POST" in route.methods and route.path.endswith("/v1/lineage")
    ]
    assert len(posting) == 1
    for role, status in ((None, 401), ("RESTRICTED", 403), ("VIEWER", 403), ("OP", 201), ("ADMIN", 201)):
        assert client(app, role).post(posting[0].path, json=event).status_code == status, role


ASKED_BY_AUTHORS = {"/api/v2/waivers", "/api/v2/grants"}
"""Who may edit one DAG may ask for that DAG: what they sent is read first."""


@pytest.mark.parametrize("role", ["RESTRICTED", "VIEWER"])
def test_who_may_only_read_decides_nothing(app: Any, role: str) -> None:
    signed_in = client(app, role)
    asked = 0
    for route in routes(app):
        if not route.path.startswith("/api/v2") or route.path.endswith(("/judge", "/validate")):
            continue
        for method in sorted(route.methods - {"GET", "HEAD"}):
            answer = signed_in.request(method, next(requests_of(route)))
            expected = (403, 422) if route.path in ASKED_BY_AUTHORS else (403,)
            assert answer.status_code in expected, (method, route.path, answer.status_code, answer.text)
            asked += 1
    for path, body in (
        ("/api/v2/waivers", {"rule": "owner-missing", "dag_id": OPEN, "reason": "x", "days": 1}),
        ("/api/v2/grants", {"name": "g", "dag_id": OPEN, "reason": "x", "days": 1}),
    ):
        assert signed_in.post(path, json=body).status_code == 403, path
    assert asked > 8


def test_the_judge_tells_a_restricted_user_nothing_of_what_they_may_not_read(app: Any) -> None:
    restricted = client(app, "RESTRICTED")
    path = "/api/v2/judge"
    for body in (
        {"dag_id": OPEN, "depth": 5},
        {"datasets": [{"namespace": LAKE, "name": "visible"}], "depth": 5},
    ):
        answer = restricted.post(path, json=body)
        assert answer.status_code == 200, answer.text
        assert SECRET not in answer.text
    assert "contract-visible" in answer.text
    for hidden, unknown in (
        ({"dag_id": HIDDEN}, {"dag_id": "gone_dag"}),
        (
            {"datasets": [{"namespace": LAKE, "name": "hushhush"}]},
            {"datasets": [{"namespace": LAKE, "name": "gonegone"}]},
        ),
    ):
        answers = [restricted.post(path, json=body) for body in (hidden, unknown)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].text.replace(SECRET, "gone") == answers[1].text
