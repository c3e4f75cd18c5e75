"""Lineage and governance for Apache Airflow, kept in Airflow's own metadata database."""

from __future__ import annotations

__version__ = "0.1.0"
