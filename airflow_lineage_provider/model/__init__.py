"""Pure domain: identity, records, facets, evidence. Imports neither Airflow nor SQLAlchemy."""
