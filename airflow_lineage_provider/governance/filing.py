"""File a verdict: store it, fold its findings into those that are known, and note in the audit what matters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.facts import AskerFact, DatasetFacts, ScopeFacts, dataset_wire
from airflow_lineage_provider.governance.facts_record import plain, record_of
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.rules import RULES
from airflow_lineage_provider.governance.rules.rule import Rule
from airflow_lineage_provider.governance.verdict import Finding, GrantNote, Verdict
from airflow_lineage_provider.governance.verdict_entry import AUDITED, verdict_entry
from airflow_lineage_provider.model.canonical import canonical_json
from airflow_lineage_provider.store import audit
from airflow_lineage_provider.store.findings import Folded, Judged, SeenFinding
from airflow_lineage_provider.store.grants import count_use, is_used_by
from airflow_lineage_provider.store.verdicts import Gate, last_result, save_verdict

if TYPE_CHECKING:
    from airflow_lineage_provider.governance.standing import Standing

RECORD_ABSENT = "upstream-record-absent"
"""Asked of every run that waits for the records of others, by no rule of its own."""
_MOST_NAMED = 100
"""Findings that an audit entry names; the verdict has all."""


def file_verdict(
    verdict: Verdict,
    gate: Gate,
    scope: ScopeFacts,
    *,
    standing: Standing | None = None,
    with_facts: bool = True,
    now: datetime,
    session: Session,
) -> int:
    """Store a verdict with its findings. Returns its id. Does not commit.

    :param with_facts: keep all that was known about each dataset, besides the answer.
    :param standing: how findings about datasets stand for everybody: one DAG's question, however mild, must not hide
        from their owners what others find. Without it they stand as the verdict says.

    Into the audit goes a verdict that fails, warns or is in error, and one whose result is another than the last of
    the same gate and DAG: a pass after a pass says nothing new. A break-glass grant counts one use for each DAG run.
    """
    before = last_result(gate.name, gate.dag_id, session=session)
    if verdict.grant is not None:
        named = [_named(finding) for finding in _blocking(verdict.findings)]
        use_grant(verdict.grant, gate, named, now=now, session=session)
    seen = [seen_of(finding) for finding in verdict.findings]
    verdict_id, folded = save_verdict(
        gate,
        result=verdict.result.value,
        message=_storable(verdict.message),
        datasets=len(verdict.datasets),
        findings=seen,
        known_as=[seen_of(standing.of(finding)) for finding in verdict.findings] if standing else seen,
        judged=judged_of(verdict, scope),
        body=plain(verdict.to_wire()),
        facts=[record_of(facts) for facts in scope.datasets] if with_facts else None,
        grant_id=verdict.grant.id if verdict.grant is not None else None,
        blocks=verdict.blocks,
        now=now,
        session=session,
    )
    if verdict.result in AUDITED or before != verdict.result.value:
        audit.append(
            "verdict",
            _entry(verdict, verdict_id, gate, folded),
            actor=gate.name,
            subject=gate.dag_id,
            now=now,
            session=session,
        )
    return verdict_id


def seen_of(finding: Finding) -> SeenFinding:
    """The finding as it is kept."""
    dataset, contract = finding.dataset, finding.contract
    return SeenFinding(
        key=finding.key,
        rule=finding.rule,
        level=finding.level.value,
        result=finding.result.value,
        message=_storable(finding.message),
        fix=_storable(finding.fix),
        digest=dataset.digest if dataset else None,
        namespace=_storable(dataset.namespace) if dataset else None,
        name=_storable(dataset.name) if dataset else None,
        dag_id=finding.dag_id,
        subject=_part(finding.subject, 1000),
        owner=_part(finding.owner, 250),
        channel=_part(finding.channel, 1000),
        contract_id=_part(contract.contract_id, 250) if contract else None,
        contract_version=_part(contract.version, 64) if contract else None,
        evidence=_evidence(finding.evidence, finding.facts),
        waiver_id=finding.waiver.id if finding.waiver is not None else None,
        is_baselined=finding.is_baselined,
    )


def judged_of(verdict: Verdict, scope: ScopeFacts, *, rules: Sequence[Rule] = RULES) -> Judged:
    """What a verdict speaks about: the rest stays as it is known.

    Rules about a dataset speak about the datasets in scope; rules about what a DAG does, about that DAG; rules about
    everything, only where no DAG asks. Of a rule that could not judge nothing is taken for gone.
    """
    asker = scope.asker
    asked = [rule for rule in rules if rule.id in verdict.judged]
    whole = {rule.id for rule in asked if hasattr(rule, "check_scope") and _is_whole(rule, asker, scope)}
    if asker is not None and RECORD_ABSENT in verdict.judged:
        whole.add(RECORD_ABSENT)
    failed = {
        (finding.rule, finding.dataset.digest if finding.dataset else None)
        for finding in verdict.findings
        if finding.result is Result.ERROR and finding.rule != RECORD_ABSENT
    }
    return Judged(
        digests=frozenset(facts.dataset.digest for facts in verdict.datasets),
        rules=_ids(rule for rule in asked if not hasattr(rule, "check_scope") and not rule.is_of_dag),
        dag_id=asker.dag_id if asker is not None else None,
        dag_rules=_ids(rule for rule in asked if not hasattr(rule, "check_scope") and rule.is_of_dag),
        whole_rules=frozenset(whole),
        left_out=verdict.left_out | failed,
    )


def use_grant(
    grant: GrantNote,
    gate: Gate,
    findings: Sequence[Mapping[str, Any]],
    *,
    waits: bool = True,
    now: datetime,
    session: Session,
) -> None:
    """Count one use of a break-glass grant for a DAG run, and note it in the audit; once for each run.

    :param findings: those that would have blocked, as the audit is to name them.
    :param waits: without it the use is not counted where somebody else holds the grant; the audit says so.
    """
    if gate.dag_id is None or gate.run_id is None:
        return
    if is_used_by(grant.id, gate.dag_id, gate.run_id, session=session):
        return
    is_counted = count_use(grant.id, waits=waits, session=session)
    audit.append(
        "grant",
        {
            "action": "used",
            "is_counted": is_counted,
            **grant.to_wire(),
            "dag_id": gate.dag_id,
            "run_id": gate.run_id,
            "task_id": gate.task_id,
            "findings": list(findings),
        },
        actor=gate.name,
        subject=grant.name,
        now=now,
        session=session,
    )


def changes_of(folded: Folded) -> dict[str, Any]:
    """Keys of findings by what became of them, for the audit."""
    return {
        "opened": list(folded.opened[:_MOST_NAMED]),
        "reopened": list(folded.reopened[:_MOST_NAMED]),
        "resolved": list(folded.resolved[:_MOST_NAMED]),
        "changes": len(folded.opened) + len(folded.reopened) + len(folded.resolved),
    }


def _is_whole(rule: Rule, asker: AskerFact | None, scope: ScopeFacts) -> bool:
    """Whether a rule about all that was asked saw all there is to see."""
    if asker is None:
        return not rule.is_of_dag
    return rule.is_of_dag and scope.is_whole_upstream


def _entry(verdict: Verdict, verdict_id: int, gate: Gate, folded: Folded) -> dict[str, Any]:
    entry = verdict_entry(
        gate,
        verdict_id,
        result=verdict.result.value,
        blocks=verdict.blocks,
        datasets=len(verdict.datasets),
        findings=[_named(finding) for finding in verdict.findings[:_MOST_NAMED]],
        findings_total=len(verdict.findings),
        grant=verdict.grant,
    )
    return {**entry, **changes_of(folded)}


def _named(finding: Finding) -> dict[str, Any]:
    return {
        "key": finding.key,
        "rule": finding.rule,
        "level": finding.level.value,
        "result": finding.result.value,
        "dataset": dataset_wire(finding.dataset) if finding.dataset is not None else None,
        "dag_id": finding.dag_id,
        "subject": finding.subject or None,
        "waiver": finding.waiver.id if finding.waiver is not None else None,
        "is_baselined": finding.is_baselined,
    }


def _blocking(findings: Collection[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.level.value == "block"][:_MOST_NAMED]


def _evidence(evidence: Any, facts: DatasetFacts | None) -> str:
    found = (
        {**plain(dict(evidence)), "dataset": plain(facts.to_wire())}
        if facts is not None
        else plain(dict(evidence))
    )
    return _storable(canonical_json(found).decode("utf-8", "replace"))


def _ids(rules: Any) -> frozenset[str]:
    return frozenset(rule.id for rule in rules)


def _part(text: str | None, longest: int) -> str | None:
    return _storable(text)[:longest] if text else None


def _storable(text: str) -> str:
    """What every database takes: no NUL, no half of a character."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
