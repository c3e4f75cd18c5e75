from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from airflow_lineage_provider import config
from airflow_lineage_provider.plugin import LineagePlugin
from tests.airflow_process import airflow


@pytest.fixture(autouse=True)
def no_problems_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "_problems", [])


def test_an_enabled_plugin_registers_listener_reader_and_app() -> None:
    plugin = LineagePlugin()
    assert [type(listener).__name__ for listener in plugin.listeners] == ["TaskListener"]
    assert [reader.__name__ for reader in plugin.hook_lineage_readers] == ["LineageReader"]
    assert [app["url_prefix"] for app in plugin.fastapi_apps] == ["/lineage"]


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
    said = [record.getMessage() for record in caplog.records]
    if value == "False":
        assert said == []
    else:
        (line,) = said
        assert "[lineage_provider] enabled is 'off, please'; it must be true or false" in line


def test_every_route_of_the_app_asks_who_is_there() -> None:
    from fastapi.routing import APIRoute

    (registered,) = LineagePlugin().fastapi_apps
    routes = [route for route in registered["app"].routes if isinstance(route, APIRoute)]
    assert len(routes) == len(registered["app"].routes)
    assert routes
    for route in routes:
        asked = [
            dependency.call.__qualname__ for dependency in route.dependant.dependencies if dependency.call
        ]
        assert any(name in ".".join(asked) for name in ("requires_access_view", "access_of", "sender_of")), (
            route.path
        )


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
