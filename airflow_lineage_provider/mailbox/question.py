"""Ask the server from inside a task and wait for its answer."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from airflow_lineage_provider.mailbox import supervisor
from airflow_lineage_provider.mailbox.key import ANSWER, QUESTION, MailboxKey

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 1.0


class NoAnswer(RuntimeError):
    """The server did not answer in time."""


def ask(payload: Mapping[str, Any], *, timeout: float) -> dict[str, Any]:
    """Put a question into the mailbox and poll for the answer.

    :param payload: JSON object; see ``governance.answer`` for what the server understands.
    :param timeout: seconds to wait.
    :raises NoAnswer: when no server answered in time; the question is taken back.
    """
    from airflow.sdk import get_current_context

    ti: Any = get_current_context()["ti"]
    # A nanosecond stamp: several questions of one attempt, also after a deferral, never share a key.
    question_id = format(time.time_ns(), "x")
    question = MailboxKey(ti.try_number, QUESTION, question_id)
    answer = MailboxKey(ti.try_number, ANSWER, question_id)
    try:
        supervisor.put(ti.id, question, dict(payload))
    except Exception as error:
        raise NoAnswer(f"the question could not be sent: {error}") from None
    deadline = time.monotonic() + timeout
    pause = FIRST_PAUSE
    while True:
        if supervisor.is_in_process():
            # dag.test(): the database is at hand and no API server may be running.
            from airflow_lineage_provider.mailbox.drainer import Drainer

            Drainer().drain()
        received = None
        with suppress(Exception):
            # An API server that is just being restarted: ask again until the time is up.
            received = supervisor.get(ti.id, answer)
        if isinstance(received, dict):
            with suppress(Exception):
                # A row left behind is swept by the drainer; the answer is what counts.
                supervisor.delete(ti.id, answer)
            return received
        if time.monotonic() >= deadline:
            with suppress(Exception):
                supervisor.delete(ti.id, question)
            raise NoAnswer(
                f"no lineage server answered within {timeout:g} s; is an API server running with the lineage "
                "plugin, or `airflow lineage drain --loop`?"
            )
        time.sleep(min(pause, max(0.0, deadline - time.monotonic())))
        pause = min(pause * 1.5, LONGEST_PAUSE)
