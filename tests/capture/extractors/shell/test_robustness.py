from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from hypothesis import given, settings, strategies as st

from airflow_lineage_provider.capture.extractors import bash
from airflow_lineage_provider.capture.extractors.bash import BashExtractor
from airflow_lineage_provider.capture.extractors.extractor import Extraction
from airflow_lineage_provider.capture.extractors.shell import isolation
from airflow_lineage_provider.capture.extractors.shell.limits import (
    MOST_CHARACTERS,
    MOST_DATASETS,
    MOST_NOTES,
    MOST_STATEMENTS,
)
from airflow_lineage_provider.capture.extractors.shell.tools.catalog import TOOLS
from tests.cpu_time import cpu_below

TOKENS = st.sampled_from(
    [
        *sorted(TOOLS), "bash", "-c", "eval", "source", "/etc/hostname", "/nowhere/x", "a", "'", '"', "`", "$(", ")", "(", "{", "}",
        "$X", "${", "${X:-", "$'", "\\", "\n", ";", ";;", "&&", "||", "|", "&", "<", ">", ">>", "<<EOF", "EOF", "<<<", "<(",
        "2>&1", "if", "then", "else", "fi", "for", "in", "do", "done", "while", "case", "esac", "function f", "f()", "[", "]",
        "[[", "]]", "((", "))", "-e", "-h", "--", "-", "--host=", "s3://b/k", "select 1", "\\copy", "\\c", "=", "X=", "é", "\0",
        "{1..9}", "{a,", "*", "?", "~", "#", "!", "sudo", "env", "xargs", "exit", "return", "cd", "set --", "shift", "$@",
    ]
)  # fmt: skip


def extracted(command: Any, **task: Any) -> Extraction:
    extraction = Extraction()
    given = {"cwd": None, "env": {}, "append_env": False, **task}
    BashExtractor().extract(SimpleNamespace(bash_command=command, **given), {}, extraction, failed=False)
    return extraction


def extracted_here(command: str, **task: Any) -> Extraction:
    """As ``extracted``, without a process for each: hundreds of forks of the tests' own process take a minute."""
    with patch.object(bash, "isolated", lambda work, extraction: work(extraction)):
        return extracted(command, **task)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_no_text_raises(command: str) -> None:
    extracted_here(command)


@settings(max_examples=300, deadline=None)
@given(st.lists(TOKENS, max_size=30), st.sampled_from([" ", ""]))
def test_no_command_raises_and_no_tool_breaks(tokens: list[str], between: str) -> None:
    extraction = extracted_here(between.join(tokens), cwd="/nowhere")
    assert not [note for note in extraction.truncated if "while it was looked at" in note]


@pytest.mark.parametrize("command", [None, 7, "", "  \n", b"ls", object()])
def test_what_is_no_command_yields_nothing(command: Any) -> None:
    extraction = extracted(command)
    assert (extraction.inputs, extraction.outputs, extraction.truncated) == ([], [], [])


@pytest.mark.parametrize(
    "command",
    [
        "(" * 10_000,
        "(" * 10_000 + ")" * 10_000,
        "( " * 10_000 + "ls" + " )" * 10_000,
        "$(" * 10_000,
        "echo " + "$(echo " * 2_000 + ")" * 2_000,
        "{ " * 20_000,
        "if true; then " * 5_000,
        "a && " * 20_000 + "b",
        "a | " * 40_000 + "b",
        "${a:-" * 10_000,
        "cat <<E\n" * 10_000,
        "! " * 20_000 + "ls",
        "x {" + "{a," * 20_000,
        "bash -c " * 10_000,
        "f() { f; f; }; f",
        "eval eval eval eval eval eval ls",
        "for i in {1..1000}; do for j in {1..1000}; do cp a b; done; done",
        "cp " + "a " * 90_000,
        "X=" + "a" * 190_000 + "; cp ${X%%b*c*d} b",
    ],
    ids=lambda command: command[:12],
)
def test_a_process_survives_what_is_deep_or_long(command: str) -> None:
    script = (
        "import sys, time\n"
        "from types import SimpleNamespace as Task\n"
        "from airflow_lineage_provider.capture.extractors.bash import BashExtractor\n"
        "from airflow_lineage_provider.capture.extractors.extractor import Extraction\n"
        "task = Task(bash_command=sys.stdin.read(), cwd='/nowhere', env={}, append_env=False)\n"
        "extraction, before = Extraction(), time.process_time()\n"
        "BashExtractor().extract(task, {}, extraction, failed=False)\n"
        "print('seconds', time.process_time() - before)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], input=command, capture_output=True, text=True, timeout=60
    )
    assert ran.returncode == 0, ran.stderr[-500:]
    assert float(ran.stdout.split("seconds ")[1]) < 2.0


@pytest.mark.parametrize(
    "text",
    ["\n", "'", "\\ ", "\\\n", "a\\g\n", "copy ", "COPY a FROM STDIN ", "x\\\n", ".a\n", "x\n.a\n", "a.", "source a ", "a=", ":a'",
     "(", "{{ ", "a,", "*"],
)  # fmt: skip
@pytest.mark.parametrize(
    "command",
    ["psql -v a=1", "psql -c '\\copy {}'", "psql '{}'", "sqlite3 /nowhere.db", "duckdb", "mysql", "bq load {} gs://b/k",
     "curl -o x '{}'", "rsync '{}' x", "spark-submit --files '{}' a.py", "aws s3 cp '{}' s3://b/k", "cp '{}' x"],
)  # fmt: skip
def test_no_text_takes_long(monkeypatch: pytest.MonkeyPatch, command: str, text: str) -> None:
    monkeypatch.setattr(isolation, "SECONDS", 60.0)  # or a busy machine would have it given up, and pass
    long = text * (180_000 // len(text))
    quoted = long.replace("'", "'\\''")
    line = command.replace("{}", quoted[:190_000]) if "{}" in command else f"{command} <<'EOF'\n{long};\nEOF"
    assert not [note for note in cpu_below(2, lambda: extracted(line)).truncated if "ended early" in note]


def test_a_command_that_is_too_long_is_named_and_not_parsed() -> None:
    long = "#" * 50_000_000
    extraction = cpu_below(0.5, lambda: extracted(long))
    assert extraction.truncated == [f"shell: the command: 50000000 characters, more than {MOST_CHARACTERS}"]


def test_too_many_datasets_are_counted() -> None:
    extraction = extracted("for i in {1..600}; do aws s3 cp s3://b/$i - | cat; done")
    assert len(extraction.inputs) == MOST_DATASETS
    assert extraction.truncated == [f"shell: 100 datasets beyond {MOST_DATASETS}"]


def test_too_many_statements_are_counted() -> None:
    extraction = extracted('for i in {1..250}; do psql -h db -d shop -c "SELECT $i"; done')
    assert len(extraction.statements) == MOST_STATEMENTS
    assert extraction.truncated == ["shell: 50 statements beyond what one command may have"]


def test_too_many_notes_are_counted() -> None:
    extraction = extracted("\n".join(f"cp $(x) /nowhere/{line}" for line in range(60)))
    assert len(extraction.truncated) == MOST_NOTES + 1
    assert extraction.truncated[-1] == "shell: 20 more places that are not understood"
