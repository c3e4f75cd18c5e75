"""Lineage and governance for Apache Airflow, kept in Airflow's own metadata database."""

__version__ = "0.1.0"
