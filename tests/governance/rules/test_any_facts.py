"""No facts make a rule raise, contradict itself or say what cannot be stored."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from airflow_lineage_provider.contracts.contract_diff import ContractChange, ContractDiff, Impact
from airflow_lineage_provider.contracts.promise import ColumnPromise, Promise, QualityDemand, SlaPromise
from airflow_lineage_provider.governance.facts import (
    AskerFact,
    ContractFact,
    DatasetFacts,
    FlowFact,
    LooseContract,
    OwnerFact,
    PreviousContract,
    ProducerFact,
    QualityFact,
    SchemaFact,
    ScopeFacts,
    UseFact,
    WriteFact,
)
from airflow_lineage_provider.governance.judge import judge
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.io_entry import Column
from tests.governance.rules.well import NOW

text = st.sampled_from(["", "a", "id", "email", "ä b", "o'x", "a\nfix: no", "`rm`"]) | st.text(max_size=6)
maybe_text = st.none() | text
times = st.datetimes(datetime(1970, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))
maybe_time = st.none() | times
dates = st.none() | st.dates(date(1900, 1, 1), date.max)
number = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, 3_600.0])
names = st.lists(text, max_size=2).map(tuple)
datasets = st.builds(DatasetId, text, text)
types = st.sampled_from([None, "integer", "text", "varchar(9)", "numeric(9,2)", "???", "", "array<int>"])


def many(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=3).map(tuple)


columns = st.builds(
    ColumnPromise,
    text,
    logical_type=st.sampled_from([None, "string", "integer", "object", "x"]),
    physical_type=types,
    is_required=st.booleans(),
    is_unique=st.booleans(),
    key_position=st.none() | st.integers(-1, 3),
    is_deprecated=st.booleans(),
)
slas = st.builds(
    SlaPromise,
    st.sampled_from(["freshness", "latency", "frequency", "retention"]),
    st.none(),
    maybe_text,
    number,
    maybe_text,
    text,
)
demands = st.builds(
    QualityDemand,
    text,
    maybe_text,
    st.sampled_from(["library", "text", "sql"]),
    maybe_text,
    maybe_text,
    number,
    number,
)
promises = st.builds(
    Promise,
    text,
    many(columns),
    st.booleans(),
    many(slas),
    many(demands),
    least_rows=number,
    most_rows=number,
)
changes = st.builds(ContractChange, text, text, st.none(), st.none(), st.sampled_from(list(Impact)), text)
versions = st.sampled_from(["1.0.0", "1.1.0", "2.0.0", "", "x"])
previous = st.builds(
    PreviousContract,
    versions,
    maybe_text,
    maybe_text,
    st.builds(ContractDiff, many(changes), versions, versions),
)
contracts = st.builds(
    ContractFact,
    text,
    versions,
    st.sampled_from([None, "active", "draft", "deprecated", "retired", "odd"]),
    maybe_text,
    maybe_text,
    st.none() | promises,
    st.none() | previous,
    dates,
    dates,
)
facts_of = st.builds(
    DatasetFacts,
    datasets,
    known_by=names,
    owners=many(st.builds(OwnerFact, text, text, maybe_text, valid_to=dates)),
    contracts=many(contracts),
    producers=names,
    departed=many(st.builds(OwnerFact, text, text, valid_to=dates)),
    dialect=st.sampled_from([None, "postgres", "snowflake"]),
    schema=st.none()
    | st.builds(
        SchemaFact, many(st.builds(Column, text, types, st.sampled_from([None, True, False]))), times, text
    ),
    writes=many(st.builds(WriteFact, times, text, st.none() | st.integers(), maybe_time)),
    quality=many(st.builds(QualityFact, text, maybe_text, st.booleans(), maybe_text, times, text)),
    producer_runs=many(
        st.builds(
            ProducerFact,
            text,
            maybe_text,
            st.sampled_from([None, "success", "failed", "running", "upstream_failed"]),
            maybe_time,
            maybe_text,
        )
    ),
    flows=many(
        st.builds(
            FlowFact,
            text,
            st.sampled_from([None, "public", "pii", "odd"]),
            datasets,
            text,
            st.sampled_from(["public", "pii", "odd", ""]),
            st.booleans(),
        )
    ),
    use=st.none() | st.builds(UseFact, names, names, names, names, names, st.booleans()),
)
loose = st.builds(
    LooseContract,
    maybe_text,
    maybe_text,
    maybe_text,
    maybe_text,
    text,
    many(datasets),
    names,
    maybe_text,
    maybe_text,
)
scopes = st.builds(
    ScopeFacts,
    st.lists(facts_of, max_size=2, unique_by=lambda facts: facts.dataset).map(tuple),
    st.none() | st.builds(AskerFact, text, uncaptured=names),
    many(loose),
    st.booleans(),
)


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)
@given(scope=scopes)
def test_every_rule_can_judge_any_facts(scope: ScopeFacts) -> None:
    verdict = judge(scope, levels=Levels(), now=NOW)

    assert [finding.message for finding in verdict.findings if finding.result is Result.ERROR] == []
    keys = [finding.key for finding in verdict.findings]
    assert len(set(keys)) == len(keys)
    assert verdict.judged <= {rule.id for rule in RULES}
    for finding in verdict.findings:
        canonical_json(finding.evidence)
        lines = finding.describe().splitlines()
        assert sum(line.startswith("  fix: ") for line in lines) == 1
        assert finding.message
        assert finding.fix
