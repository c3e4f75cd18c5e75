from __future__ import annotations

import json
import sys
from importlib.metadata import distribution
from importlib.resources import files
from pathlib import Path

import jsonschema

from airflow_lineage_provider import __version__
from airflow_lineage_provider.get_provider_info import get_provider_info
from tests.airflow_process import python


def test_airflows_schema_accepts_the_provider_info() -> None:
    schema = json.loads(files("airflow").joinpath("provider_info.schema.json").read_text())
    jsonschema.validate(get_provider_info(), schema)


def test_the_package_name_is_the_distributions() -> None:
    # Airflow drops a provider whose package name is not that of its distribution.
    dist = distribution("airflow-lineage-provider")
    assert get_provider_info()["package-name"] == dist.metadata["Name"]
    assert dist.version == __version__


def test_the_entry_points_name_the_provider_its_plugin_and_its_policies_once() -> None:
    points = {(point.group, point.value) for point in distribution("airflow-lineage-provider").entry_points}
    assert points == {
        ("apache_airflow_provider", "airflow_lineage_provider.get_provider_info:get_provider_info"),
        ("airflow.plugins", "airflow_lineage_provider.plugin:LineagePlugin"),
        ("airflow.policy", "airflow_lineage_provider.policy"),
    }
    # A plugin that stands in the provider info as well is loaded twice, which is an import error.
    assert "plugins" not in get_provider_info()


def test_everything_the_provider_info_names_can_be_imported() -> None:
    from airflow._shared.module_loading import import_string

    info = get_provider_info()
    for path in (*info["db-managers"], *info["cli"]):
        assert callable(import_string(path))
    for operators in info["operators"]:
        for module in operators["python-modules"]:
            __import__(module)
            assert module in sys.modules


def test_airflow_finds_the_provider_with_its_manager_and_commands() -> None:
    from airflow.providers_manager import ProvidersManager

    manager = ProvidersManager()
    assert "airflow-lineage-provider" in manager.providers
    assert "airflow_lineage_provider.store.db_manager.LineageDBManager" in manager.db_managers


def test_asking_for_the_provider_info_imports_nothing(tmp_path: Path) -> None:
    printed = python(
        "-c",
        "import sys\n"
        "from airflow_lineage_provider.get_provider_info import get_provider_info\n"
        "get_provider_info()\n"
        "print(sorted(name for name in sys.modules if name.split('.')[0] in ('airflow', 'sqlalchemy')))",
        home=tmp_path,
    )
    assert printed.strip() == "[]"
