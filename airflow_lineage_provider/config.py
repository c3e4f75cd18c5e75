"""One typed accessor per option of section ``[lineage_provider]``.

A wrong value never stops a task or a server: it is named in the log once, and the default is used instead.
``airflow lineage status`` names it too.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping
from configparser import InterpolationError
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar

from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.runtime_source import NAMES, chosen

if TYPE_CHECKING:
    from airflow_lineage_provider.model.partition_pattern import PartitionPattern
    from airflow_lineage_provider.model.rule_policy import RulePolicy

SECTION = "lineage_provider"
HOUR = 3_600
DAY = 24 * HOUR

log = logging.getLogger(__name__)

T = TypeVar("T")

_FOLDER_OPTIONS = (
    ("logging", "base_log_folder"), ("core", "plugins_folder"), ("core", "dags_folder"),
    ("dag_processor", "dag_bundle_storage_path"), ("common.io", "xcom_objectstorage_path"),
)  # fmt: skip

_problems: list[str] = []
_kept: dict[tuple[str, str], tuple[str | None, str]] = {}
"""Options that were read for the processes to come: what the environment said of each then, and its value."""
_is_keeping = False


def _conf() -> Any:
    # Airflow's configuration is not ready while providers are discovered, so it is imported when asked.
    from airflow.configuration import conf

    return conf


def _text(section: str, key: str, default: str) -> str:
    """Value of an option. A ``%`` that is no placeholder of airflow.cfg stands for itself."""
    said = os.environ.get(f"AIRFLOW__{section}__{key}".upper().replace(".", "_"))
    kept = _kept.get((section, key))
    if kept is not None and kept[0] == said:
        return kept[1]
    try:
        text = str(_conf().get(section, key, fallback=default) or "").strip()
    except InterpolationError:
        text = str(_conf().get(section, key, fallback=default, raw=True) or "").strip()
    if _is_keeping:
        _kept[section, key] = said, text
    return text


def keep_options_of_attempts() -> None:
    """Read what every attempt asks for now, for the tasks that are forked from this process.

    A look-up takes Airflow 20 microseconds. What the environment says in the meantime still counts.
    """
    global _is_keeping
    _kept.clear()
    _is_keeping = True
    try:
        for accessor in OF_ATTEMPTS:
            accessor()
    finally:
        _is_keeping = False


def _read(
    key: str, default: str, convert: Callable[[str], T], expected: str, *, is_secret: bool = False
) -> T:
    try:
        text = _text(SECTION, key, default)
    except Exception as error:  # whatever Airflow's configuration and its secrets backends raise
        problem = f"[{SECTION}] {key} cannot be read; it must be {expected} ({type(error).__name__})"
    else:
        try:
            return convert(text)
        except (ValueError, KeyError) as error:
            is_now = "not usable" if is_secret else repr(text)
            problem = f"[{SECTION}] {key} is {is_now}; it must be {expected}"
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


def _seconds(key: str, default: str, most: int) -> float:
    def convert(text: str) -> float:
        value = float(text)
        if not 0 < value <= most:
            raise ValueError
        return value

    return _read(key, default, convert, f"a number of seconds above 0, at most {most}")


def _whole(key: str, default: str, most: int, unit: str, least: int = 1) -> int:
    def convert(text: str) -> int:
        value = int(text)
        if not least <= value <= most:
            raise ValueError
        return value

    return _read(key, default, convert, f"a whole number{unit} from {least} to {most}")


def _days(key: str, default: str) -> timedelta | None:
    """``None`` for 0: kept for ever."""
    days = _whole(key, default, 36_500, " of days", least=0)
    return timedelta(days=days) if days else None


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
    return (
        _text(SECTION, "namespace", "")
        or _text("openlineage", "namespace", "")
        or os.getenv("OPENLINEAGE_NAMESPACE", "default")
    )


def capture_time_limit() -> float:
    """[lineage_provider] capture_time_limit, in seconds."""
    return _seconds("capture_time_limit", "2.0", HOUR)


def capture_size_limit() -> int:
    """[lineage_provider] capture_size_limit, in bytes."""
    return _whole("capture_size_limit", "1048576", 64 << 20, " of bytes")


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
    return _whole("runtime_dataset_limit", "250", 100_000, "")


def inject_parent() -> bool:
    """[lineage_provider] inject_parent."""
    return _read("inject_parent", "True", _boolean, "true or false")


def file_host() -> bool:
    """[lineage_provider] file_host."""
    return _read("file_host", "False", _boolean, "true or false")


def folders_of_airflow() -> tuple[str, ...]:
    """Folders and URIs where Airflow keeps code, logs and XComs of its own."""
    return tuple(filter(None, (_text(section, key, "") for section, key in _FOLDER_OPTIONS)))


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
    return _seconds("drain_interval", "1.0", HOUR)


def reconcile_interval() -> float:
    """[lineage_provider] reconcile_interval, in seconds."""
    return _seconds("reconcile_interval", "10.0", DAY)


def arrival_grace() -> float:
    """[lineage_provider] arrival_grace, in seconds."""
    return _seconds("arrival_grace", "60.0", 30 * DAY)


def answer_timeout() -> float:
    """[lineage_provider] answer_timeout, in seconds."""
    return _seconds("answer_timeout", "120.0", DAY)


def upstream_wait() -> float:
    """[lineage_provider] upstream_wait, in seconds."""
    return _seconds("upstream_wait", "15.0", DAY)


def ingest_size_limit() -> int:
    """[lineage_provider] ingest_size_limit, in bytes."""
    return _whole("ingest_size_limit", "16777216", 1 << 30, " of bytes")


def sensitive_classifications() -> frozenset[str]:
    """[lineage_provider] sensitive_classifications, lower case."""
    return _read(
        "sensitive_classifications",
        "confidential, restricted, sensitive, secret, pii",
        lambda text: frozenset(word.strip().lower() for word in text.split(",") if word.strip()),
        "a list of words with commas between",
    )


def transport() -> Mapping[str, Any] | None:
    """[lineage_provider] transport, as the OpenLineage client takes it; ``None``: nothing is forwarded."""
    expected = 'a JSON object with "type", as the OpenLineage client takes it'
    return _read("transport", "", _transport, expected, is_secret=True)


def keep_events() -> timedelta | None:
    """[lineage_provider] keep_events; ``None``: for ever."""
    return _days("keep_events", "30")


def keep_runs() -> timedelta | None:
    """[lineage_provider] keep_runs; ``None``: for ever."""
    return _days("keep_runs", "365")


def keep_last_runs() -> int:
    """[lineage_provider] keep_last_runs, per job."""
    return _whole("keep_last_runs", "10", 1_000_000, "")


def keep_schemas() -> timedelta | None:
    """[lineage_provider] keep_schemas; ``None``: for ever."""
    return _days("keep_schemas", "0")


def keep_verdicts() -> timedelta | None:
    """[lineage_provider] keep_verdicts; ``None``: for ever."""
    return _days("keep_verdicts", "0")


def keep_dead_letters() -> timedelta | None:
    """[lineage_provider] keep_dead_letters; ``None``: for ever."""
    return _days("keep_dead_letters", "90")


def clean_interval() -> timedelta | None:
    """[lineage_provider] clean_interval; ``None``: only ``airflow lineage clean`` cleans."""
    hours = _whole("clean_interval", "0", 8_760, " of hours", least=0)
    return timedelta(hours=hours) if hours else None


def rules() -> RulePolicy:
    """[lineage_provider] rules: level, day of enforcement, scopes and options of each rule."""
    from airflow_lineage_provider.model.rule_policy import read_policy

    return _read("rules", "", read_policy, "a JSON object from rule ids to settings")


def rules_text() -> str:
    """[lineage_provider] rules as it stands, for whoever has to refuse what cannot be read."""
    return _text(SECTION, "rules", "")


def trust_symlinks() -> bool:
    """[lineage_provider] trust_symlinks."""
    return _read("trust_symlinks", "False", _boolean, "true or false")


def environment() -> str | None:
    """[lineage_provider] environment: which of a contract's servers and which scopes of rules are meant here."""
    return _text(SECTION, "environment", "") or None


def contracts_path() -> tuple[str, ...]:
    """[lineage_provider] contracts_path: folders that are watched, ``bundle:NAME/folder`` for one of a DAG bundle."""
    return tuple(part.strip() for part in _text(SECTION, "contracts_path", "").split(",") if part.strip())


def owners_path() -> tuple[str, ...]:
    """[lineage_provider] owners_path: owners files that are watched, named like ``contracts_path``."""
    return tuple(part.strip() for part in _text(SECTION, "owners_path", "").split(",") if part.strip())


def govern_interval() -> float | None:
    """[lineage_provider] govern_interval, in seconds; ``None``: nothing is watched, judged or told by itself."""
    seconds = _whole("govern_interval", "60", DAY, " of seconds", least=0)
    return float(seconds) if seconds else None


def waiver_longest() -> timedelta:
    """[lineage_provider] waiver_longest: longest time that a waiver or a grant may hold."""
    return timedelta(days=_whole("waiver_longest", "90", 3_650, " of days"))


def notifiers() -> tuple[Mapping[str, Any], ...]:
    """[lineage_provider] notifiers: who is told of findings, ``{"class", "kwargs", "owners", "rules", "levels"}`` each."""
    return _read("notifiers", "", _notifiers, "a JSON list of objects with class and kwargs", is_secret=True)


def notify_quiet() -> timedelta:
    """[lineage_provider] notify_quiet: least time between two messages about one finding."""
    return timedelta(minutes=_whole("notify_quiet", "60", 525_600, " of minutes", least=0))


def audit_checkpoints() -> str | None:
    """[lineage_provider] audit_checkpoints: file outside of the database that checkpoints are appended to."""
    return _text(SECTION, "audit_checkpoints", "") or None


def dag_run_gate() -> Level:
    """[lineage_provider] dag_run_gate: most that the dag-run gate does."""
    return _read("dag_run_gate", "observe", _level, "off, observe, warn or block")


def dag_run_gates() -> Mapping[str, Level]:
    """[lineage_provider] dag_run_gates: what the gate does for some DAGs, by glob of their id; the last that matches counts."""
    return _read("dag_run_gates", "", _levels, 'a JSON object such as {"finance_*": "block"}')


def gate_state_lifetime() -> timedelta:
    """[lineage_provider] gate_state_lifetime: how long an answer that was kept for the gates counts."""
    return timedelta(seconds=_whole("gate_state_lifetime", "3600", 30 * DAY, " of seconds", least=60))


def gate_depth() -> int:
    """[lineage_provider] gate_depth: how many steps up the answers go that are kept for the gates."""
    return _whole("gate_depth", "1", 20, " of steps")


def task_gates() -> Mapping[str, Level]:
    """[lineage_provider] task_gates: what is checked before tasks with inlets, by glob of the DAG's id; none: nothing."""
    return _read("task_gates", "", _levels, 'a JSON object such as {"finance_*": "block"}')


def parse_gate() -> Level:
    """[lineage_provider] parse_gate: most that the DAG processor does about a DAG whose upstream fails."""
    return _read("parse_gate", "off", _level, "off, observe, warn or block")


def gate_snapshot() -> str | None:
    """[lineage_provider] gate_snapshot: file that the API server writes and the parse gate reads."""
    return _text(SECTION, "gate_snapshot", "") or None


def _level(text: str) -> Level:
    return Level(text.lower())


def _levels(text: str) -> Mapping[str, Level]:
    if not text:
        return {}
    import json

    found = json.loads(text)
    if not isinstance(found, dict) or not all(isinstance(level, str) for level in found.values()):
        raise ValueError
    return {glob: _level(level) for glob, level in found.items()}


def _notifiers(text: str) -> tuple[Mapping[str, Any], ...]:
    if not text:
        return ()
    import json

    found = json.loads(text)
    if not isinstance(found, list):
        raise ValueError
    for item in found:
        if not isinstance(item, dict) or not isinstance(item.get("class"), str):
            raise ValueError
        if not isinstance(item.get("kwargs", {}), dict):
            raise ValueError
    return tuple(found)


def _transport(text: str) -> Mapping[str, Any] | None:
    if not text:
        return None
    import json

    found = json.loads(text)
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        raise ValueError
    return found


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
    ingest_size_limit,
    sensitive_classifications,
    transport,
    keep_events,
    keep_runs,
    keep_last_runs,
    keep_schemas,
    keep_verdicts,
    keep_dead_letters,
    clean_interval,
    rules,
    trust_symlinks,
    environment,
    contracts_path,
    owners_path,
    govern_interval,
    waiver_longest,
    notifiers,
    notify_quiet,
    audit_checkpoints,
    dag_run_gate,
    dag_run_gates,
    gate_state_lifetime,
    gate_depth,
    task_gates,
    parse_gate,
    gate_snapshot,
)

OF_ATTEMPTS: tuple[Callable[[], object], ...] = (
    enabled, capture_time_limit, capture_size_limit, observe_schema, capture_packages, runtime_sources,
    runtime_dataset_limit, inject_parent, file_host, folders_of_airflow,
)  # fmt: skip
"""Those that an attempt asks for."""
