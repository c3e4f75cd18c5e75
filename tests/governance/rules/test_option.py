from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.rules.option import (
    FlagOption,
    InvalidOption,
    WholeOption,
    check_options,
)

DAYS = WholeOption("days", 30, "Days.")
EACH = FlagOption("each", False, "Whether.")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def test_what_is_not_said_has_its_default() -> None:
    assert (DAYS.of({}), EACH.of({"days": 3})) == (30, False)


@pytest.mark.parametrize("value", [0, 36_501, "7", 7.0, None, True, [7]])
def test_what_is_no_number_in_bounds_is_invalid(value: Any) -> None:
    with pytest.raises(InvalidOption, match="option days must be a whole number from 1 to 36500, not "):
        DAYS.of({"days": value})


@pytest.mark.parametrize("value", [0, 1, "true", None, []])
def test_what_is_no_flag_is_invalid(value: Any) -> None:
    with pytest.raises(InvalidOption, match="option each must be true or false, not "):
        EACH.of({"each": value})


@pytest.mark.parametrize(
    ("known", "options", "words"),
    [
        ((DAYS, EACH), {"dais": 3}, "there is no option dais; did you mean days?"),
        ((DAYS, EACH), {"hours": 3}, "there is no option hours; options: days, each"),
        ((), {"days": 3}, "there is no option days; options: none"),
    ],
)
def test_an_option_that_no_rule_reads_is_invalid(known: Any, options: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidOption) as caught:
        check_options(known, options)

    assert str(caught.value) == words


@given(options=st.dictionaries(st.sampled_from(["days", "each", "writes", "always", "x"]), JSON))
def test_any_options_are_read_or_invalid(options: dict[str, Any]) -> None:
    for rule in RULES:
        try:
            check_options(rule.options, options)
        except InvalidOption:
            continue
        for option in rule.options:
            option.of(options)
