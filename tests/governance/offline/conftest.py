from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.governance.offline.project import Project


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))  # Airflow adds the folder for good
    return Project(tmp_path)
