from __future__ import annotations

from typing import Any

import pytest

from airflow_lineage_provider.capture.policy import GATES, InvalidPolicy, Policy
from airflow_lineage_provider.governance.gates.tightening import FLOORS, tightening
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_policy import Place, read_policy
from tests.governance.world import NOW


@pytest.mark.parametrize(
    ("tags", "policy", "floor"),
    [
        ((), None, Level.OFF),
        (("finance",), {"capture": False}, Level.OFF),
        (("lineage-gate:block",), None, Level.BLOCK),
        (("Lineage-Gate: Warn ",), None, Level.WARN),
        (("lineage-gate:warn", "lineage-gate:block"), None, Level.BLOCK),
        ((), {"gate": "block"}, Level.BLOCK),
        (("lineage-gate:warn",), {"gate": "block"}, Level.BLOCK),
        (("lineage-gate:block",), {"gate": "warn"}, Level.BLOCK),
    ],
)
def test_the_stricter_of_tag_and_policy_counts(tags: tuple[str, ...], policy: Any, floor: Level) -> None:
    assert tightening(tags, policy) == (floor, ())


@pytest.mark.parametrize("word", ["off", "observe", "xyz", "", "BLOCKED"])
def test_what_a_dag_cannot_ask_for_is_told(word: str) -> None:
    floor, (problem,) = tightening([f"lineage-gate:{word}", "lineage-gate:warn"])
    assert floor is Level.WARN
    assert f"tag lineage-gate:{word} asks for" in problem
    assert "block" in problem


@pytest.mark.parametrize("word", ["off", 7, ["block"], {"a": 1}])
def test_a_policy_that_is_none_is_told(word: Any) -> None:
    floor, problems = tightening((), {"gate": word})
    assert (floor, len(problems)) == (Level.OFF, 1)
    assert "its lineage policy asks for" in problems[0]


def test_a_task_and_the_server_read_the_same_words() -> None:
    assert set(GATES) == {level.value for level in FLOORS}
    assert Policy.from_param({"gate": "block"}).to_param() == {"gate": "block"}
    assert Policy().to_param() == {}
    with pytest.raises(InvalidPolicy, match="may only make its gate stricter"):
        Policy(gate="off")


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
@pytest.mark.parametrize("configured", [None, *Level])
@pytest.mark.parametrize("floor", list(Level))
def test_a_floor_makes_one_step_of_levels_stricter_and_none_milder(
    rule: Any, configured: Level | None, floor: Level
) -> None:
    policy = (
        read_policy(f'{{"{rule.id}": "{configured.value}"}}') if configured is not None else read_policy("")
    )
    plain = Levels(policy).of(rule, Place(), NOW.date())
    tight = Levels(policy, floor=floor).of(rule, Place(), NOW.date())
    stricter = {(Level.OBSERVE, Level.WARN): Level.WARN, (Level.WARN, Level.BLOCK): Level.BLOCK}
    assert tight is stricter.get((plain, floor), plain)
