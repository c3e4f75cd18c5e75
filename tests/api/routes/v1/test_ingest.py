from __future__ import annotations

import gzip
import json
import threading
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from airflow.api_fastapi import app as airflow_app
from airflow.api_fastapi.auth.managers.base_auth_manager import COOKIE_NAME_JWT_TOKEN
from airflow.api_fastapi.auth.managers.simple.simple_auth_manager import SimpleAuthManager
from airflow.api_fastapi.auth.managers.simple.user import SimpleAuthManagerUser
from airflow.api_fastapi.common.db.common import _get_session
from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from airflow.models.taskinstance import TaskInstance
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import delete, func, select
from sqlalchemy.exc import DataError, OperationalError
from sqlalchemy.orm import Session

from airflow_lineage_provider.api import intake
from airflow_lineage_provider.api.routes.v1 import ingest
from airflow_lineage_provider.store.ingest_keys import create_key, list_keys, revoke_key
from airflow_lineage_provider.store.tables import Alias, Dataset, DatasetFacet, Event, Job, Run
from tests.airflow_rows import add_attempt, add_dag_run
from tests.model.openlineage.events import (
    RUN_ID,
    dataset,
    dataset_event,
    datasets,
    job_event,
    jsons,
    run_event,
    run_events,
)

URL, BATCH = "/api/v1/lineage", "/api/v1/lineage/batch"
OWN = "default"


class Server:
    """The routes on one database, with somebody who sends."""

    def __init__(self, engine: Any) -> None:
        self.engine = engine
        self.app = FastAPI()
        self.app.include_router(ingest.router, prefix="/api/v1")
        self.app.dependency_overrides[_get_session] = self._session
        self.client = TestClient(self.app)
        self.headers: dict[str, str] = {}

    def _session(self) -> Iterator[Session]:
        with Session(self.engine) as session:
            yield session

    def key(self, *namespaces: str, name: str = "producer", expires_at: datetime | None = None) -> str:
        with Session(self.engine) as session, session.begin():
            return create_key(
                name,
                namespaces or ("spark",),
                created_by=None,
                expires_at=expires_at,
                now=datetime.now(UTC) - timedelta(days=2),
                session=session,
            )

    def sign_in(self, role: str) -> None:
        token = airflow_app.get_auth_manager().generate_jwt(
            SimpleAuthManagerUser(username="ann", role=role, teams=None)
        )
        self.headers = {"Authorization": f"Bearer {token}"}

    def use(self, key: str) -> None:
        self.headers = {"Authorization": f"Bearer {key}"}

    def post(self, document: Any, url: str = URL, **headers: str) -> Any:
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        return self.client.post(url, content=data, headers={**self.headers, **headers})

    def count(self, table: Any = Event) -> int:
        with Session(self.engine) as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def events(self) -> list[Any]:
        with Session(self.engine) as session:
            return list(session.scalars(select(Event).order_by(Event.id)))


@pytest.fixture
def server(committed: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("AIRFLOW__API_AUTH__JWT_SECRET", "s" * 64)
    monkeypatch.setattr(airflow_app._AuthManagerState, "instance", SimpleAuthManager())
    monkeypatch.setattr(intake, "PAUSE", 0.001)
    server = Server(committed)
    server.use(server.key())
    yield server
    server.client.close()
    with Session(committed) as session, session.begin():
        session.execute(delete(DagModel))


def test_each_kind_of_event_is_stored_once(server: Server) -> None:
    server.use(server.key("*", name="all"))
    for document in (run_event(outputs=[dataset()]), job_event(inputs=[dataset()]), dataset_event()):
        for _ in range(2):
            answer = server.post(document)
            assert (answer.status_code, answer.content) == (201, b"")
    assert [(event.kind, event.received_from) for event in server.events()] == [
        ("run", "key:all"),
        ("job", "key:all"),
        ("dataset", "key:all"),
    ]


def test_equal_content_in_another_order_is_the_same_event(server: Server) -> None:
    document = run_event()
    assert server.post(document).status_code == 201
    turned = dict(reversed(document.items()))
    assert server.post(json.dumps(turned, indent=4).encode()).status_code == 201
    assert server.count() == 1


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "GZIP"])
def test_a_packed_event_is_unpacked(server: Server, encoding: str) -> None:
    data = json.dumps(run_event()).encode()
    packed = gzip.compress(data[:10]) + gzip.compress(data[10:])
    assert server.post(packed, **{"Content-Encoding": encoding}).status_code == 201
    assert server.post(data, **{"Content-Encoding": "identity"}).status_code == 201
    assert server.count() == 1


@pytest.mark.parametrize(
    ("data", "headers", "status", "words"),
    [
        (b"{", {}, 400, "line 1, column 2"),
        (b"", {}, 400, "not JSON"),
        (b'{"a":\n  nope}', {}, 400, "line 2, column 3"),
        (b'{"a": NaN}', {}, 400, "NaN is no JSON"),
        (b'{"a": "\xff"}', {}, 400, "not UTF-8: byte 7"),
        (b"[" * 100_000, {}, 400, "nested too deeply"),
        (b'{"a": ' + b"9" * 5_000 + b"}", {}, 400, "not readable JSON"),
        (b"{}", {"Content-Encoding": "gzip"}, 400, "not gzip"),
        (gzip.compress(b"{}" * 99, mtime=0)[:-9], {"Content-Encoding": "gzip"}, 400, "ends too early"),
        (b"{}", {"Content-Encoding": "br"}, 415, "gzip or identity"),
        (b"{}", {"Content-Encoding": "gzip, gzip"}, 415, "gzip or identity"),
        (b"{}", {"Content-Type": "text/plain"}, 415, "application/json"),
        (b"a=b", {"Content-Type": "application/x-www-form-urlencoded"}, 415, "application/json"),
    ],
)
@pytest.mark.parametrize("url", [URL, BATCH])
def test_what_cannot_be_read_is_refused_with_the_place(
    server: Server, url: str, data: bytes, headers: dict[str, str], status: int, words: str
) -> None:
    answer = server.post(data, url, **headers)
    assert answer.status_code == status
    assert words in answer.json()["detail"]


def test_a_body_may_be_so_large_unpacked(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    data = json.dumps(run_event(producer="x" * 500)).encode()
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__INGEST_SIZE_LIMIT", str(len(data)))
    zipped = {"Content-Encoding": "gzip"}
    assert server.post(data).status_code == 201
    assert server.post(gzip.compress(data), **zipped).status_code == 201
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(bomb.compress(b" " * (1 << 20)) for _ in range(100))
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__INGEST_SIZE_LIMIT", str(len(packed) + 10))
    for answer in (
        server.post(b" " * (len(packed) + 11)),
        server.post(packed, **zipped),
        server.client.post(URL, content=iter([b" " * 200_000] * 9), headers=server.headers),
        server.client.post(
            URL, content=iter([b"{}"]), headers={**server.headers, "Content-Length": "9" * 30}
        ),
    ):
        assert answer.status_code == 413
        assert "ingest_size_limit" in answer.json()["detail"]


def test_a_wrong_field_is_named(server: Server) -> None:
    answer = server.post(run_event(inputs=[dataset(), {"namespace": "n", "name": None}]))
    assert answer.status_code == 422
    assert answer.json()["detail"] == [
        {
            "loc": ["body", "inputs[1].name"],
            "msg": "inputs[1].name must be a text that is not empty, but it is null or missing",
            "type": "invalid_event",
        }
    ]
    assert server.post([run_event()]).json()["detail"][0]["msg"] == "event must be an object, not a list"
    assert server.count() == 0


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({}, 401, "Not authenticated"),
        ({"Authorization": "Bearer alk_nobody"}, 401, "not known"),
        ({"Authorization": "Bearer nonsense"}, 403, "Invalid JWT"),
        ({"Authorization": "Basic YTpi"}, 401, "Not authenticated"),
    ],
)
@pytest.mark.parametrize("url", [URL, BATCH])
def test_nobody_sends_without_being_known(
    server: Server, url: str, headers: dict[str, str], status: int, words: str
) -> None:
    server.headers = headers
    answer = server.post(run_event(), url)
    assert answer.status_code == status
    assert words in answer.json()["detail"]
    assert server.count() == 0


def test_a_key_that_ended_is_refused_with_the_reason(server: Server) -> None:
    expired = server.key(name="old", expires_at=datetime.now(UTC) - timedelta(days=1))
    revoked = server.key(name="gone")
    with Session(server.engine) as session, session.begin():
        revoke_key("gone", now=datetime.now(UTC), session=session)
    for key, words in ((expired, "'old' is expired"), (revoked, "'gone' is revoked")):
        server.use(key)
        answer = server.post(run_event())
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert words in answer.json()["detail"]


def test_the_use_of_a_key_is_written_down(server: Server) -> None:
    server.post(run_event())
    with Session(server.engine) as session:
        (key,) = list_keys(session=session)
    assert key.last_used_at is not None


@pytest.mark.parametrize(("role", "status"), [("VIEWER", 403), ("USER", 403), ("OP", 201), ("ADMIN", 201)])
def test_a_user_needs_the_right_to_create_asset_events(server: Server, role: str, status: int) -> None:
    server.sign_in(role)
    assert server.post(run_event()).status_code == status
    assert [event.received_from for event in server.events()] == ["user:ann"] * (status == 201)


@pytest.mark.parametrize(
    ("patterns", "document", "status", "words"),
    [
        (["spark"], run_event(job={"namespace": "dbt", "name": "j"}), 403, "may not write namespace 'dbt'"),
        (["spark*"], run_event(job={"namespace": "spark-eu", "name": "j"}), 201, ""),
        (["spark"], job_event(job={"namespace": "spark2", "name": "j"}), 403, "namespace 'spark2'"),
        (
            ["*"],
            run_event(job={"namespace": OWN, "name": "j"}),
            403,
            f"may not write namespace '{OWN}'",
        ),
        ([OWN], run_event(job={"namespace": OWN, "name": "dbt-run-shop"}), 201, ""),
        (["*"], job_event(job={"namespace": OWN, "name": "j"}), 403, "this Airflow's own"),
        (["spark"], run_event(outputs=[dataset(namespace="s3://any")]), 201, ""),
        (["spark"], dataset_event(), 403, "may not write namespace 'n'"),
        (["n"], dataset_event(), 201, ""),
        (["s3://*"], dataset_event(dataset=dataset(namespace="s3://lake")), 201, ""),
    ],
)
def test_a_key_writes_its_namespaces_only(
    server: Server, patterns: list[str], document: Any, status: int, words: str
) -> None:
    server.use(server.key(*patterns, name="scoped"))
    answer = server.post(document)
    assert answer.status_code == status
    assert words in answer.text
    batch = server.post([document], BATCH).json()
    assert batch["summary"]["successful"] == (status == 201)
    assert [event["retriable"] for event in batch["failed_events"]] == [False] * (status == 403)
    assert server.count() == (status == 201)


@pytest.fixture
def shop(server: Server) -> Server:
    """An Airflow with DAG ``shop``, an attempt of it, and a task of a DAG that is gone."""
    with Session(server.engine) as session, session.begin():
        session.merge(DagBundleModel(name="b"))
        session.flush()
        session.add(DagModel(dag_id="shop", bundle_name="b", fileloc="x", is_stale=False))
        session.add(DagModel(dag_id="a.b", bundle_name="b", fileloc="x", is_stale=False))
        dag_run = add_dag_run(session)
        ti_id = add_attempt(session)
        job = Job(
            digest=intake_digest("gone.task"),
            namespace=OWN,
            name="gone.task",
            dag_id="gone",
            task_id="task",
            first_seen=datetime.now(UTC),
        )
        session.add(job)
        session.flush()
        session.add(
            Run(
                job_id=job.id,
                ti_id=ti_id,
                dag_run_id=dag_run,
                capture="complete",
                openlineage_run_id=RUN_UUID,
                recorded_at=datetime.now(UTC),
            )
        )
    return server


RUN_UUID = uuid4()


def intake_digest(name: str) -> str:
    from airflow_lineage_provider.model.openlineage.event import JobRef

    return JobRef(OWN, name).digest


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("shop", 403),
        ("shop.load", 403),
        ("shop.group.load", 403),
        ("a.b.c", 403),
        ("gone.task", 403),
        ("gone.another", 201),
        ("shopping.load", 201),
        ("a.c", 201),
        (".".join("x" * 300), 201),
    ],
)
def test_no_user_writes_what_this_airflow_says_itself(shop: Server, name: str, status: int) -> None:
    shop.sign_in("ADMIN")
    answer = shop.post(run_event(job={"namespace": OWN, "name": name}))
    assert answer.status_code == status
    if status == 403:
        assert "is a DAG or task of this Airflow" in answer.json()["detail"]
    assert shop.post(run_event(job={"namespace": "elsewhere", "name": name})).status_code == 201


@pytest.mark.parametrize("as_user", [True, False])
def test_nobody_writes_runs_of_this_airflow(shop: Server, as_user: bool) -> None:
    if as_user:
        shop.sign_in("ADMIN")
    answer = shop.post(run_event(run={"runId": str(RUN_UUID)}))
    assert answer.status_code == 403
    assert "is a task attempt of this Airflow" in answer.json()["detail"]
    parent = {"parent": {"run": {"runId": str(RUN_UUID)}, "job": {"namespace": OWN, "name": "shop.load"}}}
    assert shop.post(run_event(run={"runId": RUN_ID, "facets": parent})).status_code == 201


def test_nobody_uses_airflows_own_id_of_an_attempt(shop: Server) -> None:
    with Session(shop.engine) as session, session.begin():
        # Of the first two nothing is recorded yet.
        ids = [add_attempt(session, "soon"), add_attempt(session, "soon", archived=True)]
        recorded = session.scalar(select(Run.ti_id))
        assert recorded is not None
        session.execute(delete(TaskInstance).where(TaskInstance.id == recorded))
    for ti_id in (*ids, recorded):
        answer = shop.post(run_event(run={"runId": str(ti_id)}))
        assert (answer.status_code, "is a task attempt of this Airflow" in answer.text) == (403, True)


def symlinked(namespace: str, *others: str) -> dict[str, Any]:
    names = [dataset("other", other) for other in others]
    return dataset("own", namespace, facets={"symlinks": {"identifiers": names}})


@pytest.mark.parametrize(
    ("patterns", "names"),
    [
        (["spark"], ()),
        (["spark", "hive://a"], ()),
        (["spark", "s3://lake"], ()),
        (["spark", "s3://*", "hive://a"], ("hive://a",)),
        (["*"], ("hive://a", "hive://b")),
        (None, ("hive://a", "hive://b")),
    ],
)
@pytest.mark.parametrize("kind", ["run", "job", "dataset"])
def test_a_key_merges_datasets_of_its_namespaces_only(
    server: Server, patterns: list[str] | None, names: tuple[str, ...], kind: str
) -> None:
    if patterns is None:
        server.sign_in("OP")
    else:
        server.use(
            server.key(*patterns, *(["s3://lake"] if kind == "dataset" and names else []), name="scoped")
        )
    linked = symlinked("s3://lake", "hive://a", "hive://b")
    documents = {
        "run": run_event(outputs=[linked]),
        "job": job_event(inputs=[linked]),
        "dataset": dataset_event(dataset=linked),
    }
    may_send = kind != "dataset" or patterns is None or names or "s3://lake" in patterns
    assert server.post(documents[kind]).status_code == (201 if may_send else 403)
    with Session(server.engine) as session:
        assert set(session.scalars(select(Alias.namespace))) == {f"{name}:10000" for name in names}
        assert set(session.scalars(select(Dataset.namespace))) == ({"s3://lake"} if may_send else set())
        facets = set(session.scalars(select(DatasetFacet.name)))
        assert facets == ({"symlinks"} if may_send else set())


def test_a_key_does_not_write_the_dataset_of_another_by_a_symlink(server: Server) -> None:
    server.sign_in("OP")
    theirs = dataset("theirs", "s3://lake", facets={"schema": {"fields": [{"name": "id"}]}})
    server.post(run_event(outputs=[theirs]))
    server.use(server.key("spark", name="other"))
    mine = symlinked("spark", "s3://lake")
    mine["facets"] |= {"lifecycleStateChange": {"lifecycleStateChange": "DROP"}}
    mine["facets"]["symlinks"]["identifiers"][0]["name"] = "theirs"
    assert server.post(dataset_event(dataset=mine)).status_code == 201
    with Session(server.engine) as session:
        names = {row.id: row.name for row in session.execute(select(Dataset.id, Dataset.name))}
        facets = session.execute(select(DatasetFacet.dataset_id, DatasetFacet.name))
        assert {(names[row.dataset_id], row.name) for row in facets} == {
            ("theirs", "schema"),
            ("own", "lifecycleStateChange"),
            ("own", "symlinks"),
        }


@pytest.mark.parametrize(("pattern", "count"), [("hive://a*", 0), ("hive://a", 1), ("hive://theirs*", 1)])
def test_what_counts_is_the_name_that_a_dataset_is_stored_under(
    server: Server, monkeypatch: pytest.MonkeyPatch, pattern: str, count: int
) -> None:
    aliases = json.dumps({"hive://a": "hive://theirs"})
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__NAMESPACE_ALIASES", aliases)
    server.use(server.key("spark", pattern, name="scoped"))
    assert server.post(run_event(outputs=[symlinked("spark", "hive://a")])).status_code == 201
    assert server.count(Alias) == count


@pytest.mark.parametrize("url", [URL, BATCH])
def test_who_is_known_by_a_cookie_sends_what_no_page_of_another_site_could(server: Server, url: str) -> None:
    server.sign_in("OP")
    token = server.headers.pop("Authorization").removeprefix("Bearer ")
    server.client.cookies.set(COOKIE_NAME_JWT_TOKEN, token)
    for headers in (
        {},
        {"Content-Type": ""},
        {"Authorization": "Basic YTpi"},
        {"Content-Type": "text/plain"},
    ):
        answer = server.post(run_event(), url, **headers)
        assert (answer.status_code, answer.json()) == (
            415,
            {"detail": "Content-Type must be application/json."},
        )
    assert server.count() == 0
    documents = [run_event()] if url == BATCH else run_event()
    assert server.post(documents, url, **{"Content-Type": "application/json"}).is_success
    assert server.count() == 1


def test_a_batch_tells_what_became_of_each_event(server: Server) -> None:
    answer = server.post(
        [
            run_event(),
            run_event(eventTime="2021-11-03"),
            "nonsense",
            run_event(job={"namespace": "dbt", "name": "j"}),
            job_event(),
            run_event(),
        ],
        BATCH,
    )
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "partial_success"
    assert body["summary"] == {
        "received": 6,
        "successful": 3,
        "failed": 3,
        "retriable": 0,
        "non_retriable": 3,
    }
    assert [(event["index"], event["retriable"]) for event in body["failed_events"]] == [
        (1, False),
        (2, False),
        (3, False),
    ]
    assert body["failed_events"][0]["reason"].startswith("eventTime must be a date and time")
    assert server.count() == 2


def test_a_batch_without_faults_is_a_success(server: Server) -> None:
    packed = gzip.compress(json.dumps([run_event(), job_event()]).encode())
    body = server.post(packed, BATCH, **{"Content-Encoding": "gzip"}).json()
    assert (body["status"], body["summary"]["successful"], body["failed_events"]) == ("success", 2, [])
    assert server.post([], BATCH).json()["summary"]["received"] == 0


def test_a_batch_is_a_list_of_so_many_events(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = server.post(run_event(), BATCH)
    assert (answer.status_code, answer.json()["detail"][0]["loc"]) == (422, ["body"])
    monkeypatch.setattr(ingest, "MAX_BATCH", 2)
    answer = server.post([run_event()] * 3, BATCH)
    assert (answer.status_code, "at most 2 events" in answer.json()["detail"]) == (413, True)


def trouble(monkeypatch: pytest.MonkeyPatch, error: Exception, times: int) -> list[int]:
    """Let storing fail so many times; returns the list that counts the tries."""
    tries: list[int] = []
    real = intake.ingest_event

    def ingest_event(*args: Any, **kwargs: Any) -> Any:
        tries.append(1)
        found = real(*args, **kwargs)
        if len(tries) <= times:
            raise error
        return found

    monkeypatch.setattr(intake, "ingest_event", ingest_event)
    return tries


LOCKED = OperationalError("INSERT secret", {}, Exception("database is locked"))


def test_a_busy_database_is_asked_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = trouble(monkeypatch, LOCKED, times=2)
    assert server.post(run_event()).status_code == 201
    assert (len(tries), server.count()) == (3, 1)


def test_a_database_that_stays_busy_is_for_later(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    trouble(monkeypatch, LOCKED, times=6)
    answer = server.post(run_event())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "send it again later" in answer.json()["detail"]
    body = server.post([run_event(), job_event()], BATCH).json()
    assert body["summary"] == {
        "received": 2,
        "successful": 1,
        "failed": 1,
        "retriable": 1,
        "non_retriable": 0,
    }
    assert "secret" not in json.dumps(body)
    assert server.count() == 1


def test_what_the_database_cannot_hold_is_not_for_later(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = trouble(monkeypatch, DataError("INSERT", {}, Exception("out of range")), times=1)
    assert server.post(run_event()).status_code == 422
    assert (len(tries), server.count()) == (1, 0)


def test_a_fault_of_ours_costs_one_event(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    trouble(monkeypatch, KeyError("secret"), times=1)
    body = server.post([run_event(), job_event()], BATCH).json()
    assert [event["index"] for event in body["failed_events"]] == [0]
    assert "secret" not in json.dumps(body)
    assert [event.kind for event in server.events()] == ["job"]


def test_many_senders_at_once_lose_nothing_and_store_nothing_twice(server: Server) -> None:
    documents = [run_event(run={"runId": f"run-{number}"}, outputs=[dataset()]) for number in range(8)]
    statuses: list[int] = []

    def send(order: Callable[[list[Any]], Any]) -> None:
        with TestClient(server.app) as client:
            for document in order(documents):
                statuses.append(client.post(URL, json=document, headers=server.headers).status_code)

    threads = [threading.Thread(target=send, args=(order,)) for order in (list, reversed, list)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [201] * 24
    assert (server.count(), server.count(Run), server.count(Job)) == (8, 8, 1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(document=run_events(), data=st.data())
def test_whatever_is_sent_is_stored_or_refused_and_never_a_fault(
    server: Server, document: dict[str, Any], data: st.DataObject
) -> None:
    document["job"]["namespace"] = "spark"
    assert server.post(document).status_code == 201
    key = data.draw(st.sampled_from(sorted(document)))
    document[key] = data.draw(jsons | st.text() | st.integers() | st.lists(datasets(), max_size=2))
    for url in (URL, BATCH):
        assert server.post(document, url).status_code in (201, 403, 422)
    assert server.post([document], BATCH).status_code == 200
