from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from airflow_lineage_provider import __version__, config
from airflow_lineage_provider.api import ui_bundle
from airflow_lineage_provider.plugin import LineagePlugin
from tests.airflow_process import airflow, python


@pytest.fixture(autouse=True)
def no_problems_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "_problems", [])


def test_an_enabled_plugin_registers_listener_reader_and_app() -> None:
    plugin = LineagePlugin()
    assert [type(listener).__name__ for listener in plugin.listeners] == ["TaskListener", "DagRunListener"]
    assert [reader.__name__ for reader in plugin.hook_lineage_readers] == ["LineageReader"]
    assert [app["url_prefix"] for app in plugin.fastapi_apps] == ["/lineage"]
    assert plugin.react_apps


@pytest.mark.parametrize("value", ["False", "off, please"])
def test_a_plugin_that_is_off_registers_nothing(
    value: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__ENABLED", value)
    plugin = LineagePlugin()
    with caplog.at_level(logging.ERROR):
        assert plugin.listeners == []
        assert plugin.hook_lineage_readers == []
        assert plugin.fastapi_apps == []
        assert plugin.react_apps == []
    said = [record.getMessage() for record in caplog.records]
    if value == "False":
        assert said == []
    else:
        (line,) = said
        assert "[lineage_provider] enabled is 'off, please'; it must be true or false" in line


def test_every_route_of_the_app_asks_who_is_there() -> None:
    from fastapi.routing import APIRoute
    from starlette.routing import Mount

    (registered,) = LineagePlugin().fastapi_apps
    routes = [route for route in registered["app"].routes if isinstance(route, APIRoute)]
    (files,) = [route for route in registered["app"].routes if not isinstance(route, APIRoute)]
    assert isinstance(files, Mount)
    assert files.path == "/static", "the files of the user interface are for anybody, and nothing else is"
    assert routes
    for route in routes:
        asked = [
            dependency.call.__qualname__ for dependency in route.dependant.dependencies if dependency.call
        ]
        assert any(name in ".".join(asked) for name in ("requires_access_view", "access_of", "sender_of")), (
            route.path
        )


def test_each_place_of_airflows_interface_gets_the_same_component_at_a_route_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AIRFLOW__API__BASE_URL", "https://example.org/team/airflow/")
    apps = LineagePlugin().react_apps
    assert [app["destination"] for app in apps][:5] == ["nav", "dag", "dag_run", "task", "task_instance"]
    assert {app["name"] for app in apps} == {"Lineage"}
    assert len({app["url_route"] for app in apps}) == len(apps)
    for app in apps:
        for key in ("bundle_url", "icon", "icon_dark_mode"):
            path, _, version = app[key].partition("?v=")
            assert path.startswith("/team/airflow/lineage/static/")
            assert version.startswith(f"{__version__}-")


def test_airflow_takes_every_place_it_is_told_of() -> None:
    from airflow.api_fastapi.core_api.datamodels.plugins import ReactAppResponse

    for app in LineagePlugin().react_apps:
        ReactAppResponse.model_validate(app)


@pytest.mark.parametrize("broken", ["_root_path", "versioned"])
def test_an_interface_that_cannot_be_shown_does_not_stop_the_api_server(
    broken: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*arguments: object) -> str:
        raise OSError("gone")

    monkeypatch.setattr(ui_bundle, broken, fail)
    assert LineagePlugin().react_apps == []
    assert "Lineage is not shown" in caplog.text


def test_a_checkout_without_a_build_shows_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ui_bundle, "DIST", tmp_path)
    assert LineagePlugin().react_apps == []
    assert "is not built" in caplog.text


def test_the_plugin_imports_nothing_heavy(tmp_path: Path) -> None:
    printed = python(
        "-c",
        "import sys; import airflow.plugins_manager; before = set(sys.modules);"
        "import airflow_lineage_provider.plugin;"
        "print(*(set(sys.modules) - before))",
        home=tmp_path,
    )
    assert not {"fastapi", "starlette", "airflow_lineage_provider.api.app"} & set(printed.split())


@pytest.mark.parametrize("lazy", ["True", "False"])
def test_airflow_loads_the_plugin_without_an_import_error(tmp_path: Path, lazy: str) -> None:
    printed = airflow(
        "plugins",
        "-o",
        "json",
        home=tmp_path,
        AIRFLOW__CORE__LAZY_DISCOVER_PROVIDERS=lazy,
        AIRFLOW__LOGGING__LOGGING_LEVEL="ERROR",
    )
    assert "import" not in printed.lower() or "error" not in printed.lower()
    (ours,) = [plugin for plugin in json.loads(printed[printed.index("[") :]) if plugin["name"] == "lineage"]
    assert "airflow-lineage-provider" in str(ours["source"])
