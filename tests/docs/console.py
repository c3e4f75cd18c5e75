"""Pages that a reader can follow: their commands are run in one shell, and what they print is compared.

- A block ```` ```console ```` holds commands after ``$ `` (lines that go on: ``> ``), each with what it prints. ``...``
  stands for anything. How many blanks there are, and how long a ruler of a table is, does not count.
- Any block with ``title="path"`` is a file that the reader saves.
- A command has to end with exit code 0. Where another one is shown, the page shows it: ``|| echo "exit code $?"``.
"""

from __future__ import annotations

import doctest
import os
import re
import signal
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from tests.docs.pages import every_fence

COMMAND_TIMEOUT = 300.0
_PROMPT, _GOES_ON = "$ ", "> "


@dataclass(frozen=True)
class Command:
    """A command of a page and what the page says that it prints."""

    text: str
    expected: str
    line: int


@dataclass(frozen=True)
class SavedFile:
    """A file that the reader saves."""

    path: str
    text: str


class Outcome(NamedTuple):
    printed: str
    exit_code: int
    seconds: float


class PageError(AssertionError):
    """The page says what is not so."""


def steps(page: str) -> Iterator[Command | SavedFile]:
    """What a page tells its reader to do, in its order."""
    for fence in every_fence(page):
        if fence.title is not None:
            yield SavedFile(fence.title, fence.body)
        elif fence.language == "console":
            yield from _commands(fence.body, fence.line)


def matches(expected: str, printed: str) -> bool:
    """Whether a command printed what the page shows."""
    checker = doctest.OutputChecker()
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    return checker.check_output(_ruled(expected), _ruled(printed), flags)


def follow(page: Path, folder: Path, environment: Mapping[str, str]) -> dict[str, float]:
    """Do all that a page says, in a folder; returns seconds by command. Stops where the page is wrong."""
    seconds: dict[str, float] = {}
    with Shell(folder, environment) as shell:
        for step in steps(page.read_text()):
            if isinstance(step, SavedFile):
                target = folder / step.path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_text(step.text)
                continue
            outcome = shell.run(step.text)
            seconds[step.text] = seconds.get(step.text, 0.0) + outcome.seconds
            where = f"{page.name}:{step.line}: $ {step.text}"
            if outcome.exit_code:
                raise PageError(f"{where}\nended with exit code {outcome.exit_code}:\n{outcome.printed}")
            if not matches(step.expected, outcome.printed):
                raise PageError(f"{where}\nshould print:\n{step.expected}\nprinted:\n{outcome.printed}")
    return seconds


class Shell:
    """One bash that lives as long as a page: what a command sets is there for the next."""

    def __init__(
        self, folder: Path, environment: Mapping[str, str], timeout: float = COMMAND_TIMEOUT
    ) -> None:
        self._timeout = timeout
        self._mark = f"--{uuid.uuid4().hex}--"
        self._process = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._kill()
        self._process.communicate()

    def run(self, command: str) -> Outcome:
        """Run a command and wait for its end; output and errors come together, as on a terminal."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        began = time.monotonic()
        watchdog = threading.Timer(self._timeout, self._kill)
        watchdog.start()
        try:
            # The command must not read the ones that come after it.
            process.stdin.write(f"{{ {command}\n}} < /dev/null\necho {self._mark}$?\n")
            process.stdin.flush()
            printed = ""
            for line in process.stdout:
                before, mark, code = line.partition(self._mark)
                printed += before
                if mark:
                    return Outcome(printed, int(code), time.monotonic() - began)
        finally:
            watchdog.cancel()
        raise PageError(f"$ {command}\nended the shell, or took more than {self._timeout:.0f} s:\n{printed}")

    def _kill(self) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)


def _commands(body: str, line: int) -> Iterator[Command]:
    text: list[str] = []
    expected: list[str] = []
    began = line
    for number, content in enumerate(body.splitlines(), line):
        if content.startswith(_PROMPT):
            if text:
                yield Command("\n".join(text), "\n".join(expected), began)
            text, expected, began = [content.removeprefix(_PROMPT)], [], number
        elif content.startswith(_GOES_ON) and text and not expected:
            text.append(content.removeprefix(_GOES_ON))
        elif not text:
            raise PageError(f"line {number}: a console block begins with a command after `{_PROMPT}`")
        else:
            expected.append(content)
    if text:
        yield Command("\n".join(text), "\n".join(expected), began)


def _ruled(text: str) -> str:
    """With rulers of one length, and an end that does not count."""
    return re.sub(r"=+", "=", text).strip() + "\n"
