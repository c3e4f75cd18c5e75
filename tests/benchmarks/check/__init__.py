"""What ``airflow lineage check`` costs a pipeline."""
