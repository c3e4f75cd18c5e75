"""What every command of ours does around its work: draining first, one clear line for an error."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import TYPE_CHECKING, Any, NoReturn, ParamSpec, TypeVar

from airflow.utils.providers_configuration_loader import providers_configuration_loaded

from airflow_lineage_provider.model.error_line import error_line, first_line

if TYPE_CHECKING:
    from airflow_lineage_provider.mailbox.drainer import Drainer

_NO_TABLE = ("no such table", "does not exist", "doesn't exist")
"""How SQLite, PostgreSQL and MySQL say it."""

log = logging.getLogger(__name__)

P = ParamSpec("P")
T = TypeVar("T")


FAILED, BROKEN = 1, 2
"""Exit codes of commands that judge: findings fail it; it could not be answered. 0 is everything else."""


class CommandError(Exception):
    """A user's mistake or a state that stands in the way; its text is all that is shown."""


def fail(message: str) -> NoReturn:
    """Print one line to stderr and end with exit code 1."""
    print(message, file=sys.stderr)
    raise SystemExit(1)


def lineage_command(function: Callable[P, T]) -> Callable[P, T]:
    """Make a function an ``airflow lineage`` command."""

    @wraps(function)
    def command(*args: P.args, **kwargs: P.kwargs) -> T:
        from sqlalchemy.exc import DBAPIError

        try:
            _refuse_broken_text(args[0] if args else None)
            result = function(*args, **kwargs)
            sys.stdout.flush()
        except CommandError as error:
            fail(str(error))
        except BrokenPipeError:
            _stop_writing()
            raise SystemExit(0) from None
        except DBAPIError as error:
            log.debug("The metadata database refused", exc_info=True)
            text = first_line(error.orig)
            if "lineage_" in text and any(words in text for words in _NO_TABLE):
                fail("The lineage tables are missing: run `airflow db migrate`.")
            fail(f"The metadata database refused: {text}")
        except Exception as error:
            log.debug("Unexpected error", exc_info=True)
            fail(
                f"unexpected error: {error_line(error)}; "
                "run with AIRFLOW__LOGGING__LOGGING_LEVEL=DEBUG for the traceback"
            )
        return result

    return providers_configuration_loaded(command)  # type: ignore[no-any-return]


def judging_command(function: Callable[P, tuple[int, str]]) -> Callable[P, None]:
    """Make a function a command whose exit code is an answer.

    It returns its code, ``FAILED`` or 0 among others, and what to print. Whatever ends it otherwise is ``BROKEN``: what
    every command ends with for an error is 1, which here means that there are findings. The answer does not
    depend on whether anybody reads all that is printed.
    """

    @lineage_command
    @wraps(function)
    def judged(*args: P.args, **kwargs: P.kwargs) -> int:
        code, text = function(*args, **kwargs)
        try:
            print(text, end="" if not text or text.endswith("\n") else "\n", flush=True)
        except BrokenPipeError:
            _stop_writing()
        return code

    @wraps(function)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = judged(*args, **kwargs)
        except SystemExit:
            raise SystemExit(BROKEN) from None
        if code:
            raise SystemExit(code)

    return command


def _stop_writing() -> None:
    """Whoever read our output has enough (`| head`). Python would complain once more at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _refuse_broken_text(arguments: object) -> None:
    """Bytes that are no UTF-8 reach us as lone surrogates, which no database takes."""
    for name, value in getattr(arguments, "__dict__", {}).items():
        for text in value if isinstance(value, list) else [value]:
            if isinstance(text, str) and any("\ud800" <= character <= "\udfff" for character in text):
                raise CommandError(f"The value of {name.replace('_', '-')} is not valid UTF-8: {text!a}.")


@contextmanager
def fresh_session(reconcile: Callable[[Drainer], object] | None = None) -> Iterator[Any]:
    """Drain, so that what is read is what happened; then a session to read with.

    :param reconcile: compares with Airflow's tables as much as the command needs.
    """
    from airflow.utils.session import create_session

    from airflow_lineage_provider.mailbox.drainer import Drainer

    drainer = Drainer()
    drainer.drain()
    if reconcile is not None:
        reconcile(drainer)
    with create_session(scoped=False) as session:
        yield session


def print_rows(rows: list[dict[str, Any]], output: str) -> None:
    """Print as Airflow's own commands do: table, json, yaml or plain."""
    from airflow.cli.simple_table import AirflowConsole

    AirflowConsole().print_as(data=rows, output=output)


def print_document(document: Any, output: str) -> None:
    """Print one nested document as json or yaml."""
    if output == "yaml":
        import yaml

        print(yaml.safe_dump(document, sort_keys=False, allow_unicode=True), end="")
        return
    print(json_text(document))


def json_text(document: Any) -> str:
    """One nested document as JSON for people."""
    import json

    return json.dumps(document, indent=2, ensure_ascii=False, default=str)
