from __future__ import annotations

import ast
import inspect
import textwrap
from importlib import import_module
from importlib.util import find_spec

import pytest

from airflow_lineage_provider.capture.extractors.catalog import BUILT_IN
from airflow_lineage_provider.capture.extractors.transfer import attributes_read
from airflow_lineage_provider.capture.extractors.transfers import TRANSFERS


def is_installed(dotted: str) -> bool:
    try:
        return find_spec(dotted.rpartition(".")[0]) is not None
    except ModuleNotFoundError:
        return False


INSTALLED = [dotted for dotted in BUILT_IN if is_installed(dotted)]


def operator_class(dotted: str) -> type:
    """The class, or a skip where another provider that it works with is not installed."""
    module, _, name = dotted.rpartition(".")
    try:
        imported = import_module(module)
    except Exception as error:
        # A provider that it goes together with is not there: Airflow raises errors of its own then.
        pytest.skip(f"{module}: {error}")
    return getattr(imported, name)


def attributes_set_by(operator: type) -> set[str]:
    """Names that any class of the operator assigns on ``self``, and those of its class attributes."""
    found: set[str] = set(dir(operator))
    for base in operator.__mro__:
        try:
            tree = ast.parse(textwrap.dedent(inspect.getsource(base)))
        except (OSError, TypeError):
            continue
        found |= {
            node.attr
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store)
            and isinstance(node.value, ast.Name)
            and node.value.id == "self"
        }
    return found


@pytest.mark.parametrize("dotted", [name for name in INSTALLED if name in TRANSFERS])
def test_every_attribute_of_an_entry_exists_on_the_operator(dotted: str) -> None:
    operator = operator_class(dotted)
    assert set(attributes_read(TRANSFERS[dotted])) <= attributes_set_by(operator)


@pytest.mark.parametrize("dotted", [name for name in INSTALLED if name in TRANSFERS])
def test_an_entry_stands_for_an_operator_that_does_not_say_it_itself(dotted: str) -> None:
    operator = operator_class(dotted)
    methods = [
        getattr(operator, name) for name in dir(operator) if name.startswith("get_openlineage_facets_on_")
    ]
    # Those of common.sql only parse the operator's SQL: the hook's statements stand for them.
    assert {method.__module__ for method in methods} <= {"airflow.providers.common.sql.operators.sql"}


@pytest.mark.filterwarnings("ignore:.*determine_kwargs")
@pytest.mark.parametrize("dotted", [name for name in INSTALLED if name not in TRANSFERS])
def test_every_other_operator_in_the_catalog_exists(dotted: str) -> None:
    assert isinstance(operator_class(dotted), type)


def test_the_catalog_knows_many_transfers() -> None:
    assert len(TRANSFERS) >= 40
    assert TRANSFERS.keys() <= BUILT_IN.keys()
    assert all(entry.reads or entry.writes or entry.query or entry.table for entry in TRANSFERS.values())
