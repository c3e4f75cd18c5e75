from __future__ import annotations

import pytest
from sqlalchemy.exc import DataError

from airflow_lineage_provider.model.error_line import error_line


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (ValueError("no disk\nat all"), "ValueError: no disk"),
        (RuntimeError(), "RuntimeError: "),
        (KeyError("a\nb"), "KeyError: '?'"),
        (KeyError("orders"), "KeyError: 'orders'"),
        (ValueError("invalid input: 'Jane Doe, 1 High Street'"), "ValueError: invalid input: '?'"),
        (OSError("cannot reach https://me:secret@host/x?token=1"), "OSError: cannot reach https://host/x"),
        (
            OSError(2, "No such file", "/shared/my gates.json"),
            "FileNotFoundError: No such file: /shared/my gates.json",
        ),
        (
            DataError(
                "INSERT", {"name": "Jane"}, ValueError('invalid "Jane Doe"\nDETAIL: Key (name)=(Jane Doe)')
            ),
            'DataError: invalid "?"',
        ),
    ],
)
def test_an_error_is_told_in_one_line(error: Exception, line: str) -> None:
    assert error_line(error) == line
