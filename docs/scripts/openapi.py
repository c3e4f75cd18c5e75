"""Write the OpenAPI document of the sub-app: ``python -m docs.scripts.openapi``; ``--check`` only compares."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "airflow_lineage_provider" / "api" / "openapi.json"


def document() -> str:
    """Return the document as it is committed."""
    from airflow_lineage_provider.api.app import create_app

    return json.dumps(create_app().openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m docs.scripts.openapi", description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where the committed document differs")
    options = parser.parse_args()
    text = document()
    if DOCUMENT.exists() and DOCUMENT.read_text() == text:
        print(f"{DOCUMENT.name}: up to date")
        return 0
    if options.check:
        print(
            f"{DOCUMENT.name} is not what the routes say: run python -m docs.scripts.openapi", file=sys.stderr
        )
        return 1
    DOCUMENT.write_text(text)
    print(f"{DOCUMENT.name}: written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
