from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest


class Shell:
    """``airflow lineage ...`` in this process, on the metadata database that Airflow is configured with."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        from airflow.cli import cli_parser

        self._capsys = capsys
        self._parser = cli_parser.get_parser()

    def __call__(self, *arguments: str, code: int = 0) -> str:
        """Run a command; returns stdout, or stderr where ``code`` is not 0."""
        self._capsys.readouterr()
        ended = 0
        try:
            parsed = self._parser.parse_args(["lineage", *arguments])
            parsed.func(parsed)
        except SystemExit as error:
            ended = error.code if isinstance(error.code, int) else 1
        printed = self._capsys.readouterr()
        assert ended == code, printed
        return printed.err if code else printed.out

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--output", "json"))


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


@pytest.fixture
def office(metadata_db: None) -> Iterator[Any]:
    from airflow import settings

    from tests.databases import empty
    from tests.mailbox.office import Office

    engine = settings.get_engine()
    empty(engine)
    yield Office(engine)
    empty(engine)
