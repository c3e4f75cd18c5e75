"""The dataset that a command was given, as a node id."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.cli.command import CommandError

if TYPE_CHECKING:
    from airflow_lineage_provider.store.found_dataset import FoundDataset


def named_dataset(node: str, session: Any) -> FoundDataset:
    """Raises :class:`CommandError` for what is no node id, or of a dataset that nobody has seen."""
    from airflow_lineage_provider.model.access import FULL_ACCESS
    from airflow_lineage_provider.model.node_id import InvalidNodeId
    from airflow_lineage_provider.store.found_dataset import UnknownDataset, dataset_of_node

    try:
        return dataset_of_node(node, FULL_ACCESS, session=session)
    except InvalidNodeId as error:
        raise CommandError(f"{error}.") from None
    except UnknownDataset as error:
        raise CommandError(f"{error}; `airflow lineage datasets` lists what is.") from None
