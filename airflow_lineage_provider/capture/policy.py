"""What a DAG or a task says about its own capture and gate: less of the one, more of the other, never in silence."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from airflow_lineage_provider.model.runtime_source import NAMES, switched

PARAM = "lineage"
"""Name of the param that holds a policy: ``params={"lineage": {"capture": False}}``."""
ATTRIBUTE = "__lineage_policy__"
"""Where ``@lineage.policy`` leaves it on a function."""
GATES = ("block", "warn")
_PIN = "x-lineage-policy"
"""Keyword of a param's schema that holds the policy, out of reach of who triggers a run."""


class InvalidPolicy(ValueError):
    """A policy that cannot be followed. The message says what is wrong and what is right."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How one task wants to be captured."""

    capture: bool = True
    """``False``: nothing but that it ran, and that its capture is switched off."""
    sources: Mapping[str, bool] = field(default_factory=dict)
    """Runtime sources to switch on or off, whatever the configuration says."""
    sample: float = 1.0
    """Fraction of attempts that are captured; the others say that they were left out."""
    gate: str | None = None
    """``block`` or ``warn``: how much stricter the gates are with the DAG than the deployment asks for."""

    def __post_init__(self) -> None:
        if self.gate is not None and self.gate not in GATES:
            raise InvalidPolicy(
                f"lineage policy: gate is {self.gate!r}; it must be one of {', '.join(GATES)}: "
                "a DAG may only make its gate stricter"
            )
        if not isinstance(self.capture, bool):
            raise InvalidPolicy(f"lineage policy: capture is {self.capture!r}; it must be True or False")
        if (
            isinstance(self.sample, bool)
            or not isinstance(self.sample, int | float)
            or not 0 <= self.sample <= 1
        ):
            raise InvalidPolicy(f"lineage policy: sample is {self.sample!r}; it must be a number from 0 to 1")
        if not isinstance(self.sources, Mapping):
            raise InvalidPolicy(
                f"lineage policy: sources is {self.sources!r}; it must be a dict like {{'files': False}}"
            )
        for name, on in self.sources.items():
            if name not in NAMES:
                raise InvalidPolicy(f"lineage policy: no source {name!r}; there are {', '.join(NAMES)}")
            if not isinstance(on, bool):
                raise InvalidPolicy(f"lineage policy: source {name!r} is {on!r}; it must be True or False")

    @classmethod
    def from_param(cls, value: Any) -> Policy:
        """Read what a param or :meth:`to_param` holds. Raises :class:`InvalidPolicy`."""
        if not isinstance(value, Mapping):
            raise InvalidPolicy(f"lineage policy is {value!r}; it must be a dict like {{'capture': False}}")
        if unknown := set(value) - {"capture", "sources", "sample", "gate"}:
            names = ", ".join(sorted(map(str, unknown)))
            raise InvalidPolicy(
                f"lineage policy: unknown {names}; there are capture, sources, sample and gate"
            )
        return cls(**value)

    def to_param(self) -> dict[str, Any]:
        """JSON object with what differs from the default."""
        wire: dict[str, Any] = {}
        if not self.capture:
            wire["capture"] = False
        if self.sources:
            wire["sources"] = dict(self.sources)
        if self.sample < 1:
            wire["sample"] = self.sample
        if self.gate is not None:
            wire["gate"] = self.gate
        return wire

    def sources_of(self, configured: frozenset[str]) -> frozenset[str]:
        """Runtime sources of a task with this policy."""
        return switched(configured, dict(self.sources))

    def left_out(self, attempt: str) -> str | None:
        """Why an attempt is not captured, in words; ``None`` if it is.

        :param attempt: what names the attempt: the same attempt gets the same answer.
        """
        if not self.capture:
            return "capture: switched off by the lineage policy of the task"
        if self.sample < 1:
            drawn = int.from_bytes(hashlib.sha256(attempt.encode()).digest()[:8]) / 2**64
            if drawn >= self.sample:
                return f"capture: not in the sample of {self.sample:g} that the lineage policy of the task asks for"
        return None


def pinned_params(policy: Policy) -> dict[str, Any]:
    """``{"lineage": Param}`` for an operator or a DAG, which says the same whatever a run is triggered with.

    A run's ``conf`` overwrites the value of a param and cannot touch its schema: the policy stands there too, under a
    keyword that JSON Schema has no meaning for.
    """
    from airflow.sdk import Param

    value = policy.to_param()
    return {PARAM: Param(value, schema={_PIN: value})}


def conf_of(ti: Any) -> Mapping[str, Any]:
    """What the run of a task instance was triggered with, as far as it overwrites params."""
    run = getattr(getattr(ti, "_ti_context_from_server", None), "dag_run", None)
    given = getattr(run, "conf", None)
    if not isinstance(given, Mapping) or PARAM not in given:
        return {}
    from airflow.sdk.configuration import conf

    return given if conf.getboolean("core", "dag_run_conf_overrides_params", fallback=True) else {}


def policy_of(task: Any, conf: Mapping[str, Any] | None = None) -> Policy:
    """Policy of a task: its function's, its own params', else its DAG's. Raises :class:`InvalidPolicy`.

    As its author wrote it: who triggers a run may not switch its capture off. Before a task runs, Airflow writes the
    run's ``conf`` into the params that were parsed, so a value is asked only where ``conf`` cannot have reached it.

    :param conf: the run's, see :func:`conf_of`. Where it has a param ``lineage`` and an operator was given its policy
        as a plain dict, what the author wrote is nowhere any more: that is an :class:`InvalidPolicy`.
    """
    function = getattr(task, "python_callable", None)
    policy = getattr(function, ATTRIBUTE, None)
    if isinstance(policy, Policy):
        return policy
    own, dags = _param_of(task), _param_of(task.get_dag() if hasattr(task, "get_dag") else None)
    # A task has a copy of each of its DAG's params. Conf is written into the copy and the DAG's own stays what it was.
    may_reach = conf is not None and PARAM in conf
    is_copy = own is not None and dags is not None and getattr(own, "source", None) == "dag"
    if own is not None and not is_copy:
        return _written_policy(own, may_reach)
    if dags is not None:
        return _written_policy(dags, own is None and may_reach)
    return Policy()


def _param_of(owner: Any) -> Any:
    params: Any = getattr(owner, "params", None)
    try:
        return params.get_param(PARAM) if hasattr(params, "get_param") else params[PARAM]
    except (KeyError, TypeError):
        return None


def _written_policy(param: Any, is_overwritten: bool) -> Policy:
    schema = getattr(param, "schema", None)
    if isinstance(schema, Mapping) and _PIN in schema:
        return Policy.from_param(schema[_PIN])
    if is_overwritten:
        raise InvalidPolicy(
            "lineage policy: the conf of this run has overwritten it; "
            "written as params=lineage.policy(...).params it cannot be"
        )
    if not getattr(param, "has_value", param is not None):
        return Policy()
    return Policy.from_param(getattr(param, "value", param))
