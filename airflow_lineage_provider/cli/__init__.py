"""airflow lineage ...: arguments, output, exit codes; the work is done by the layers below."""
