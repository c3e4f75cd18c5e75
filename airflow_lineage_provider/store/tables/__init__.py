"""Every table of ours. Importing this module fills the metadata."""

from __future__ import annotations

from airflow_lineage_provider.store.tables.audit import AuditEntry, AuditHead
from airflow_lineage_provider.store.tables.base import Base, core_table, metadata
from airflow_lineage_provider.store.tables.contract import Contract, ContractDataset, ContractProblem
from airflow_lineage_provider.store.tables.dataset import Alias, Dataset
from airflow_lineage_provider.store.tables.edge import ColumnEdge, Edge, Link
from airflow_lineage_provider.store.tables.event import Event, IngestKey, OutgoingEvent
from airflow_lineage_provider.store.tables.facet import DatasetFacet, Facet, FacetSet, FacetSetMember
from airflow_lineage_provider.store.tables.gate_state import GateState
from airflow_lineage_provider.store.tables.job import Job, JobFacet
from airflow_lineage_provider.store.tables.owner import Owner
from airflow_lineage_provider.store.tables.queue import DeadLetter, OpenDagRun, Watermark
from airflow_lineage_provider.store.tables.run import Run, RunFacet, RunIo
from airflow_lineage_provider.store.tables.schema import DatasetSchema, Schema
from airflow_lineage_provider.store.tables.verdict import Finding, Verdict, VerdictFinding
from airflow_lineage_provider.store.tables.waiver import BaselineEntry, Grant, Waiver

__all__ = [
    "Alias",
    "AuditEntry",
    "AuditHead",
    "Base",
    "BaselineEntry",
    "ColumnEdge",
    "Contract",
    "ContractDataset",
    "ContractProblem",
    "Dataset",
    "DatasetFacet",
    "DatasetSchema",
    "DeadLetter",
    "Edge",
    "Event",
    "Facet",
    "FacetSet",
    "FacetSetMember",
    "Finding",
    "GateState",
    "Grant",
    "IngestKey",
    "Job",
    "JobFacet",
    "Link",
    "OpenDagRun",
    "OutgoingEvent",
    "Owner",
    "Run",
    "RunFacet",
    "RunIo",
    "Schema",
    "Verdict",
    "VerdictFinding",
    "Waiver",
    "Watermark",
    "core_table",
    "metadata",
]
