"""One typed accessor per option of section ``[lineage_provider]``.

A wrong value never stops a task or a server: it is named in the log once, and the default is used instead.
``airflow lineage status`` names it too.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from airflow_lineage_provider.model.runtime_source import NAMES, chosen

if TYPE_CHECKING:
    from airflow_lineage_provider.model.partition_pattern import PartitionPattern

SECTION = "lineage_provider"

log = logging.getLogger(__name__)

T = TypeVar("T")

_problems: list[str] = []


def _conf() -> Any:
    # Airflow's configuration is not ready while providers are discovered, so it is imported when asked.
    from airflow.configuration import conf

    return conf


def _read(key: str, default: str, convert: Callable[[str], T], expected: str) -> T:
    text = str(_conf().get(SECTION, key, fallback=default)).strip()
    try:
        return convert(text)
    except (ValueError, KeyError) as error:
        problem = f"[{SECTION}] {key} is {text!r}; it must be {expected}"
        if type(error).__name__.startswith("Invalid"):
            problem += f" ({error})"  # an error of our own says what is wrong with it
        if problem not in _problems:
            _problems.append(problem)
            log.error("%s. Using %s.", problem, default)
        return convert(default)


def problems() -> list[str]:
    """Options with a value they cannot have, of those that this process has read or can read."""
    for accessor in ACCESSORS:
        accessor()
    return list(_problems)


def _boolean(text: str) -> bool:
    return {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}[text.lower()]


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError
    return value


def _choice(*choices: str) -> Callable[[str], str]:
    def convert(text: str) -> str:
        if text.lower() not in choices:
            raise ValueError
        return text.lower()

    return convert


def enabled() -> bool:
    """[lineage_provider] enabled. A word that is neither true nor false was meant to switch it off."""
    value = _read("enabled", "True", _boolean, "true or false")
    return value and not any(problem.startswith(f"[{SECTION}] enabled ") for problem in _problems)


def namespace() -> str:
    """[lineage_provider] namespace, else what the official OpenLineage provider would use."""
    conf = _conf()
    return (
        str(conf.get(SECTION, "namespace", fallback="")).strip()
        or str(conf.get("openlineage", "namespace", fallback="") or "").strip()
        or os.getenv("OPENLINEAGE_NAMESPACE", "default")
    )


def capture_time_limit() -> float:
    """[lineage_provider] capture_time_limit, in seconds."""
    return _read("capture_time_limit", "2.0", _positive, "a number of seconds above 0")


def capture_size_limit() -> int:
    """[lineage_provider] capture_size_limit, in bytes."""
    return int(_read("capture_size_limit", "1048576", _positive, "a number of bytes above 0"))


def observe_schema() -> str:
    """[lineage_provider] observe_schema: off | outputs | all."""
    return _read("observe_schema", "outputs", _choice("off", "outputs", "all"), "off, outputs or all")


def capture_packages() -> bool:
    """[lineage_provider] capture_packages."""
    return _read("capture_packages", "False", _boolean, "true or false")


def runtime_sources() -> frozenset[str]:
    """[lineage_provider] runtime_sources, as names."""
    words = f"a list of {', '.join(NAMES)}, default, all, none, or one of them with a minus in front"
    return _read("runtime_sources", "default", chosen, words)


def runtime_dataset_limit() -> int:
    """[lineage_provider] runtime_dataset_limit."""
    return int(_read("runtime_dataset_limit", "1000", _positive, "a number above 0"))


def inject_parent() -> bool:
    """[lineage_provider] inject_parent."""
    return _read("inject_parent", "True", _boolean, "true or false")


def file_host() -> bool:
    """[lineage_provider] file_host."""
    return _read("file_host", "False", _boolean, "true or false")


def namespace_aliases() -> Mapping[str, str]:
    """[lineage_provider] namespace_aliases: namespace to the one that means the same server."""
    from airflow_lineage_provider.model.namespace_alias import read_aliases

    return _read("namespace_aliases", "", read_aliases, "a JSON object from namespace to namespace")


def partition_patterns() -> tuple[PartitionPattern, ...]:
    """[lineage_provider] partition_patterns."""
    from airflow_lineage_provider.model.partition_pattern import read_patterns

    return _read("partition_patterns", "", read_patterns, "a JSON list of objects with pattern and name")


def partition_defaults() -> bool:
    """[lineage_provider] partition_defaults."""
    return _read("partition_defaults", "True", _boolean, "true or false")


def drain_interval() -> float:
    """[lineage_provider] drain_interval, in seconds."""
    return _read("drain_interval", "1.0", _positive, "a number of seconds above 0")


def reconcile_interval() -> float:
    """[lineage_provider] reconcile_interval, in seconds."""
    return _read("reconcile_interval", "10.0", _positive, "a number of seconds above 0")


def arrival_grace() -> float:
    """[lineage_provider] arrival_grace, in seconds."""
    return _read("arrival_grace", "60.0", _positive, "a number of seconds above 0")


def answer_timeout() -> float:
    """[lineage_provider] answer_timeout, in seconds."""
    return _read("answer_timeout", "120.0", _positive, "a number of seconds above 0")


def upstream_wait() -> float:
    """[lineage_provider] upstream_wait, in seconds."""
    return _read("upstream_wait", "15.0", _positive, "a number of seconds above 0")


def on_error() -> str:
    """[lineage_provider] on_error: open | closed."""
    return _read("on_error", "open", _choice("open", "closed"), "open or closed")


ACCESSORS: tuple[Callable[[], object], ...] = (
    enabled,
    capture_time_limit,
    capture_size_limit,
    observe_schema,
    capture_packages,
    runtime_sources,
    runtime_dataset_limit,
    inject_parent,
    file_host,
    namespace_aliases,
    partition_patterns,
    partition_defaults,
    drain_interval,
    reconcile_interval,
    arrival_grace,
    answer_timeout,
    upstream_wait,
    on_error,
)
