"""How wrong a clock may be."""

from __future__ import annotations

from datetime import timedelta

AHEAD = timedelta(minutes=5)
"""By so much the clocks of servers may differ: what is dated later than that was dated by one that was wrong."""
