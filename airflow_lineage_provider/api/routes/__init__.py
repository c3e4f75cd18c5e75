"""Routes: thin, each behind Airflow's auth manager."""

from __future__ import annotations
