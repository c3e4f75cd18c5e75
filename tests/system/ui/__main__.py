"""``python -m tests.system.ui [--state FILE]``: the world of the UI's tests, to look at and to work against.

Ends with Ctrl+C or SIGTERM. SIGHUP starts the API server anew, with the code of now. Tests look at it where
LINEAGE_UI_WORLD names the file.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
import warnings
from pathlib import Path
from types import FrameType

from tests.live.postgres import postgres_url
from tests.system.ui.live_world import live_world
from tests.system.ui.world import USERS, UiWorld


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.system.ui", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--state", type=Path, help="JSON file that tells where Airflow is, and the tokens")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, lambda *_: None)
    try:
        with (
            tempfile.TemporaryDirectory(prefix="shop-") as home,
            live_world(Path(home), database_url=postgres_url("ui")) as (world, airflow),
        ):
            if options.state is not None:
                world.save(options.state)
            print(_described(world), flush=True)
            while True:
                signal.pause()
                airflow.kill_api_server()
                airflow.start_api_server()
    except KeyboardInterrupt:
        return 0


def _described(world: UiWorld) -> str:
    users = ", ".join(f"{user} ({role})" for user, role in USERS.items())
    return (
        f"{world.url}/plugin/lineage and {world.sub_path_url}; users, each with its name as password: {users}"
    )


def _interrupt(signum: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
