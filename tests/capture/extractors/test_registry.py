from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import BaseOperator
from airflow.sdk._shared import module_loading

from airflow_lineage_provider.capture.extractors import registry
from airflow_lineage_provider.capture.extractors.registry import ENTRY_POINTS, extractor_of
from airflow_lineage_provider.capture.extractors.transfer import TransferExtractor

BASH = "airflow.providers.standard.operators.bash.BashOperator"

MODULE = """
from airflow_lineage_provider.capture.extractors.extractor import Extractor

class Ours(Extractor):
    def extract(self, task, context, extraction, *, failed):
        extraction.read("s3://lake/in")

class Unrelated:
    pass
"""

Install = Callable[..., None]


def forget() -> None:
    registry.registered.cache_clear()
    registry._load.cache_clear()
    module_loading._get_grouped_entry_points.cache_clear()


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Installs a package with entry points of ours."""

    def install(**references: str) -> None:
        (tmp_path / "acme_lineage.py").write_text(MODULE)
        info = tmp_path / "acme_lineage-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-lineage\nVersion: 1.0\n")
        points = "\n".join(f"{name} = {reference}" for name, reference in references.items())
        (info / "entry_points.txt").write_text(f"[{ENTRY_POINTS}]\n{points}\n")
        monkeypatch.syspath_prepend(tmp_path)
        forget()

    yield install
    monkeypatch.undo()
    sys.modules.pop("acme_lineage", None)
    forget()


class Copy(BaseOperator):
    """An operator of somebody's own."""


def test_an_operator_that_nobody_knows_has_no_extractor() -> None:
    assert extractor_of(Copy) is None


def test_a_package_adds_an_extractor(install: Install) -> None:
    install(**{f"{__name__}.Copy": "acme_lineage:Ours"})
    found = extractor_of(Copy)
    assert type(found).__name__ == "Ours"


def test_an_extractor_is_found_by_the_nearest_class(install: Install) -> None:
    install(**{f"{__name__}.Copy": "acme_lineage:Ours"})
    derived = type("Derived", (Copy,), {"__module__": "dags"})
    assert type(extractor_of(derived)).__name__ == "Ours"


def test_a_package_s_extractor_wins_over_ours(install: Install) -> None:
    install(**{BASH: "acme_lineage:Ours"})
    assert type(extractor_of(BashOperator)).__name__ == "Ours"


def test_each_attempt_has_an_extractor_of_its_own(install: Install) -> None:
    install(**{f"{__name__}.Copy": "acme_lineage:Ours"})
    assert extractor_of(Copy) is not extractor_of(Copy)


@pytest.mark.parametrize(
    ("reference", "error", "message"),
    [
        ("acme_gone:Ours", ModuleNotFoundError, "acme_gone"),
        ("acme_lineage:Gone", AttributeError, "Gone"),
        ("acme_lineage:Unrelated", TypeError, "acme_lineage:Unrelated is no subclass of Extractor"),
        ("acme_lineage:MODULE_THAT_IS_NO_CLASS", AttributeError, "MODULE_THAT_IS_NO_CLASS"),
    ],
)
def test_a_broken_extractor_says_what_is_wrong(
    reference: str, error: type[Exception], message: str, install: Install
) -> None:
    install(**{f"{__name__}.Copy": reference})
    with pytest.raises(error, match=message):
        extractor_of(Copy)


def test_a_broken_extractor_breaks_no_other(install: Install) -> None:
    from airflow.providers.smtp.operators.smtp import EmailOperator

    install(**{f"{__name__}.Copy": "acme_gone:Ours"})
    assert isinstance(extractor_of(EmailOperator), TransferExtractor)
