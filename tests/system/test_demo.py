"""``make demo``, as a new user runs it."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.docs.checkout import make_checkout


@pytest.mark.system
def test_the_demo_shows_lineage_blocks_two_runs_and_lets_them_pass_after_the_fix() -> None:
    # In a folder with a short name: the names of pytest's are longer than a column of a table.
    with tempfile.TemporaryDirectory(prefix="demo-") as name:
        folder = Path(name) / "checkout"
        environment = make_checkout(folder)
        try:
            done = subprocess.run(
                ["make", "demo"],
                cwd=folder,
                env=environment,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=600,
                check=False,
            )
        finally:
            # Where it was stopped before its end, its Airflow still runs.
            subprocess.run(["make", "down"], cwd=folder, env=environment, capture_output=True, check=True)
    assert done.returncode == 0, done.stdout
    told = iter(done.stdout.splitlines())
    for words in (
        "Airflow is healthy",
        "customer_id text ← stg_customers.customer_id",
        "shop_newsletter: blocked, {'addressees': 'upstream_failed'}",
        "this run was blocked, none of its waiting tasks was started",
        "contract-missing (block)",
        "Fix, then clear this run.",
        "shop_exec_summary: blocked by validate_upstream",
        "shop-customer-value | 1.0.0   | created",
        "shop_exec_summary: success",
        "shop_newsletter: success, {'addressees': 'success'}",
        "Done.",
    ):
        assert any(words in line for line in told), f"{words!r} is missing or too late in:\n{done.stdout}"
