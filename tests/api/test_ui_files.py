from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.routing import Mount

from airflow_lineage_provider.api.ui_bundle import DIST, versioned
from airflow_lineage_provider.api.ui_files import MEDIA_TYPES, UiFiles


@pytest.fixture
def files() -> TestClient:
    return TestClient(Starlette(routes=[Mount("/static", UiFiles())]))


def built() -> list[Path]:
    return [path for path in DIST.rglob("*") if path.is_file() and not path.name.startswith(".")]


def test_every_file_has_the_type_that_browsers_want(files: TestClient) -> None:
    assert {path.suffix for path in built()} <= set(MEDIA_TYPES)
    for path in built():
        answer = files.get(f"/static/{path.relative_to(DIST)}")
        assert answer.headers["Content-Type"] == MEDIA_TYPES[path.suffix], path
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.content == path.read_bytes()


def test_what_has_a_version_or_a_hash_is_kept_for_ever_and_the_rest_is_asked_for_again(
    files: TestClient,
) -> None:
    (hashed, *_) = DIST.glob("main/PluginRoot-*.js")
    for url in (f"/static/{versioned('main.js')}", f"/static/main/{hashed.name}"):
        assert "immutable" in files.get(url).headers["Cache-Control"], url
    again = files.get("/static/main.js")
    assert again.headers["Cache-Control"] == "no-cache"
    same = files.get("/static/main.js", headers={"If-None-Match": again.headers["ETag"]})
    assert same.status_code == 304


@pytest.mark.parametrize("query", ["v=9.9.9-00000000", "v=", "nov=1", "v", "V={}"])
def test_what_is_asked_for_by_another_version_is_not_kept_while_servers_are_upgraded(
    query: str, files: TestClient
) -> None:
    _, _, version = versioned("main.js").partition("?v=")
    answer = files.get(f"/static/main.js?{query.format(version)}")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("path", ["nosuch.js", "main", "", "../../plugin.py", ".gitattributes"])
def test_what_is_no_file_of_the_build_is_not_found(path: str, files: TestClient) -> None:
    assert files.get(f"/static/{path}").status_code == 404


def test_nothing_is_loaded_from_anywhere_else(files: TestClient) -> None:
    for path in built():
        if path.suffix == ".js" and not path.name.startswith("elk"):
            assert not re.search(r"import\(?[\"'`]https?:", path.read_text()), path
