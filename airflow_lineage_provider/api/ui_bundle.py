"""The built user interface, and the places in Airflow's own where it appears. Imports nothing heavy."""

from __future__ import annotations

import hashlib
import logging
from functools import cache
from pathlib import Path
from typing import Any, get_args
from urllib.parse import urlsplit

from airflow_lineage_provider import __version__

log = logging.getLogger(__name__)

DIST = Path(__file__).parent.parent / "ui" / "dist"
PREFIX = "/lineage"
"""Where Airflow mounts our sub-app."""
DESTINATIONS = ("nav", "dag", "dag_run", "task", "task_instance")
LATER_DESTINATIONS = ("asset",)
"""Where Airflow has them; of one that it does not know it drops the whole plugin."""
NAME = "Lineage"
"""One for all places: with two names for one file, Airflow finds the component of the first only."""


def is_built() -> bool:
    """Whether there is anything to show: a checkout that was never built has no files."""
    return (DIST / "main.js").is_file()


@cache
def versioned(name: str) -> str:
    """Name of a file with what tells it from that of another build: browsers keep it for ever."""
    digest = hashlib.sha256((DIST / name).read_bytes()).hexdigest()[:8]
    return f"{name}?v={__version__}-{digest}"


def react_apps() -> list[dict[str, Any]]:
    """What ``AirflowPlugin.react_apps`` wants: one for each place, none without a build."""
    if not is_built():
        log.warning("The user interface of lineage is not built: %s has no main.js", DIST)
        return []
    static = f"{_root_path()}{PREFIX}/static"
    known = _known_destinations()
    return [
        {
            "name": NAME,
            "bundle_url": f"{static}/{versioned('main.js')}",
            "destination": destination,
            "icon": f"{static}/{versioned('icon.svg')}",
            "icon_dark_mode": f"{static}/{versioned('icon-dark.svg')}",
            # Airflow drops a second one of the same route, whatever its place.
            "url_route": "lineage" if destination == "nav" else f"lineage-{destination.replace('_', '-')}",
            **({"nav_top_level": True} if destination == "nav" else {}),
        }
        for destination in (*DESTINATIONS, *LATER_DESTINATIONS)
        if destination in known
    ]


def _root_path() -> str:
    """Path under which Airflow is served, without a slash at its end: empty, or ``/team/airflow``."""
    from airflow.configuration import conf

    return urlsplit(conf.get("api", "base_url", fallback="/")).path.rstrip("/")


def _known_destinations() -> frozenset[str]:
    """Places that this Airflow has, as it will check what we say: no table of versions is as right."""
    try:
        from airflow.api_fastapi.core_api.datamodels.plugins import ReactAppResponse

        return frozenset(get_args(ReactAppResponse.model_fields["destination"].annotation))
    except Exception:
        log.exception("The places of Airflow's user interface are not known; those of version 3.3 are taken")
        return frozenset(DESTINATIONS)
