"""Datasets of an attempt as OpenLineage inputs and outputs."""

from __future__ import annotations

import re
from typing import Any

from openlineage.client.event_v2 import InputDataset, OutputDataset, RunState
from openlineage.client.facet_v2 import (
    column_lineage_dataset,
    input_statistics_input_dataset,
    lifecycle_state_change_dataset,
    output_statistics_output_dataset,
    schema_dataset,
    symlinks_dataset,
)

from airflow_lineage_provider.model.direction import Direction, IoState
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.store.outgoing.facets import (
    ATTEMPTED,
    EVIDENCE,
    PRODUCER,
    AttemptedOutputDatasetFacet,
    EvidenceDatasetFacet,
)
from airflow_lineage_provider.store.outgoing.official import passed_on
from airflow_lineage_provider.store.outgoing.rows import StoredAttempt, StoredIo, StoredLink

_WHOLE_TABLE = "*"
_LIFECYCLE = lifecycle_state_change_dataset.LifecycleStateChange
_CHANGES = {
    "CREATE_TABLE": _LIFECYCLE.CREATE,
    "CREATE_VIEW": _LIFECYCLE.CREATE,
    "DROP": _LIFECYCLE.DROP,
    "TRUNCATE": _LIFECYCLE.TRUNCATE,
    "ALTER": _LIFECYCLE.ALTER,
}
_EMPTIES = (_LIFECYCLE.DROP, _LIFECYCLE.TRUNCATE)
_ENDS = (*_EMPTIES, _LIFECYCLE.ALTER)
_QUIET = frozenset({"SELECT", "OTHER", None})
_NOT_OF_THIS_RUN = frozenset({"schema", "columnLineage", "symlinks", "lifecycleStateChange"})
"""Kept per dataset, and so what some run said last; what this run knows of them stands in tables."""


def inputs_of(attempt: StoredAttempt) -> list[InputDataset]:
    """What the attempt read. Inputs of statements that were not seen to run are left out."""
    return [
        InputDataset(
            namespace=io.dataset.namespace,
            name=io.dataset.name,
            facets=_facets(io),
            inputFacets=_input_statistics(io),
        )
        for io in attempt.io
        if io.direction == Direction.INPUT.value and io.state == IoState.READ.value
    ]


def outputs_of(attempt: StoredAttempt, kind: RunState) -> list[OutputDataset]:
    """What the attempt updated; of a failed one what it may have changed, marked as that."""
    wanted = {RunState.COMPLETE: IoState.UPDATED, RunState.FAIL: IoState.ATTEMPTED}.get(kind)
    outputs = [io for io in attempt.io if io.direction == Direction.OUTPUT.value]
    change = _lifecycle(attempt, outputs[0]) if len(outputs) == 1 and kind is RunState.COMPLETE else None
    found = []
    for io in outputs:
        if wanted is None or io.state != wanted.value:
            continue
        facets = _facets(io)
        if io.links:
            facets["columnLineage"] = _column_lineage(io.links)
        if change is not None:
            facets["lifecycleStateChange"] = change
        found.append(
            OutputDataset(
                namespace=io.dataset.namespace,
                name=io.dataset.name,
                facets=facets,
                outputFacets=_output_facets(io),
            )
        )
    return found


def _facets(io: StoredIo) -> dict[str, Any]:
    facets = passed_on(io.facets, _NOT_OF_THIS_RUN)
    facets[EVIDENCE] = EvidenceDatasetFacet(evidence=list(Evidence(io.evidence).names))
    if io.columns:
        facets["schema"] = schema_dataset.SchemaDatasetFacet(
            fields=[
                schema_dataset.SchemaDatasetFacetFields(
                    name=column.name,
                    type=column.type,
                    description=column.description,
                    ordinal_position=position,
                )
                for position, column in enumerate(io.columns, start=1)
            ],
            producer=PRODUCER,
        )
    if io.aliases:
        facets["symlinks"] = symlinks_dataset.SymlinksDatasetFacet(
            identifiers=[
                symlinks_dataset.Identifier(
                    namespace=other.namespace,
                    name=other.name,
                    type="ASSET" if origin.startswith("asset") else "TABLE",
                )
                for other, origin in io.aliases
            ],
            producer=PRODUCER,
        )
    return facets


def _column_lineage(links: list[StoredLink]) -> column_lineage_dataset.ColumnLineageDatasetFacet:
    fields: dict[str, Any] = {}
    whole = []
    for link in links:
        source = column_lineage_dataset.InputField(
            namespace=link.input.namespace,
            name=link.input.name,
            field=link.input_column,
            transformations=[
                column_lineage_dataset.Transformation(
                    type=each["type"], subtype=each.get("subtype") or None, masking=bool(each.get("masking"))
                )
                for each in link.transformations
            ],
        )
        if link.output_column == _WHOLE_TABLE:
            whole.append(source)
        else:
            fields.setdefault(link.output_column, column_lineage_dataset.Fields(inputFields=[]))
            fields[link.output_column].inputFields.append(source)
    return column_lineage_dataset.ColumnLineageDatasetFacet(fields=fields, dataset=whole, producer=PRODUCER)


def _input_statistics(io: StoredIo) -> dict[str, Any]:
    if io.rows is None and io.bytes is None:
        return {}
    return {
        "inputStatistics": input_statistics_input_dataset.InputStatisticsInputDatasetFacet(
            rowCount=io.rows, size=io.bytes, producer=PRODUCER
        )
    }


def _output_facets(io: StoredIo) -> dict[str, Any]:
    facets: dict[str, Any] = {}
    if io.rows is not None or io.bytes is not None:
        facets["outputStatistics"] = output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
            rowCount=io.rows, size=io.bytes, producer=PRODUCER
        )
    if io.state == IoState.ATTEMPTED.value:
        facets[ATTEMPTED] = AttemptedOutputDatasetFacet(
            reason="The attempt failed: the dataset may or may not have changed."
        )
    return facets


def _lifecycle(
    attempt: StoredAttempt, output: StoredIo
) -> lifecycle_state_change_dataset.LifecycleStateChangeDatasetFacet | None:
    """What statements did to the only output beyond writing rows.

    A statement does not say which dataset it changed, so each that changed anything must name the output's table:
    a temporary table that was dropped at the end is no dropped output.
    """
    table = re.compile(rf"\b{re.escape(output.dataset.name.rpartition('.')[2])}\b", re.IGNORECASE)
    kinds: list[str] = []
    for statement in attempt.run_facets.get("statements") or []:
        kind, text = statement.get("kind"), statement.get("sql") or ""
        if kind in _QUIET or not statement.get("executed", True):
            continue
        if table.search(text) is None:
            return None
        is_replaced = text.upper().startswith("CREATE OR REPLACE")
        kinds += ["TRUNCATE", kind] if is_replaced else [kind]
    if not kinds:
        return None
    change = _CHANGES.get(kinds[-1])
    if change not in _ENDS and any(_CHANGES.get(kind) in _EMPTIES for kind in kinds[:-1]):
        change = _LIFECYCLE.OVERWRITE
    if change is None:
        return None
    return lifecycle_state_change_dataset.LifecycleStateChangeDatasetFacet(
        lifecycleStateChange=change, producer=PRODUCER
    )
