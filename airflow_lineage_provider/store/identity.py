"""The deployment's rules for one name per dataset; whatever is stored or looked up goes through them."""

from __future__ import annotations

from functools import lru_cache

from airflow_lineage_provider import config
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.identity import IdentityRules
from airflow_lineage_provider.model.naming import asset_of
from airflow_lineage_provider.model.partition_pattern import PartitionPattern


def identity_rules() -> IdentityRules:
    """The rules as they are configured."""
    return _rules(
        tuple(config.namespace_aliases().items()), config.partition_patterns(), config.partition_defaults()
    )


@lru_cache(maxsize=4)
def _rules(
    aliases: tuple[tuple[str, str], ...], patterns: tuple[PartitionPattern, ...], has_builtin_patterns: bool
) -> IdentityRules:
    return IdentityRules(dict(aliases), patterns, has_builtin_patterns=has_builtin_patterns)


def canonical_dataset(dataset: DatasetId) -> DatasetId:
    """The dataset under which a name is stored."""
    return identity_rules().canonical(dataset)


def asset_dataset(uri: str | None, name: str | None) -> DatasetId:
    """The dataset under which an Airflow asset is stored."""
    return canonical_dataset(asset_of(uri, name))


def canonical_namespace(namespace: str) -> str:
    """The namespace under which the datasets of a namespace are stored."""
    return canonical_dataset(DatasetId(namespace, "x")).namespace
