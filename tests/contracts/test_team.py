from __future__ import annotations

from datetime import date

import pytest

from airflow_lineage_provider.contracts.team import owner_of

TODAY = date(2026, 6, 15)
ANN = {"username": "ann", "role": "owner"}
BOB = {"username": "bob", "role": "owner"}


@pytest.mark.parametrize(
    ("team", "owner"),
    [
        pytest.param(None, None, id="no team"),
        pytest.param([], None, id="empty list"),
        pytest.param([ANN], "ann", id="3.0 list"),
        pytest.param({"members": [ANN]}, "ann", id="3.1 object"),
        pytest.param({"name": "shop", "members": [ANN]}, "ann", id="a member before the team"),
        pytest.param({"name": "shop"}, "shop", id="the team's name"),
        pytest.param({"name": "  "}, None, id="a blank name"),
        pytest.param([{**ANN, "role": " Owner "}], "ann", id="role in another case"),
        pytest.param([{**ANN, "role": "co-owner"}], None, id="another role"),
        pytest.param([{"username": "ann"}], None, id="no role"),
        pytest.param([{**ANN, "dateOut": "2026-06-14"}], None, id="left yesterday"),
        pytest.param([{**ANN, "dateOut": "2026-06-15"}], "ann", id="leaves today"),
        pytest.param([{**ANN, "dateOut": "2026-06-14T10:00:00Z"}], None, id="left, as a timestamp"),
        pytest.param([{**ANN, "dateIn": "2026-06-16"}], None, id="joins tomorrow"),
        pytest.param([{**ANN, "dateIn": "2026-06-15"}], "ann", id="joins today"),
        pytest.param([{**ANN, "dateOut": "2020-01-01"}, BOB], "bob", id="the one who stayed"),
        pytest.param(
            {"name": "shop", "members": [{**ANN, "dateOut": "2020-01-01"}]}, "shop", id="nobody stayed"
        ),
        pytest.param([{**ANN, "dateOut": "some day"}], "ann", id="a date that is none"),
    ],
)
def test_the_owner_of_a_contract(team: object, owner: str | None):
    assert owner_of({"team": team}, TODAY).name == owner


@pytest.mark.parametrize(
    ("support", "channel"),
    [
        (None, None),
        ([], None),
        ([{"channel": "#orders"}], "#orders"),
        ([{"channel": "#orders", "url": "https://c"}, {"channel": "mail"}], "#orders (https://c)"),
        ([{"channel": "https://c", "url": "https://c"}], "https://c"),
    ],
)
def test_the_first_support_channel_is_where_to_ask(support: object, channel: str | None):
    assert owner_of({"support": support}, TODAY).channel == channel
