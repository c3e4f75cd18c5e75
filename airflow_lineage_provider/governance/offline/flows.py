"""Classified columns that the SQL of DAG files, or what a deployment saw, moves into the columns of a dataset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from airflow_lineage_provider.governance.facts import FlowFact
from airflow_lineage_provider.governance.facts_of.contracts import is_retired
from airflow_lineage_provider.governance.facts_of.flows import classes_of, classification, merged_flows
from airflow_lineage_provider.governance.offline.contract_set import ContractSet
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.column_flows import ColumnFlow
from airflow_lineage_provider.store.statements import ColumnUse

_DIRECT = "DIRECT"


def flows_into(dataset: DatasetId, uses: Iterable[ColumnUse], contracts: ContractSet) -> Iterator[FlowFact]:
    """In the order of the columns; contracts alone classify.

    :param uses: columns that flow into its columns.
    """
    others = (use for use in uses if use.input != dataset)
    flows = [(dataset, use.input, flow) for use in others if (flow := _flow(use)) is not None]
    if not flows:
        return
    own = _classes(dataset, contracts)
    for (_, column, source, source_column), is_masked in sorted(merged_flows(flows).items()):
        word = classification(_classes(source, contracts), source_column)
        if word is not None:
            yield FlowFact(column, classification(own, column), source, source_column, word, is_masked)


def flows_told(
    dataset: DatasetId, leaks: Iterable[Mapping[str, Any]], contracts: ContractSet
) -> Iterator[FlowFact]:
    """What a deployment saw flowing unmasked. Contracts at hand classify; of others its word holds.

    :param leaks: evidence of its findings.
    """
    for leak in leaks:
        source = leak.get("source")
        names = (leak.get("column"), leak.get("source_column"), leak.get("source_classification"))
        if not isinstance(source, Mapping) or not all(isinstance(name, str) for name in names):
            continue
        column, source_column, said = map(str, names)
        read = DatasetId(str(source.get("namespace")), str(source.get("name")))
        word: str | None = said
        if contracts.speaking_for(read):
            word = classification(_classes(read, contracts), source_column)
        own = leak.get("classification")
        if contracts.speaking_for(dataset):
            own = classification(_classes(dataset, contracts), column)
        if word is not None:
            yield FlowFact(column, own, read, source_column, word, is_masked=False)


def _flow(use: ColumnUse) -> ColumnFlow | None:
    if use.kind != _DIRECT or use.input_column is None:
        return None
    return ColumnFlow(0, use.output_column, 0, use.input_column, use.masking)


def _classes(dataset: DatasetId, contracts: ContractSet) -> Mapping[str, str]:
    in_force = (each for each in contracts.speaking_for(dataset) if not is_retired(each.status))
    return next((found for each in in_force if (found := classes_of(each))), {})
