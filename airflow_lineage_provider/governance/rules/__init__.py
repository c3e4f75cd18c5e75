"""The rules, one file each. A new rule is a file, a line here, and its id in :mod:`model.rule_id`."""

from __future__ import annotations

from airflow_lineage_provider.governance.rules.capture_off import CaptureOff
from airflow_lineage_provider.governance.rules.classification_leaked import ClassificationLeaked
from airflow_lineage_provider.governance.rules.column_missing import ColumnMissing
from airflow_lineage_provider.governance.rules.column_narrowed import ColumnNarrowed
from airflow_lineage_provider.governance.rules.column_renamed import ColumnRenamed
from airflow_lineage_provider.governance.rules.column_type_changed import ColumnTypeChanged
from airflow_lineage_provider.governance.rules.column_undeclared import ColumnUndeclared
from airflow_lineage_provider.governance.rules.column_widened import ColumnWidened
from airflow_lineage_provider.governance.rules.contract_breaking_change import ContractBreakingChange
from airflow_lineage_provider.governance.rules.contract_deprecated import ContractDeprecated
from airflow_lineage_provider.governance.rules.contract_draft import ContractDraft
from airflow_lineage_provider.governance.rules.contract_duplicated import ContractDuplicated
from airflow_lineage_provider.governance.rules.contract_invalid import ContractInvalid
from airflow_lineage_provider.governance.rules.contract_missing import ContractMissing
from airflow_lineage_provider.governance.rules.contract_retired import ContractRetired
from airflow_lineage_provider.governance.rules.contract_unbound import ContractUnbound
from airflow_lineage_provider.governance.rules.declared_unused import DeclaredUnused
from airflow_lineage_provider.governance.rules.frequency_missed import FrequencyMissed
from airflow_lineage_provider.governance.rules.freshness_late import FreshnessLate
from airflow_lineage_provider.governance.rules.input_undeclared import InputUndeclared
from airflow_lineage_provider.governance.rules.key_loosened import KeyLoosened
from airflow_lineage_provider.governance.rules.latency_exceeded import LatencyExceeded
from airflow_lineage_provider.governance.rules.output_undeclared import OutputUndeclared
from airflow_lineage_provider.governance.rules.owner_departed import OwnerDeparted
from airflow_lineage_provider.governance.rules.owner_missing import OwnerMissing
from airflow_lineage_provider.governance.rules.owner_regressed import OwnerRegressed
from airflow_lineage_provider.governance.rules.quality_failed import QualityFailed
from airflow_lineage_provider.governance.rules.quality_missing import QualityMissing
from airflow_lineage_provider.governance.rules.quality_stale import QualityStale
from airflow_lineage_provider.governance.rules.required_nullable import RequiredNullable
from airflow_lineage_provider.governance.rules.rule import Rule
from airflow_lineage_provider.governance.rules.schema_stale import SchemaStale
from airflow_lineage_provider.governance.rules.schema_unknown import SchemaUnknown
from airflow_lineage_provider.governance.rules.status_regressed import StatusRegressed
from airflow_lineage_provider.governance.rules.upstream_failed import UpstreamFailed
from airflow_lineage_provider.governance.rules.upstream_running import UpstreamRunning
from airflow_lineage_provider.governance.rules.upstream_unknown import UpstreamUnknown
from airflow_lineage_provider.governance.rules.volume_out_of_bounds import VolumeOutOfBounds

RULES: tuple[Rule, ...] = (
    OwnerMissing(),
    OwnerDeparted(),
    ContractMissing(),
    ContractInvalid(),
    ContractUnbound(),
    ContractDuplicated(),
    ContractDraft(),
    ContractDeprecated(),
    ContractRetired(),
    ColumnMissing(),
    ColumnRenamed(),
    ColumnTypeChanged(),
    ColumnWidened(),
    ColumnNarrowed(),
    ColumnUndeclared(),
    RequiredNullable(),
    KeyLoosened(),
    SchemaUnknown(),
    SchemaStale(),
    FreshnessLate(),
    LatencyExceeded(),
    FrequencyMissed(),
    VolumeOutOfBounds(),
    QualityFailed(),
    QualityStale(),
    QualityMissing(),
    ClassificationLeaked(),
    InputUndeclared(),
    OutputUndeclared(),
    DeclaredUnused(),
    UpstreamFailed(),
    UpstreamRunning(),
    UpstreamUnknown(),
    ContractBreakingChange(),
    OwnerRegressed(),
    StatusRegressed(),
    CaptureOff(),
)
"""In the order in which findings of one level are shown."""

UNRULED = "upstream-record-absent"
"""The one id without a class: a gate that waits for records says itself that some did not come."""
