from __future__ import annotations

import json
import re

import pytest

from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.rules.option import check_options
from airflow_lineage_provider.model.rule_id import RULE_IDS
from airflow_lineage_provider.model.rule_policy import read_policy
from docs.scripts.rules import PAGE, page


def test_page_is_what_the_rules_and_their_examples_yield() -> None:
    assert PAGE.read_text() == page(), "run python -m docs.scripts.rules --write"


def test_every_id_has_a_row_and_a_section() -> None:
    text = PAGE.read_text()

    assert re.findall(r"^\| \[`([a-z-]+)`\]\(#\1\)", text, re.MULTILINE) == list(RULE_IDS)
    assert re.findall(r"^## ([a-z]+(?:-[a-z]+)+)$", text, re.MULTILINE) == list(RULE_IDS)


@pytest.mark.parametrize("block", re.findall(r"```json\n(.*?)```", PAGE.read_text(), re.DOTALL))
def test_configuration_on_the_page_can_be_read(block: str) -> None:
    policy = read_policy(block)
    by_id = {rule.id: rule for rule in RULES}

    for rule_id in json.loads(block):
        check_options(by_id[rule_id].options, policy.options(rule_id))
