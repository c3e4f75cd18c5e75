from __future__ import annotations

import re
import warnings
from importlib import import_module
from importlib.metadata import distributions, version
from importlib.util import find_spec

import pytest
from airflow.providers.common.compat.sdk import AirflowOptionalProviderFeatureException

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


# Operators of providers that the page was written without are proven by the tests of their extractors alone.
ON_PAGE = [dotted for dotted in BUILT_IN if package_of(dotted) in sections()]


def test_no_provider_that_is_installed_is_missing_on_the_page() -> None:
    installed = {distribution.name for distribution in distributions()}
    assert {package_of(dotted) for dotted in BUILT_IN} & installed <= sections().keys()


@pytest.mark.parametrize("dotted", ON_PAGE)
def test_the_page_says_of_our_operators_what_the_code_says(dotted: str) -> None:
    written_with, text = sections()[package_of(dotted)]
    if (installed := version(package_of(dotted))) != written_with:
        pytest.skip(f"the page was written with {written_with}, installed is {installed}")
    module, _, name = dotted.rpartition(".")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            operator = getattr(import_module(module), name)
    except (ImportError, AirflowOptionalProviderFeatureException) as error:
        # A transfer between two providers, of which one is not installed. A module that is there has to load.
        assert find_spec(module) is not None
        pytest.skip(f"what it works with is not installed: {error}")
    if not operator.__name__.startswith("_"):
        assert ways_of(operator)
        assert row_of(operator) in text
