"""The last results of the quality checks of datasets."""

from __future__ import annotations

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.facts import QualityFact
from airflow_lineage_provider.governance.facts_of.subjects import Subjects
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.last_outputs import RUN_ID, LastOutputs
from airflow_lineage_provider.store.quality_checks import Check, last_checks, newest_checks
from airflow_lineage_provider.store.run_states import successful_runs


def quality_facts(
    subjects: Subjects, outputs: LastOutputs, *, session: Session
) -> dict[DatasetId, list[QualityFact]]:
    """By dataset, each check once.

    A failure counts whoever tells it. That a check passed counts of a run that succeeded, or that told of failed
    checks of the same dataset itself: what else a failed run says passed is not known to be true.

    :param outputs: of runs that are known to have succeeded.
    """
    checks: dict[DatasetId, list[Check]] = {}
    for row_id, found in last_checks(subjects.rows, session=session).items():
        checks.setdefault(subjects.rows[row_id], []).extend(found)
    runs = {
        check.run
        for found in checks.values()
        for check in found
        if check.run is not None and check.is_success
    }
    succeeded = {output[RUN_ID] for written in outputs.of_datasets.values() for output in written}
    succeeded |= successful_runs(runs - succeeded, session=session)
    facts: dict[DatasetId, list[QualityFact]] = {}
    for dataset, known in checks.items():
        told_failures = {check.run for check in known if not check.is_success}
        facts[dataset] = [
            QualityFact(
                check.name, check.column, check.is_success, check.severity, check.at, check.job, check.kind
            )
            for check in newest_checks(known)
            if not check.is_success or check.run in succeeded or check.run in told_failures
        ]
    return facts
