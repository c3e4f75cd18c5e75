"""The demo: the example DAGs on a live Airflow, from the input files to the report and its lineage."""
