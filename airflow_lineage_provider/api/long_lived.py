"""What a server keeps for long is taken out of the garbage collector's sight.

A full collection looks at every object there is: in an API server with Airflow's modules, and with what was read of some
thousand contracts, for a third of a second, during which nothing else runs. What is loaded, and what caches hold, is not
going to be garbage.
"""

from __future__ import annotations

import gc
import logging
import time

from airflow_lineage_provider.store.content_cache import contents_read

log = logging.getLogger(__name__)

MANY = 2_000
"""Contents that were read into caches since the last time."""
REST = 300.0
"""Seconds between two times: each is a full collection."""


class LongLived:
    """Remembers when it was done last."""

    def __init__(self) -> None:
        self._read = 0
        self._at = float("-inf")

    def settle(self) -> None:
        """Collect what is garbage now, and look no more at what is not."""
        began = time.perf_counter()
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        self._read, self._at = contents_read(), time.monotonic()
        log.debug(
            "%d objects are long-lived, %.0f ms", gc.get_freeze_count(), (time.perf_counter() - began) * 1000
        )

    def settle_if_much_was_read(self) -> bool:
        """Do it again where caches have grown. Returns whether it was done."""
        if contents_read() - self._read < MANY or time.monotonic() - self._at < REST:
            return False
        self.settle()
        return True
