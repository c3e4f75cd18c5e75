"""Every route of the sub-app is behind Airflow's own sign-in."""

from __future__ import annotations

import httpx
import pytest

from tests.system.conftest import Lineage

pytestmark = pytest.mark.system


def test_health_is_for_people_who_are_signed_in(live: Lineage) -> None:
    signed_in = live.airflow.request("GET", "/lineage/api/v2/health")
    assert signed_in.status_code == 200
    assert signed_in.json()["drainer"]["alive"] is True
    for path in ("/lineage/docs", "/lineage/openapi.json", "/lineage/redoc"):
        assert httpx.get(live.airflow.api_url + path).status_code == 404
