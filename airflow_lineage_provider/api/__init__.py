"""The FastAPI sub-app that Airflow's API server mounts at /lineage, and the drainer in its lifespan."""
