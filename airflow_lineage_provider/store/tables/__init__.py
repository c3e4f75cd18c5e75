"""Every table of ours. Importing this module fills the metadata."""

from __future__ import annotations

from airflow_lineage_provider.store.tables.base import Base, core_table, metadata
from airflow_lineage_provider.store.tables.contract import Contract, ContractDataset
from airflow_lineage_provider.store.tables.dataset import Alias, Dataset
from airflow_lineage_provider.store.tables.edge import ColumnEdge, Edge, Link
from airflow_lineage_provider.store.tables.event import Event, IngestKey, OutgoingEvent
from airflow_lineage_provider.store.tables.facet import DatasetFacet, Facet
from airflow_lineage_provider.store.tables.job import Job, JobFacet
from airflow_lineage_provider.store.tables.queue import DeadLetter, OpenDagRun, Watermark
from airflow_lineage_provider.store.tables.run import Run, RunFacet, RunIo
from airflow_lineage_provider.store.tables.schema import DatasetSchema, Schema
from airflow_lineage_provider.store.tables.verdict import Finding, Verdict

__all__ = [
    "Alias",
    "Base",
    "ColumnEdge",
    "Contract",
    "ContractDataset",
    "Dataset",
    "DatasetFacet",
    "DatasetSchema",
    "DeadLetter",
    "Edge",
    "Event",
    "Facet",
    "Finding",
    "IngestKey",
    "Job",
    "JobFacet",
    "Link",
    "OpenDagRun",
    "OutgoingEvent",
    "Run",
    "RunFacet",
    "RunIo",
    "Schema",
    "Verdict",
    "Watermark",
    "core_table",
    "metadata",
]
