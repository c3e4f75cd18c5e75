"""What is classified does not end up where less is hidden."""

from __future__ import annotations

from collections.abc import Iterator

from airflow_lineage_provider.contracts.classification import is_lower
from airflow_lineage_provider.governance.facts import DatasetFacts, FlowFact, dataset_wire
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules.rule import Moment, RuleDefaults, Severity, Violation
from airflow_lineage_provider.governance.rules.wording import few, node_of


class ClassificationLeaked(RuleDefaults):
    """A column flows, unmasked, into one with a lower classification.

    Into one without any it only warns. A classification that is on no known ladder (public, internal, confidential,
    restricted and their synonyms) is unknown.
    """

    id = "classification-leaked"
    title = "Its columns are classified as high as what flows into them"
    severity = Severity.ERROR

    def check(self, facts: DatasetFacts, moment: Moment) -> Iterator[Violation]:
        unknown: list[FlowFact] = []
        for flow in facts.flows:
            if flow.is_masked:
                continue
            lower = is_lower(flow.classification, flow.source_classification)
            if lower is None:
                unknown.append(flow)
            elif lower:
                yield _leak(flow, facts)
        if unknown:
            words = sorted({word for flow in unknown for word in _words(flow)})
            yield Violation(
                f"nobody knows which classification is the higher one: {few(words)}, of columns "
                f"{few(sorted({flow.column for flow in unknown}))}",
                "use public, internal, confidential or restricted in the contracts and run "
                "`airflow lineage contracts apply PATH`",
                result=Result.UNKNOWN,
                evidence={"words": words, "flows": [_evidence(flow) for flow in unknown[:20]]},
            )


def _leak(flow: FlowFact, facts: DatasetFacts) -> Violation:
    contract = facts.contract
    own = f"classified as {flow.classification}" if flow.classification else "not classified"
    place = f"contract {contract.contract_id}" if contract is not None else "a contract of this dataset"
    return Violation(
        f"column {flow.column} is {own} and takes in column {flow.source_column} of {flow.source}, which is "
        f"{flow.source_classification}, without masking",
        "mask it in the job, with a transformation that its column lineage calls masking, or classify "
        "column "
        f"{flow.column} as {flow.source_classification} in {place} and run `airflow lineage contracts apply "
        "PATH`; "
        f"`airflow lineage graph {node_of(facts.dataset)} --direction upstream` shows where it comes from",
        subject=f"{flow.column} from {flow.source} {flow.source_column}",
        result=Result.FAIL if flow.classification else Result.WARN,
        evidence=_evidence(flow),
    )


def _words(flow: FlowFact) -> Iterator[str]:
    yield flow.source_classification
    if flow.classification:
        yield flow.classification


def _evidence(flow: FlowFact) -> dict[str, object]:
    return {
        "column": flow.column,
        "classification": flow.classification,
        "source": dict(dataset_wire(flow.source)),
        "source_column": flow.source_column,
        "source_classification": flow.source_classification,
    }
