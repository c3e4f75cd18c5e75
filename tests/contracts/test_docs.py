"""What the page about contracts shows works."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from airflow_lineage_provider.contracts.lint import lint_text
from airflow_lineage_provider.contracts.load import load_text
from airflow_lineage_provider.contracts.status import ContractStatus
from tests.contracts.corpus import HEAD

PAGE = (Path(__file__).parents[2] / "docs" / "contracts.md").read_text()


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^( *)```{language}[^\n]*\n(.*?)^ *```", PAGE, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


@pytest.mark.parametrize("text", blocks("yaml"))
def test_every_contract_is_valid(text: str):
    whole = text if "apiVersion" in text else HEAD + text
    assert load_text(whole).data


def test_the_first_contract_lacks_nothing():
    report = lint_text(blocks("yaml")[0], "c", today=date(2026, 6, 15))
    assert (report.problems, report.warnings) == ((), ())


def test_the_contract_on_an_asset_is_valid():
    import json

    (code,) = blocks("python")
    names: dict[str, object] = {}
    exec(compile(code, "contracts.md", "exec"), names)
    asset = names["customers"]
    assert load_text(json.dumps(asset.extra["contract"])).contract_id == "customers"  # type: ignore[attr-defined]


def test_every_state_is_explained():
    field = Path(__file__).parents[2] / "airflow_lineage_provider" / "contracts" / "status.py"
    states = set(
        re.findall(r'"(bound|unseen|unbound|partly-bound|duplicate|invalid|retired)"', field.read_text())
    )
    assert ContractStatus.__dataclass_fields__["state"]
    assert len(states) == 7
    for state in states:
        assert f"`{state}`" in PAGE
