from __future__ import annotations

import re
import warnings
from importlib import import_module
from importlib.metadata import version

import pytest

from airflow_lineage_provider.capture.extractors.catalog import BUILT_IN
from docs.scripts.operators import BLOCK, PAGE, row_of, ways_of
from docs.scripts.reference import block_in


def sections() -> dict[str, tuple[str, str]]:
    """Package to the version and the lines of its section."""
    parts = re.split(r"^## (\S+)$", block_in(PAGE, BLOCK), flags=re.MULTILINE)[1:]
    found = dict(zip(parts[::2], parts[1::2], strict=True))
    return {name: (text.strip().split("\n")[0][len("Version ") : -1], text) for name, text in found.items()}


def package_of(dotted: str) -> str:
    """Distribution of a provider's operator: ``airflow.providers.a.b.operators.x.Y`` is in ``...-a-b``."""
    words = dotted.split(".")[2:]
    end = next(
        index
        for index, word in enumerate(words)
        if word in ("operators", "sensors", "transfers", "aws", "cloud")
    )
    return "-".join(["apache-airflow-providers", *words[:end]])


def test_the_page_knows_many_operators() -> None:
    assert len(sections()) >= 10
    assert len(re.findall(r"^\| `\w+` \|", block_in(PAGE, BLOCK), re.MULTILINE)) >= 60


@pytest.mark.parametrize("dotted", BUILT_IN)
def test_the_page_says_of_our_operators_what_the_code_says(dotted: str) -> None:
    section = sections().get(package_of(dotted))
    if section is None:
        pytest.skip(f"the page was written without {package_of(dotted)}")
    try:
        if (installed := version(package_of(dotted))) != section[0]:
            pytest.skip(f"the page was written with {section[0]}, installed is {installed}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            operator = getattr(import_module(dotted.rpartition(".")[0]), dotted.rpartition(".")[2])
    except Exception as error:
        pytest.skip(f"it is not installed, or what it works with is not: {error}")
    if not operator.__name__.startswith("_"):
        assert ways_of(operator)
        assert row_of(operator) in section[1]
