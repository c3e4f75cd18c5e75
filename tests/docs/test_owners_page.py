from __future__ import annotations

import pytest

from airflow_lineage_provider.contracts.owners_file import InvalidOwnersFile, read_owners
from airflow_lineage_provider.contracts.owners_line import OPTIONS
from tests.docs.pages import DOCS, fences

PAGE = (DOCS / "owners.md").read_text()


def test_the_owners_file_of_the_page_has_no_problem_and_no_warning() -> None:
    read = read_owners((DOCS / "data" / "OWNERS").read_text(), "OWNERS")
    assert read.warnings == ()
    assert [line.owners for line in read.lines] == [
        ("data-platform",), ("shop-team",), ("ann", "bob"), ("Finance Operations",), ("carol",),
    ]  # fmt: skip
    assert read.lines[-1].namespace == "bigquery"
    assert read.lines[2].namespace == "postgres://shop:5432"


def test_the_other_lines_of_the_page_are_read() -> None:
    (succession,) = (block for block in fences(PAGE, "text") if "8<" not in block)
    assert [row.owner for row in read_owners(succession, "page").registrations()] == ["ann", "bob"]
    assert read_owners(succession, "page").warnings == ()


def test_the_page_explains_every_option() -> None:
    assert [option for option in OPTIONS if f"{option}=" not in PAGE] == []


def test_what_the_page_warns_of_is_refused() -> None:
    with pytest.raises(InvalidOwnersFile, match="is read as the namespace"):
        read_owners("s3://lake/raw/* ann", "page")
