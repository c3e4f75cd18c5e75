"""A contract out of a model or source of dbt, wherever it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from airflow_lineage_provider.contracts.readers.dbt_columns import columns_of
from airflow_lineage_provider.contracts.readers.dbt_owner import owner_of
from airflow_lineage_provider.contracts.readers.dbt_relation import DbtRelation
from airflow_lineage_provider.contracts.readers.dbt_tests import DbtTest
from airflow_lineage_provider.contracts.readers.draft import Draft
from airflow_lineage_provider.contracts.readers.loose import items, mapping, text, word
from airflow_lineage_provider.contracts.readers.place import Place

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MAX_VERSION = 64


def is_enforced(node: Mapping[str, Any]) -> bool:
    """Whether dbt itself holds a model to its columns."""
    return any(
        mapping(holder.get("contract")).get("enforced") is True
        for holder in (node, mapping(node.get("config")))
    )


def draft_of(
    contract_id: str,
    node: Mapping[str, Any],
    relation: DbtRelation,
    *,
    columns: Iterable[Any],
    tests: Sequence[DbtTest],
    groups: Mapping[str, Mapping[str, Any]],
    place: Place,
) -> Draft:
    """Take over what dbt knows."""
    config = mapping(node.get("config"))
    owner = owner_of(node, groups)
    tags = [*items(node.get("tags")), *items(config.get("tags"))]
    listed = columns_of(columns, node.get("constraints"), tests, relation.dialect)
    known = {column["name"] for column in listed}
    return Draft(
        contract_id,
        relation.name,
        relation.physical_name,
        version=_version(node, config),
        description=text(node.get("description")),
        owner=owner.owner,
        team=owner.group,
        channel=owner.channel,
        tags=[tag for item in tags if (tag := text(item))],
        columns=listed,
        quality=[test.to_rule() for test in tests if test.column is None or test.column not in known],
        sla=[*_end(node), *_freshness(node, config)],
        custom=place.properties(relation.dataset_name, namespace=relation.namespace),
    )


def _version(node: Mapping[str, Any], config: Mapping[str, Any]) -> str:
    """``meta.contract_version``, else the version of the model as a major one."""
    meta = {**mapping(node.get("meta")), **mapping(config.get("meta"))}
    told = word(meta.get("contract_version"))
    if told is None:
        number = word(node.get("version"))
        told = f"{number}.0.0" if number and number.isdigit() else number
    return told[:_MAX_VERSION] if told else "1.0.0"


def _end(node: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    day = text(node.get("deprecation_date"))
    if day and _DAY.match(day):
        yield {"property": "endOfSupport", "value": day[:10]}


def _freshness(node: Mapping[str, Any], config: Mapping[str, Any]) -> Iterable[dict[str, Any]]:
    freshness = mapping(config.get("freshness")) or mapping(node.get("freshness"))
    for key in ("error_after", "warn_after"):
        limit = mapping(freshness.get(key))
        count, period = limit.get("count"), limit.get("period")
        if type(count) is int and 0 < count < 2**31 and period in ("minute", "hour", "day"):
            yield {"property": "freshness", "value": count, "unit": f"{period}s"}
            return
