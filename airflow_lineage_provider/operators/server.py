"""What the server says to a question of ours, or that it says nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from airflow.sdk.exceptions import AirflowFailException

from airflow_lineage_provider import config
from airflow_lineage_provider.mailbox.question import NoAnswer, ask

QUESTION_VERSION = 1
UNJUDGED = ("unknown", "error")
"""Results of a verdict without findings, of which the message alone says why."""
_TOO_NEW = ("question has unknown fields", "question.ask must be", "question.v is")
"""How a server says that it knows less than this worker."""


class Unanswered(Exception):
    """Nobody answered in time, or could."""


def answer_to(question: Mapping[str, Any]) -> dict[str, Any]:
    """Ask the server and wait for its answer.

    :raises Unanswered: no server answered within ``[lineage_provider] answer_timeout``, or it could not.
    :raises AirflowFailException: the server refuses the question; asking again would not help.
    """
    failure = None
    try:
        answer = ask({"v": QUESTION_VERSION, **question}, timeout=config.answer_timeout())
    except NoAnswer as error:
        failure = str(error)
    # Outside of the except block, so that the task log shows one message and no chain of tracebacks.
    if failure is not None:
        raise Unanswered(failure)
    if "error" in answer:
        raise AirflowFailException(f"Lineage validation could not ask: {_explained(str(answer['error']))}")
    if answer.get("result") == "error" and question.get("ask") != "validate":
        raise Unanswered(str(answer.get("message", "")))
    return answer


def _explained(error: str) -> str:
    if not error.startswith(_TOO_NEW):
        return error
    return (
        f"{error}. The API server has an older airflow-lineage-provider than this worker: update it there, or leave "
        "out what it does not know"
    )
