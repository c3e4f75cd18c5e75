"""Tells people of findings, through Airflow's own notifiers."""
