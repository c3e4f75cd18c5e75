"""The tutorial, followed by a reader who types what it says."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pytest
import yaml

from airflow_lineage_provider.contracts.lint import lint_text
from tests.docs.checkout import make_checkout
from tests.docs.console import Command, SavedFile, follow, steps
from tests.docs.pages import DOCS

PAGE = DOCS / "tutorial.md"
MOST_SECONDS = 600.0
"""Of the quarter of an hour that the page promises, even where the machine has other work; the rest is for reading."""


def test_the_contract_of_the_page_is_valid() -> None:
    (saved,) = (step for step in steps(PAGE.read_text()) if isinstance(step, SavedFile))
    report = lint_text(saved.text, saved.path, today=date(2026, 6, 15))
    assert (report.problems, report.warnings) == ((), ())
    assert yaml.safe_load(saved.text)["status"] == "active"


def test_the_page_uses_every_kind_of_command_that_it_teaches() -> None:
    commands = " ".join(step.text for step in steps(PAGE.read_text()) if isinstance(step, Command))
    taught = "infer|lint|apply|judge|findings|verdicts|diff|waivers create|waivers approve|audit verify"
    assert not [words for words in taught.split("|") if f" {words} " not in f"{commands} "]


@pytest.fixture
def checkout() -> Iterator[tuple[Path, Mapping[str, str]]]:
    # In a folder with a short name, like a reader's: the names of pytest's are longer than a column of a table.
    with tempfile.TemporaryDirectory(prefix="page-") as name:
        folder = Path(name) / "checkout"
        environment = make_checkout(folder)
        yield folder, environment
        # Where the page was left before its end, its Airflow still runs.
        subprocess.run(["make", "down"], cwd=folder, env=environment, capture_output=True, check=True)


@pytest.mark.slow
@pytest.mark.system
def test_the_tutorial_does_what_it_says(
    checkout: tuple[Path, Mapping[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, environment = checkout
    before = sorted(os.listdir(folder))

    seconds = follow(PAGE, folder, environment)

    total = sum(seconds.values())
    slowest = sorted(seconds.items(), key=lambda item: -item[1])[:3]
    with capsys.disabled():
        print(f"\n{PAGE.name}: {total:.0f} s in {len(seconds)} commands; the slowest:")
        for command, taken in slowest:
            print(f"  {taken:5.1f} s  {command.splitlines()[0]}")
    assert total < MOST_SECONDS
    assert sorted(os.listdir(folder)) == sorted([*before, ".demo"]), "the page leaves something behind"
