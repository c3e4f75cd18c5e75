from __future__ import annotations

from typing import Any

import pytest

from airflow_lineage_provider.store.outgoing.official import passed_on

SCHEMA = "https://openlineage.io/spec/facets/1-0-2/ExternalQueryRunFacet.json#/$defs/ExternalQueryRunFacet"


@pytest.mark.parametrize(
    "producer",
    [
        "https://github.com/apache/airflow/tree/providers-openlineage/2.20.3",
        "https://[::1]:8080/a%20b?c=d",
        "git+ssh://git@example.com/x.git",
    ],
)
def test_a_facet_that_names_its_producer_and_schema_is_passed_on(producer: str) -> None:
    facets = {"externalQuery": {"_producer": producer, "_schemaURL": SCHEMA}}
    assert passed_on(facets) == facets
    assert passed_on(facets, {"externalQuery"}) == {}


@pytest.mark.parametrize(
    "address", [None, 7, "", "airflow", "see https://example.com", "https://a b", "://x", "s3://ä"]
)
@pytest.mark.parametrize("key", ["_producer", "_schemaURL"])
def test_a_facet_whose_address_is_no_uri_is_left_out(key: str, address: Any) -> None:
    facet = {"_producer": "https://example.com", "_schemaURL": SCHEMA, key: address}
    assert passed_on({"externalQuery": facet, "other": "text"}) == {}
