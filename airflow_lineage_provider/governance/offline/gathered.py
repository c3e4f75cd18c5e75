"""Findings of many questions as one list: the same defect once, with every DAG that meets it and where it is seen."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from airflow_lineage_provider.governance.facts import ScopeFacts
from airflow_lineage_provider.governance.judge import judge, let_pass
from airflow_lineage_provider.governance.levels import Levels
from airflow_lineage_provider.governance.offline.contract_files import ContractFiles
from airflow_lineage_provider.governance.offline.import_trouble import ImportTrouble
from airflow_lineage_provider.governance.offline.offline_world import OfflineWorld
from airflow_lineage_provider.governance.offline.places import Place, place_of_contract, place_of_task
from airflow_lineage_provider.governance.offline.report import CONTRACT_REMOVED, IMPORT_ERROR, Reported
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules.rule import Rule
from airflow_lineage_provider.governance.verdict import Finding
from airflow_lineage_provider.governance.waiver import Waiver
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.model.rule_id import RULE_IDS

_ORDER = {rule_id: index for index, rule_id in enumerate(RULE_IDS)}
_GRAVITY = (Result.UNKNOWN, Result.WARN, Result.FAIL, Result.ERROR)
_OF_A_CONTRACT = frozenset(
    {
        "contract-unbound", "contract-duplicated", "contract-draft", "contract-deprecated", "contract-retired",
        "contract-breaking-change", "owner-regressed", "status-regressed", "owner-departed", "quality-missing",
        CONTRACT_REMOVED,
    }
)  # fmt: skip
"""Rules whose findings are mended in a contract, so that they are shown there."""


@dataclass(slots=True)
class _Found:
    finding: Finding
    dags: dict[str, None] = field(default_factory=dict)


@dataclass(slots=True)
class Gathered:
    """Collects findings."""

    world: OfflineWorld
    files: ContractFiles
    waivers: Sequence[Waiver]
    baseline: frozenset[str]
    now: datetime
    _found: dict[str, _Found] = field(default_factory=dict)
    _troubles: dict[str, ImportTrouble] = field(default_factory=dict)

    def judge(
        self,
        dag_id: str | None,
        facts: ScopeFacts,
        rules: Sequence[Rule],
        levels: Levels,
        options: dict[str, Any],
    ) -> None:
        """Ask the judge, and keep what it finds."""
        verdict = judge(
            facts,
            levels=levels,
            now=self.now,
            waivers=self.waivers,
            baseline=self.baseline,
            rules=rules,
            **options,
        )
        self._add(verdict.findings, dag_id)

    def add_trouble(self, trouble: ImportTrouble) -> None:
        """A DAG file that cannot be loaded: its DAGs are gone for Airflow, whatever they read."""
        finding = Finding(
            IMPORT_ERROR,
            Level.BLOCK,
            Result.FAIL,
            f"Airflow cannot load {trouble.path}: {trouble.message}",
            f"see the whole error with `python {trouble.path}`; what is missing only here (packages, AIRFLOW_VAR_..., "
            "AIRFLOW_CONN_...) has to be there for the check too",
            subject=f"{trouble.path}: {trouble.message}",
        )
        self._troubles[finding.key] = trouble
        self._add([finding], None)

    def add_removed(self, finding: Finding) -> None:
        """A contract that is gone."""
        self._add([finding], None)

    def add_live(self, dag_id: str, findings: Iterable[Finding]) -> None:
        """What a running deployment knows of data that a DAG reads: it takes the place of what is unknown here."""
        self._add(
            [let_pass(each, dag_id, self.waivers, self.baseline, self.now) for each in findings], dag_id
        )

    def _add(self, findings: Iterable[Finding], dag_id: str | None) -> None:
        for finding in findings:
            known = self._found.setdefault(finding.key, _Found(finding))
            if _gravity(finding) > _gravity(known.finding):
                known.finding = finding
            if dag_id is not None:
                known.dags[dag_id] = None

    def reported(self) -> tuple[Reported, ...]:
        """The gravest first; of one level in the order of the rules, then of the datasets."""
        found = []
        for key, one in self._found.items():
            dags = one.dags or dict.fromkeys(self._readers(one.finding))
            found.append(Reported(one.finding, self._places(key, one.finding, dags), tuple(sorted(dags))))
        return tuple(sorted(found, key=_severity))

    def _readers(self, finding: Finding) -> Collection[str]:
        return self.world.readers.get(finding.dataset, {}) if finding.dataset is not None else ()

    def _places(self, key: str, finding: Finding, dags: Collection[str]) -> tuple[Place, ...]:
        if (trouble := self._troubles.get(key)) is not None:
            return (Place(_shown(trouble.path), trouble.line),)
        if finding.rule == "contract-invalid":
            places = [
                Place(_shown(each.source), each.line)
                for each in self.files.problems
                if each.source == finding.subject
            ]
            return tuple(places) or (Place(_shown(finding.subject)),)
        if finding.rule in _OF_A_CONTRACT and (place := self._contract_place(finding)) is not None:
            return (place,)
        return tuple(dict.fromkeys(place for dag_id in sorted(dags) for place in self._uses(finding, dag_id)))

    def _contract_place(self, finding: Finding) -> Place | None:
        named = finding.subject.partition(" ")
        contract = finding.contract
        for contract_id, schema_name in (
            (finding.subject, None),
            (named[0], named[2] or None),
            (contract.contract_id if contract is not None else "", _schema(finding)),
        ):
            held = self.world.contracts.sources.get(contract_id)
            if held is not None and not held.source.startswith("asset "):
                place = place_of_contract(held, schema_name)
                return Place(_shown(place.path), place.line)
        return None

    def _uses(self, finding: Finding, dag_id: str) -> list[Place]:
        dag = self.world.dags[dag_id]
        tasks = {
            use.task_id
            for use in dag.uses
            if finding.dataset is not None
            and use.dataset == finding.dataset
            and (use.direction is Direction.INPUT or finding.rule == "output-undeclared")
        }
        wanted = sorted(tasks, key=lambda task_id: task_id or "") or [None]
        return [
            Place(_shown(place.path), place.line)
            for task_id in wanted
            for place in (place_of_task(dag.path, dag_id, task_id),)
        ]


def _schema(finding: Finding) -> str | None:
    contract = finding.contract
    return contract.promise.schema_name if contract is not None and contract.promise is not None else None


def _shown(path: str) -> str:
    """As seen from where the check runs, with slashes: what CI systems take for a file of the repository."""
    relative = os.path.relpath(path)
    shown = path if relative.startswith("..") else relative
    return shown.replace(os.sep, "/")


def _gravity(finding: Finding) -> tuple[int, int, bool]:
    is_let_pass = finding.waiver is not None or finding.is_baselined
    return finding.level.rank, _GRAVITY.index(finding.result), not is_let_pass


def _severity(reported: Reported) -> tuple[int, bool, int, str, str]:
    finding = reported.finding
    return (
        -finding.level.rank,
        not reported.counts,
        _ORDER.get(finding.rule, -1),
        str(finding.dataset or ""),
        finding.subject,
    )
