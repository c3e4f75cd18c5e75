from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

import pytest
from fastapi import APIRouter, FastAPI, HTTPException, Query
from fastapi.testclient import TestClient
from hypothesis import example, given, settings, strategies as st

from airflow_lineage_provider.api.marquez.route import MarquezRoute, path_as_sent

router = APIRouter(route_class=MarquezRoute)


@router.get("/n/{namespace}/d/{name}")
def _one(namespace: str, name: str) -> list[str]:
    return [namespace, name]


@router.get("/n/{namespace}/d/{name}/versions")
def _versions(namespace: str, name: str) -> list[str]:
    return [namespace, name, "versions"]


@router.get("/n/{namespace}/d/{name}/versions/{version}")
def _version(namespace: str, name: str, version: str) -> list[str]:
    return [namespace, name, "versions", version]


@router.get("/wrong")
def _wrong(code: Annotated[int, Query(ge=400, le=499)]) -> None:
    raise HTTPException(code, "so it is", headers={"x-why": "so"})


def _mounted() -> TestClient:
    app, outer = FastAPI(), FastAPI()
    app.include_router(router, prefix="/api")
    outer.mount("/lineage", app)
    return TestClient(outer)


CLIENT = _mounted()
# A mount of Starlette's takes no line feed.
names = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\n"), min_size=1, max_size=20
).filter(lambda name: name not in (".", ".."))


@given(names, names, st.sampled_from([[], ["versions"], ["versions", "1"]]))
@example("s3://b", "a/versions", [])
@example("postgres://h:5432", "/", ["versions"])
@example("%2F", "%252F", [])
@example("a", "b/d/c", ["versions", "1"])
@settings(max_examples=60, deadline=None)
def test_names_arrive_as_they_were_encoded(namespace: str, name: str, rest: list[str]) -> None:
    path = "/".join([quote(namespace, safe=""), "d", quote(name, safe=""), *rest])

    assert CLIENT.get(f"/lineage/api/n/{path}").json() == [namespace, name, *rest]


def test_a_server_that_does_not_tell_the_path_as_it_was_sent_is_served_too() -> None:
    assert path_as_sent({"path": "/a b"}) == "/a b"
    assert path_as_sent({"path": "/x/a b", "raw_path": b"/x/a%20b?c", "root_path": "/x"}) == "/x/a%20b"
    assert path_as_sent({"path": "/x/a b", "raw_path": b"/a%20b", "root_path": "/x"}) == "/x/a b"


@pytest.mark.parametrize(
    ("query", "code", "message"),
    [("?code=404", 404, "so it is"), ("?code=1", 400, "code: "), ("", 400, "code: ")],
)
def test_errors_look_like_marquezs(query: str, code: int, message: str) -> None:
    answer = CLIENT.get(f"/lineage/api/wrong{query}")

    assert (answer.status_code, answer.json()["code"]) == (code, code)
    assert answer.json()["message"].startswith(message)
    assert ("x-why" in answer.headers) == (code == 404)
