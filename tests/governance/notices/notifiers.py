"""Notifiers as users write them."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any, ClassVar

from airflow.sdk.bases.notifier import BaseNotifier


class FileNotifier(BaseNotifier):
    """Adds a line of JSON to a file for each call."""

    template_fields = ("path", "text")

    def __init__(self, path: str, text: str = "{{ message }}", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.path = path
        self.text = text

    def notify(self, context: Any) -> None:
        line = {
            "text": self.text,
            "owner": context["owner"],
            "channel": context["channel"],
            "opened": [each["rule"] for each in context["opened"]],
            "resolved": [each["rule"] for each in context["resolved"]],
        }
        with Path(self.path).open("a") as file:
            file.write(json.dumps(line) + "\n")


class PickyNotifier(FileNotifier):
    """Takes nothing for one owner."""

    refused: ClassVar[str | None] = None

    def notify(self, context: Any) -> None:
        if context["owner"] == self.refused:
            raise ConnectionError(f"no such mailbox: {context['owner']}\nand more")
        super().notify(context)


class SecretNotifier(FileNotifier):
    """Says where it called."""

    said: ClassVar[str] = ""

    def notify(self, context: Any) -> None:
        raise RuntimeError(self.said)


class MessageNotifier(FileNotifier):
    """Has a field of the same name as one of ours."""

    template_fields = ("path", "message")

    def __init__(self, path: str, message: str) -> None:
        super().__init__(path)
        self.message = message

    def notify(self, context: Any) -> None:
        self.text = self.message
        super().notify(context)


class HangingNotifier(FileNotifier):
    """Does not come back while it is held."""

    may_go: ClassVar[threading.Event] = threading.Event()
    calls: ClassVar[int] = 0

    def notify(self, context: Any) -> None:
        type(self).calls += 1
        self.may_go.wait(30)
        super().notify(context)


class LeavingNotifier(BaseNotifier):
    """Wants to end the process."""

    def notify(self, context: Any) -> None:
        raise SystemExit("that is enough")


class _Mute(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


class MuteNotifier(BaseNotifier):
    """Fails, and its error fails to say why."""

    def notify(self, context: Any) -> None:
        raise _Mute
