"""Stands in for the mailbox: remembers the questions, gives the answers."""

from __future__ import annotations

from typing import Any

import pytest


class Server:
    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.questions: list[Any] = []

    def ask(self, question: Any, *, timeout: float) -> Any:
        self.questions.append(question)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def serve(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> Server:
    """A server that gives one answer after the other, and the last one for ever."""
    from airflow_lineage_provider.capture import notes
    from airflow_lineage_provider.operators import server as asked

    server = Server(*answers)
    monkeypatch.setattr(asked, "ask", server.ask)
    notes.reset()
    return server
