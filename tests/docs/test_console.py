from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.console import Command, PageError, SavedFile, Shell, follow, matches, steps


def page(*blocks: str) -> str:
    return "\n\n".join(["# A page", *blocks, ""])


def console(text: str) -> str:
    return f"```console\n{text}\n```"


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    with Shell(tmp_path, os.environ, timeout=10) as shell:
        yield shell


def test_commands_and_files_come_in_the_order_of_the_page() -> None:
    text = page(
        console("$ one \\\n> --more\nprinted\n\n$ two"),
        '```yaml title="a/b.yaml"\nkey: value\n```',
        "```yaml\nkey: not saved\n```",
        console("$ three\n> is printed by two\n> lines"),
    )
    assert list(steps(text)) == [
        Command("one \\\n--more", "printed\n", 4),
        Command("two", "", 8),
        SavedFile("a/b.yaml", "key: value\n"),
        Command("three\nis printed by two\nlines", "", 20),
    ]


def test_output_without_a_command_is_refused() -> None:
    with pytest.raises(PageError, match="begins with a command"):
        list(steps(page(console("printed"))))


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        ("", ""),
        ("", "\n"),
        ("a  b", "a b   \n"),
        ("sqlite:///.../shop.db orders", "sqlite:////tmp/x/shop.db orders"),
        ("id | rule\n===+====\n1 | a", "id | rule     \n===+==========\n1  | a        \n             \n"),
        ("first\n...\nlast", "first\nsecond\nthird\nlast\n"),
        ("intact: ... entries...", "intact: 15 entries up to 15\nwaiting: 2\n"),
    ],
)
def test_output_that_matches(expected: str, printed: str) -> None:
    assert matches(expected, printed)


@pytest.mark.parametrize(
    ("expected", "printed"),
    [
        ("", "a warning\n"),
        ("pass", "fail\n"),
        ("pass", "pass\nand more\n"),
        ("one\n...\ntwo", "one\nthree\n"),
        ("1 finding", "11 finding\n"),
    ],
)
def test_output_that_does_not_match(expected: str, printed: str) -> None:
    assert not matches(expected, printed)


def test_what_a_command_sets_is_there_for_the_next(shell: Shell, tmp_path: Path) -> None:
    for command in ("mkdir down && cd down", "export A=1 B=two", "f() { echo $A $B $PWD; }"):
        assert shell.run(command)[:2] == ("", 0)
    assert shell.run("f")[:2] == (f"1 two {tmp_path}/down\n", 0)


def test_exit_codes_errors_and_output_without_a_last_newline(shell: Shell) -> None:
    assert shell.run("false").exit_code == 1
    assert shell.run("(exit 7)").exit_code == 7
    assert shell.run("printf out; printf err >&2; true")[:2] == ("outerr", 0)
    assert shell.run("cat <<'END'\na $b\nEND")[:2] == ("a $b\n", 0)


def test_a_command_reads_nothing_of_the_page(shell: Shell) -> None:
    assert shell.run("cat")[:2] == ("", 0)


def test_a_command_that_ends_the_shell_or_hangs_is_an_error(tmp_path: Path) -> None:
    with Shell(tmp_path, os.environ) as shell, pytest.raises(PageError, match="ended the shell"):
        shell.run("exit 0")
    with Shell(tmp_path, os.environ, timeout=0.5) as shell, pytest.raises(PageError, match=r"more than 0 s"):
        shell.run("echo begun; sleep 60")


def test_a_page_is_followed_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text(
        page(
            '```text title="new/file.txt"\nsaved\n```', console("$ cat new/file.txt\n...ved\n$ true && true")
        )
    )
    assert list(follow(path, tmp_path, os.environ)) == ["cat new/file.txt", "true && true"]


@pytest.mark.parametrize(
    ("block", "says"),
    [("$ echo b\na", r"page.md:4: \$ echo b\nshould print:\na\nprinted:\nb"), ("$ false", "exit code 1")],
)
def test_a_page_that_is_wrong_is_told_with_its_line(tmp_path: Path, block: str, says: str) -> None:
    path = tmp_path / "page.md"
    path.write_text(page(console(block), console("$ touch went_on")))
    with pytest.raises(PageError, match=says):
        follow(path, tmp_path, os.environ)
    assert not (tmp_path / "went_on").exists()
