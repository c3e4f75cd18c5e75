"""``airflow lineage drain``."""

from __future__ import annotations

import signal
from typing import Any

from airflow_lineage_provider.cli.command import lineage_command


@lineage_command
def drain(args: Any) -> None:
    """Drain once, or until stopped."""
    from airflow_lineage_provider.api.clean_thread import CleanThread
    from airflow_lineage_provider.api.drain_thread import DrainThread
    from airflow_lineage_provider.api.forward_thread import ForwardThread
    from airflow_lineage_provider.api.gate_thread import GateThread
    from airflow_lineage_provider.api.govern_thread import GovernThread
    from airflow_lineage_provider.mailbox.drainer import Drainer
    from airflow_lineage_provider.store import metrics

    if not args.loop:
        drainer = Drainer()
        done = drainer.drain()
        drainer.reconcile(force=True)
        print(
            f"{done.ingested} records ingested, {done.buried} put among the dead letters, "
            f"{done.answered} questions answered, {done.waiting} waiting"
        )
        return
    metrics.start()
    loop = DrainThread()
    signal.signal(signal.SIGTERM, lambda *_: loop.stop(0))
    # What an API server does besides.
    others = (ForwardThread(), CleanThread(), GovernThread(), GateThread())
    for other in others:
        other.start()
    print("Draining until stopped", flush=True)
    try:
        loop.run()
    except KeyboardInterrupt:
        loop.stop(0)
    finally:
        for other in others:
            other.stop()
