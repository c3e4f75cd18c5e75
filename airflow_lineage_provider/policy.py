"""Airflow's cluster policies: loaded by every process that loads Airflow's settings.

Nothing heavy may be imported here, and nothing here may raise: an exception in a policy hides every DAG of a file.
"""

from __future__ import annotations
