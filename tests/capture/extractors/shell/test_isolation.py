from __future__ import annotations

import os
import signal
import time

import pytest

from airflow_lineage_provider.capture.extractors.extractor import Extraction
from airflow_lineage_provider.capture.extractors.shell import isolation
from airflow_lineage_provider.capture.extractors.shell.isolation import isolated


def test_what_was_found_is_taken_over() -> None:
    extraction = Extraction()
    isolated(lambda found: found.wrote("s3://lake/a"), extraction)
    assert [str(entry.identity) for entry in extraction.outputs] == ["s3://lake a"]
    assert extraction.truncated == []


def test_a_crash_of_native_code_is_named_and_costs_nothing_else() -> None:
    extraction = Extraction()
    isolated(lambda _: os.kill(os.getpid(), signal.SIGKILL), extraction)
    assert extraction.truncated == ["shell: the command could not be read, its reader ended early"]


def test_what_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "SECONDS", 0.1)
    extraction = Extraction()
    isolated(lambda _: time.sleep(60), extraction)
    assert extraction.truncated == ["shell: the command could not be read, its reader ended early"]


def test_an_error_is_told_as_one() -> None:
    def fail(_: Extraction) -> None:
        raise LookupError("no such thing")

    with pytest.raises(RuntimeError, match="LookupError: no such thing"):
        isolated(fail, Extraction())
