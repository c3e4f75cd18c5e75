"""Judge DAG files and contract files as a gate would judge the DAGs once they are deployed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from airflow_lineage_provider.contracts.binding import Lookup
from airflow_lineage_provider.contracts.load import LoadedContract
from airflow_lineage_provider.governance.facts import AskerFact, ScopeFacts
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.offline.baseline_file import BaselineFile
from airflow_lineage_provider.governance.offline.connections import OfflineConnections
from airflow_lineage_provider.governance.offline.contract_changes import changed_contracts, removed_findings
from airflow_lineage_provider.governance.offline.contract_files import ContractFiles, read_contract_files
from airflow_lineage_provider.governance.offline.contract_set import contract_set
from airflow_lineage_provider.governance.offline.dag_files import (
    LoadedFiles,
    UnreadablePath,
    load_dag_files,
    no_dag_files,
)
from airflow_lineage_provider.governance.offline.dag_lineage import (
    DagLineage,
    TextReader,
    lineage_of,
    resolve_references,
)
from airflow_lineage_provider.governance.offline.downstream import Job, hits_of, jobs_of, joined
from airflow_lineage_provider.governance.offline.gathered import Gathered
from airflow_lineage_provider.governance.offline.git_base import GitBase
from airflow_lineage_provider.governance.offline.live_findings import baselined, live_findings
from airflow_lineage_provider.governance.offline.live_lineage import LiveLineage
from airflow_lineage_provider.governance.offline.no_database import no_database
from airflow_lineage_provider.governance.offline.notices import hidden_columns, notices_of, unread_sql
from airflow_lineage_provider.governance.offline.offline_rules import offline_rules
from airflow_lineage_provider.governance.offline.offline_world import OfflineWorld, world_of
from airflow_lineage_provider.governance.offline.owners import OfflineOwners
from airflow_lineage_provider.governance.offline.report import (
    OWN_RULES,
    ChangedContract,
    CheckReport,
    Counts,
    Hit,
    Reported,
)
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.rules.rule import Rule
from airflow_lineage_provider.governance.waiver import Waiver
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_policy import Place as RulePlace, RulePolicy
from airflow_lineage_provider.store.ownership.registration import Registration

_OF_CONTRACTS = frozenset(
    {
        "contract-invalid", "contract-unbound", "contract-duplicated", "contract-breaking-change",
        "owner-regressed", "status-regressed",
    }
)  # fmt: skip
"""Asked about every contract, whether a DAG reads its dataset or not."""
_STRICT = "contract-invalid"
"""Where contracts run the last valid version stays in force; here the invalid one would be merged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRequest:
    """What to check, and against what."""

    dags: tuple[Path, ...]
    contracts: tuple[Path, ...] = ()
    registrations: tuple[Registration, ...] = ()
    """Owners of the owners file."""
    owners_source: str = "owners file"
    policy: RulePolicy = field(default_factory=RulePolicy)
    environment: str | None = None
    base: GitBase | None = None
    baseline: BaselineFile | None = None
    base_baseline: BaselineFile | None = None
    """The baseline as it stands at the base."""
    waivers: tuple[Waiver, ...] = ()
    jobs: tuple[Job, ...] = ()
    """Of a graph of lineage."""
    live: LiveLineage | None = None
    fail_on: Level = Level.BLOCK
    now: datetime


def check(request: CheckRequest, texts: Callable[[Lookup], TextReader]) -> CheckReport:
    """Check. Reaches no database; a network only where ``live`` is given.

    :param texts: makes what reads operators, given where connections lead.
    :raises UnreadablePath: and ``ContractError``, for paths that hold nothing to read. Folders without DAG files may
        stand beside contracts.
    """
    files = read_contract_files(request.contracts)
    before = _before(request, files)
    lookup = OfflineConnections(files.contracts.values(), request.environment)
    loaded = load_dag_files(request.dags)
    if not loaded.files and not request.contracts:
        raise UnreadablePath(no_dag_files(loaded.without))
    with no_database():
        dags = [lineage_of(each, texts(lookup)) for each in loaded.dags.values()]
    resolve_references(dags)
    assets = [asset for dag in dags for asset in dag.assets]
    today = request.now.date()
    contracts = contract_set(
        files, assets, before, lookup=lookup, environment=request.environment, today=today
    )
    owners = OfflineOwners(request.registrations, request.owners_source, assets, today=today)
    world = world_of(dags, contracts, owners, request.now, request.live)
    changes = _changes(request, world, before, lookup)
    gathered = _judged(request, world, loaded, files, changes, before, lookup)
    reported = gathered.reported()
    datasets = {dataset for side in (world.readers, world.writers) for dataset in side}
    return CheckReport(
        reported,
        changes,
        tuple(_notices(request, loaded, dags, reported, lookup)),
        Counts(loaded.files, len(dags), len(contracts.sources), len(datasets | contracts.by_dataset.keys())),
        request.fail_on,
        {rule.id: rule.title for rule in RULES} | OWN_RULES,
    )


def _notices(
    request: CheckRequest,
    loaded: LoadedFiles,
    dags: Iterable[DagLineage],
    reported: Sequence[Reported],
    lookup: OfflineConnections,
) -> Iterator[str]:
    if loaded.without:
        yield no_dag_files(loaded.without)
    for dag in dags:
        yield from (f"not followed in DAG {dag.dag_id}: {problem}" for problem in dag.asker.gate_problems)
        yield from unread_sql(dag.dag_id, dag.unread)
    if request.base is not None and request.base.notice is not None:
        yield request.base.notice
    if request.live is not None:
        yield from hidden_columns(sorted(request.live.hidden))
    yield from notices_of(
        request.baseline, request.base_baseline, request.waivers, reported, request.now, lookup.unknown
    )


def _before(request: CheckRequest, files: ContractFiles) -> dict[str, LoadedContract]:
    """Contracts of the base by id; of files that are not valid any more what stays in force."""
    if request.base is None:
        return {}
    by_path = request.base.contracts(request.contracts)
    before = {contract.contract_id: contract for contracts in by_path.values() for contract in contracts}
    for item in files.invalid:
        if item.source is None:
            continue
        for held in by_path.get(str(Path(item.source).resolve()), ()):
            files.contracts.setdefault(held.contract_id, replace(held, source=item.source))
    return before


def _judged(
    request: CheckRequest,
    world: OfflineWorld,
    loaded: LoadedFiles,
    files: ContractFiles,
    changes: Iterable[ChangedContract],
    before: Mapping[str, LoadedContract],
    lookup: Lookup,
) -> Gathered:
    gathered = Gathered(world, files, *_let_pass(request, world), request.now)
    rules = offline_rules(world.doubts())
    for dag_id in sorted(world.dags):
        facts, levels = world.facts_of_dag(dag_id), _levels(request, world.dags[dag_id].asker.gate)
        gathered.judge(dag_id, facts, rules, levels, _options(request))
        if request.live is not None:
            _add_live(request, request.live, world.dags[dag_id].asker, facts, levels, gathered)
    of_contracts: tuple[Rule, ...] = tuple(rule for rule in rules if rule.id in _OF_CONTRACTS)
    gathered.judge(None, world.facts_of_contracts(), of_contracts, _levels(request), _options(request))
    for trouble in loaded.troubles:
        gathered.add_trouble(trouble)
    removed = removed_findings(
        changes, before, world.contracts, lookup=lookup, environment=request.environment
    )
    for finding in removed:
        gathered.add_removed(finding)
    return gathered


def _let_pass(request: CheckRequest, world: OfflineWorld) -> tuple[tuple[Waiver, ...], frozenset[str]]:
    """(waivers, keys in the baseline), of files and of the deployment."""
    baseline = frozenset(request.baseline.entries if request.baseline is not None else ())
    if request.live is None:
        return request.waivers, baseline
    datasets = sorted(world.readers.keys() | world.contracts.by_dataset.keys())
    waivers = (*request.waivers, *request.live.waivers())
    return waivers, baseline.union(baselined(request.live, datasets))


def _add_live(
    request: CheckRequest,
    live: LiveLineage,
    asker: AskerFact,
    scope: ScopeFacts,
    levels: Levels,
    gathered: Gathered,
) -> None:
    for facts in scope.datasets:
        found = live_findings(
            live, asker, facts, levels, environment=request.environment, today=request.now.date()
        )
        gathered.add_live(asker.dag_id, found)


def _levels(request: CheckRequest, floor: Level = Level.OFF) -> Levels:
    place = RulePlace(environment=request.environment)
    is_said = request.policy.level(_STRICT, place, request.now.date()) is not None
    return Levels(request.policy, {} if is_said else {_STRICT: Level.BLOCK}, floor=floor)


def _options(request: CheckRequest) -> dict[str, object]:
    # A pipeline has no run that must go on: what could not be judged fails, whatever ``on_error`` says of gates.
    return {"error_level": Level.BLOCK, "environment": request.environment}


def _changes(
    request: CheckRequest, world: OfflineWorld, before: Mapping[str, LoadedContract], lookup: Lookup
) -> tuple[ChangedContract, ...]:
    if request.base is None:
        return ()
    jobs = [*jobs_of(world.dags.values()), *request.jobs]

    def reach(datasets: Iterable[DatasetId]) -> tuple[Hit, ...]:
        wanted = list(datasets)
        live = [request.live.hits(dataset) for dataset in wanted] if request.live is not None else []
        return joined(hits_of(wanted, jobs), *live)

    return tuple(
        changed_contracts(
            before, world.contracts, lookup=lookup, environment=request.environment, reach=reach
        )
    )
