from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from airflow_lineage_provider.api.govern_round import ROUND, Desk
from airflow_lineage_provider.store.registered_owners import OWNER


def test_a_round_imports_watched_owners_before_it_judges(
    committed: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "OWNERS").write_text("shop.* ann\n")
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__OWNERS_PATH", str(tmp_path / "OWNERS"))
    names = [step.name for step in ROUND]
    assert names.index("Watching owners") < names.index("Judging")
    ROUND[names.index("Watching owners")].work(Desk(lambda: Session(committed)))
    with Session(committed) as session:
        assert list(session.scalars(select(OWNER.c.owner))) == ["ann"]
