"""The schemas that older editions of ODCS were published with, out of the wheels that shipped them."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

PACKAGE = "open-data-contract-standard"
WHEELS = {(3, 0): "3.0.5", (3, 1): "3.1.2"}
"""Edition to the last version of the package that shipped its schema."""


def official_schema(edition: tuple[int, int], cache: Path) -> dict[str, Any]:
    """The schema of an edition, downloaded once into ``cache``. Fails the test where the index does not answer."""
    version = WHEELS[edition]
    folder = cache / version
    wheels = list(folder.glob("*.whl"))
    if not wheels:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--no-deps",
            "--disable-pip-version-check",
        ]
        done = subprocess.run(
            [*command, "--dest", str(folder), f"{PACKAGE}=={version}"],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        wheels = list(folder.glob("*.whl"))
        if not wheels:
            pytest.fail(
                f"the package index gave no {PACKAGE} {version}, whose schema this test compares with; it needs an "
                f"index that pip can reach:\n{done.stderr.strip()[-600:]}"
            )
    with zipfile.ZipFile(wheels[0]) as wheel:
        schema: dict[str, Any] = json.loads(wheel.read("open_data_contract_standard/schema.json"))
    return schema
