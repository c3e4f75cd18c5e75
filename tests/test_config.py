from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from airflow_lineage_provider import config
from airflow_lineage_provider.get_provider_info import get_provider_info
from airflow_lineage_provider.model.partition_pattern import PartitionPattern

OPTIONS = get_provider_info()["config"]["lineage_provider"]["options"]


@pytest.fixture(autouse=True)
def no_problems_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(config, "_problems", [])


def set_option(monkeypatch: pytest.MonkeyPatch, key: str, value: str) -> None:
    monkeypatch.setenv(f"AIRFLOW__LINEAGE_PROVIDER__{key.upper()}", value)


@pytest.mark.parametrize("option", sorted(OPTIONS))
def test_every_option_has_an_accessor_whose_default_is_the_documented_one(
    option: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    accessor: Callable[[], Any] = getattr(config, option)
    without = accessor()
    if option == "namespace":
        assert without == "default"
        return
    set_option(monkeypatch, option, OPTIONS[option]["default"])
    assert accessor() == without
    assert config.problems() == []
    assert accessor in config.ACCESSORS


@pytest.mark.parametrize(
    ("option", "text", "value"),
    [
        ("enabled", "false", False),
        ("enabled", " T ", True),
        ("capture_time_limit", "0.5", 0.5),
        ("capture_size_limit", "2048", 2048),
        ("observe_schema", "ALL", "all"),
        ("capture_packages", "1", True),
        ("on_error", "Closed", "closed"),
        ("file_host", "true", True),
        ("partition_defaults", "false", False),
        ("namespace_aliases", '{"s3://a": "s3://b"}', {"s3://a": "s3://b"}),
        (
            "partition_patterns",
            '[{"pattern": "v(?P<v>x)", "name": "{v}"}]',
            (PartitionPattern("v(?P<v>x)", "{v}"),),
        ),
    ],
)
def test_an_option_is_read(option: str, text: str, value: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    set_option(monkeypatch, option, text)
    assert getattr(config, option)() == value
    assert config.problems() == []


def test_an_option_that_holds_secrets_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    set_option(monkeypatch, "transport", '{"type": "http", "auth": {"apiKey": "s3cr3t"}')
    assert config.transport() is None
    (problem,) = config.problems()
    assert "transport is not usable; it must be a JSON object" in problem
    assert "s3cr3t" not in problem
    assert OPTIONS["transport"]["sensitive"] is True


@pytest.mark.parametrize(
    ("option", "text", "expected"),
    [
        ("capture_time_limit", "soon", "a number of seconds above 0"),
        ("capture_time_limit", "0", "a number of seconds above 0"),
        ("capture_time_limit", "nan", "a number of seconds above 0"),
        ("capture_time_limit", "inf", "a number of seconds above 0"),
        ("capture_size_limit", "-1", "a whole number of bytes from 1 to 67108864"),
        ("capture_size_limit", "0.5", "a whole number of bytes from 1 to 67108864"),
        ("capture_size_limit", "1e300", "a whole number of bytes from 1 to 67108864"),
        ("runtime_dataset_limit", "0", "a whole number from 1 to 100000"),
        ("runtime_dataset_limit", "999999999", "a whole number from 1 to 100000"),
        ("capture_time_limit", "3601", "a number of seconds above 0, at most 3600"),
        ("drain_interval", "1e300", "a number of seconds above 0, at most 3600"),
        ("reconcile_interval", "1e9", "a number of seconds above 0, at most 86400"),
        ("arrival_grace", "1e300", "a number of seconds above 0, at most 2592000"),
        ("answer_timeout", "1e300", "a number of seconds above 0, at most 86400"),
        ("upstream_wait", "1e12", "a number of seconds above 0, at most 86400"),
        ("observe_schema", "some", "off, outputs or all"),
        ("capture_packages", "yes please", "true or false"),
        ("drain_interval", "", "a number of seconds above 0"),
        ("reconcile_interval", "x", "a number of seconds above 0"),
        ("arrival_grace", "x", "a number of seconds above 0"),
        ("answer_timeout", "x", "a number of seconds above 0"),
        ("upstream_wait", "-5", "a number of seconds above 0"),
        ("on_error", "shut", "open or closed"),
        ("file_host", "x", "true or false"),
        ("partition_defaults", "x", "true or false"),
        ("namespace_aliases", "x", "a JSON object from namespace to namespace (no JSON: Expecting value"),
        ("namespace_aliases", "[]", "a JSON object from namespace to namespace (no JSON object)"),
        ("namespace_aliases", '{"a": 1}', "a JSON object from namespace to namespace (1 is no namespace)"),
        (
            "namespace_aliases",
            '{"a": "b", "b": "a"}',
            "a JSON object from namespace to namespace ('a' leads in a circle)",
        ),
        (
            "partition_patterns",
            '[{"pattern": "(", "name": ""}]',
            "a JSON list of objects with pattern and name (pattern '(': missing )",
        ),
    ],
)
def test_a_wrong_value_is_named_once_and_the_default_holds(
    option: str, text: str, expected: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    default = getattr(config, option)()
    set_option(monkeypatch, option, text)
    with caplog.at_level(logging.ERROR, logger=config.log.name):
        assert getattr(config, option)() == default
        assert getattr(config, option)() == default
    (line,) = [record.getMessage() for record in caplog.records]
    assert f"[lineage_provider] {option} is {text.strip()!r}; it must be {expected}" in line
    assert [problem.split(" is ")[0] for problem in config.problems()] == [f"[lineage_provider] {option}"]


def test_a_word_that_is_neither_true_nor_false_switches_lineage_off(monkeypatch: pytest.MonkeyPatch) -> None:
    set_option(monkeypatch, "enabled", "nope")
    assert config.enabled() is False
    assert config.enabled() is False


def test_the_namespace_is_what_the_official_provider_would_use(monkeypatch: pytest.MonkeyPatch) -> None:
    assert config.namespace() == "default"
    monkeypatch.setenv("OPENLINEAGE_NAMESPACE", "from the client")
    assert config.namespace() == "from the client"
    monkeypatch.setenv("AIRFLOW__OPENLINEAGE__NAMESPACE", "from the provider")
    assert config.namespace() == "from the provider"
    set_option(monkeypatch, "namespace", "ours")
    assert config.namespace() == "ours"


@pytest.fixture
def airflow_cfg() -> Iterator[Callable[[str, str], None]]:
    from airflow.configuration import conf

    keys: list[str] = []

    def write(key: str, value: str) -> None:
        keys.append(key)
        conf.read_string(f"[{config.SECTION}]\n{key} = {value}\n")

    yield write
    for key in keys:
        conf.remove_option(config.SECTION, key)


def test_a_percent_sign_in_airflow_cfg_stands_for_itself(airflow_cfg: Callable[[str, str], None]) -> None:
    airflow_cfg("namespace_aliases", '{"file://a%20b": "file"}')
    airflow_cfg("namespace", "shop 50%")
    airflow_cfg("partition_patterns", '[{"pattern": "50%%", "name": ""}]')
    assert config.namespace_aliases() == {"file://a%20b": "file"}
    assert config.namespace() == "shop 50%"
    assert config.partition_patterns() == (PartitionPattern("50%", ""),)
    assert config.problems() == []


def test_a_value_that_airflow_cannot_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken:
        def get(self, *_: Any, **__: Any) -> str:
            raise OSError("the secrets backend is away")

    monkeypatch.setattr(config, "_conf", Broken)
    assert config.drain_interval() == 1.0
    assert config._problems == [
        "[lineage_provider] drain_interval cannot be read; it must be a number of seconds above 0, at most 3600 (OSError)"
    ]


class Lookups:
    """Counts what Airflow's configuration is asked for."""

    def __init__(self, conf: Any) -> None:
        self._conf = conf
        self.keys: list[str] = []

    def get(self, section: str, key: str, **kwargs: Any) -> Any:
        self.keys.append(key)
        return self._conf.get(section, key, **kwargs)


@pytest.fixture
def lookups(monkeypatch: pytest.MonkeyPatch) -> Lookups:
    monkeypatch.setattr(config, "_kept", {})
    counted = Lookups(config._conf())
    monkeypatch.setattr(config, "_conf", lambda: counted)
    return counted


def test_what_every_attempt_asks_for_is_looked_up_once_where_attempts_are_forked_from(
    lookups: Lookups,
) -> None:
    before = [accessor() for accessor in config.OF_ATTEMPTS]
    config.keep_options_of_attempts()
    lookups.keys.clear()

    assert [accessor() for accessor in config.OF_ATTEMPTS] == before
    assert lookups.keys == []


def test_the_environment_overrules_what_was_kept(lookups: Lookups, monkeypatch: pytest.MonkeyPatch) -> None:
    set_option(monkeypatch, "observe_schema", "all")
    config.keep_options_of_attempts()

    set_option(monkeypatch, "observe_schema", "off")
    assert config.observe_schema() == "off"
    monkeypatch.setenv("AIRFLOW__COMMON_IO__XCOM_OBJECTSTORAGE_PATH", "s3://xcoms/here")
    assert "s3://xcoms/here" in config.folders_of_airflow()


def test_nothing_is_kept_of_what_nobody_asked_to_keep(lookups: Lookups) -> None:
    config.keep_options_of_attempts()
    lookups.keys.clear()

    config.rules()
    config.rules()

    assert lookups.keys == ["rules", "rules"]
