from __future__ import annotations

from airflow_lineage_provider.contracts.compatibility import ChangeKind
from airflow_lineage_provider.model.rule_id import RULE_IDS
from docs.scripts.schema_changes import PAGE, RULES, page


def test_page_is_what_the_table_yields() -> None:
    assert PAGE.read_text() == page(), "run python -m docs.scripts.schema_changes --write"


def test_each_kind_of_change_names_a_rule_that_there_is() -> None:
    assert set(RULES) == {kind.value for kind in ChangeKind} | {"fine"}
    for text in RULES.values():
        assert text.partition(" (")[0] in {*RULE_IDS, "-"}
