"""``python -m tests.system.ui.past``: a week of attempts of the shop, in the Airflow of the environment.

Charts need a past, and a live Airflow that was just started has none. It goes in before anything runs: row ids count up
as time does.
"""

from __future__ import annotations

import random
import sys
from datetime import UTC, datetime, timedelta

from airflow.utils.session import create_session

from tests.store.chronicle import Chronicle

JOBS = (
    "shop_ingest.ingest_orders",
    "shop_staging.clean_orders",
    "shop_marts.daily_revenue",
    "shop_report.best_customers",
)
DAYS = 6
EVERY = timedelta(hours=6)


def main() -> int:
    chance = random.Random(7)
    now = datetime.now(UTC)
    at = now - timedelta(days=DAYS, hours=12)
    with create_session(scoped=False) as session:
        chronicle = Chronicle(session)
        while at < now - EVERY:
            for job in JOBS:
                is_lost = chance.random() < 0.06
                chronicle.run(
                    job,
                    at=at,
                    seconds=chance.uniform(2, 40),
                    recorded_at=at + timedelta(seconds=chance.uniform(0.4, 2.5)),
                    capture="missing" if is_lost else "recorded",
                    errors=int(chance.random() < 0.05),
                    state="failed" if is_lost else "success",
                )
            at += EVERY
    return 0


if __name__ == "__main__":
    sys.exit(main())
