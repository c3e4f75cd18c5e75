"""What every command of ours does around its work: draining first, one clear line for an error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, NoReturn, ParamSpec, TypeVar

from airflow.utils.providers_configuration_loader import providers_configuration_loaded

P = ParamSpec("P")
T = TypeVar("T")


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
            return function(*args, **kwargs)
        except CommandError as error:
            fail(str(error))
        except DBAPIError as error:
            text = str(error.orig).splitlines()[0]
            if "lineage_" in text and ("no such table" in text or "does not exist" in text):
                fail("The lineage tables are missing: run `airflow db migrate`.")
            fail(f"The metadata database refused: {text}")

    return providers_configuration_loaded(command)  # type: ignore[no-any-return]


@contextmanager
def fresh_session() -> Iterator[Any]:
    """Drain and reconcile, so that what is read is what happened; then a session to read with."""
    from airflow.utils.session import create_session

    from airflow_lineage_provider.mailbox.drainer import Drainer

    drainer = Drainer()
    drainer.drain()
    drainer.reconcile(force=True)
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
    import json

    print(json.dumps(document, indent=2, ensure_ascii=False, default=str))
