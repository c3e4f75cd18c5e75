from __future__ import annotations

import pytest

from airflow_lineage_provider.model.error_line import error_line


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("no disk\nat all"), "ValueError: no disk"),
        (RuntimeError(), "RuntimeError: "),
        (KeyError("a\nb"), "KeyError: 'a\\nb'"),
    ],
)
def test_an_error_is_told_in_one_line(error: Exception, line: str) -> None:
    assert error_line(error) == line
