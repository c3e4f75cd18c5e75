"""Scripts that a command starts: ``bash -c``, ``eval``, ``source``, a script file."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain
from airflow_lineage_provider.capture.extractors.shell.limits import MOST_CHARACTERS, MOST_NESTED_SCRIPTS
from airflow_lineage_provider.capture.extractors.shell.shell import Shell
from airflow_lineage_provider.capture.extractors.shell.step import Step, Steps
from airflow_lineage_provider.capture.extractors.shell.tools.catalog import TOOLS
from airflow_lineage_provider.capture.extractors.shell.variables import Variables

if TYPE_CHECKING:
    from airflow_lineage_provider.capture.extractors.shell.walker import Walker

_SHELLS = frozenset({"bash", "sh", "dash", "ash", "ksh", "zsh"})
_FIRST_LINE = re.compile(r"#!\s*\S*(?:/env\s+(?:-S\s+)?)?\b(?:ba|da|k|z|a)?sh\b")
_CHANGES_NOTHING = ("/bin/activate", "/.bashrc", "/.profile", "/.bash_profile", "/etc/profile", "/conda.sh")


class _NotThere(NotCertain):
    """A script that cannot be read."""


def script_of(call: Call, name: str, walker: Walker, step: Step) -> Steps | None:
    """Steps of the script that a program is given; ``None`` if it is given none."""
    if call.program in _SHELLS:
        return _guarded(call, _shell(call, walker, step))
    if name == "eval":
        return _guarded(call, _eval(call, walker, step))
    if name in ("source", "."):
        return _guarded(call, _source(call, walker, step))
    if "/" in name and call.program not in TOOLS:
        return _guarded(call, _file(call, Field.of(name), call.arguments, walker, step, only_shell=True))
    return None


def _guarded(call: Call, steps: Steps) -> Steps:
    try:
        yield from steps
    except NotCertain as doubt:
        call.left_out(str(doubt))


def _shell(call: Call, walker: Walker, step: Step) -> Steps:
    flags, words = _own_options(call.arguments)
    if "c" in flags:
        if not words:
            return
        if step.nested >= MOST_NESTED_SCRIPTS:
            raise NotCertain("scripts inside scripts are not followed further")
        yield walker.script(words[0].sure(), _inside(call, step, words[2:]), call.program)
    elif words and "s" not in flags:
        yield from _file(call, words[0], words[1:], walker, step, only_shell=False)
    elif call.stdin is not None:
        text = call.stdin.text
        if text is None:
            raise NotCertain("the script on standard input is not known")
        if step.nested < MOST_NESTED_SCRIPTS:
            yield walker.script(text, _inside(call, step, words), call.program)


def _own_options(arguments: list[Field]) -> tuple[str, list[Field]]:
    """Letters of a shell's options, and what follows them. ``-o pipefail`` takes a word."""
    flags, at = "", 0
    while at < len(arguments):
        text = arguments[at].text
        if text is None or not text.startswith(("-", "+")) or text in ("-", "--"):
            at += text in ("-", "--")
            break
        at += 1
        if text.startswith("--"):
            at += text in ("--rcfile", "--init-file")
            continue
        flags += text[1:] if text[0] == "-" else ""
        at += text.count("o") + text.count("O")
    return flags, arguments[at:]


def _eval(call: Call, walker: Walker, step: Step) -> Steps:
    text = " ".join(word.sure() for word in call.arguments)
    if step.nested >= MOST_NESTED_SCRIPTS:
        raise NotCertain("scripts inside scripts are not followed further")
    yield walker.script(text, step.deeper(step.shell, in_file=False), "eval")


def _source(call: Call, walker: Walker, step: Step) -> Steps:
    if not call.arguments:
        return
    name = call.arguments[0]
    if (name.text or "").endswith(_CHANGES_NOTHING):
        return
    try:
        text = _read(call, name, walker, step)
    except NotCertain:
        # It may have set any variable and gone to any folder.
        step.shell.variables.doubt_all()
        raise
    yield walker.script(text, step.deeper(step.shell, in_file=True), "a sourced file")


def _file(
    call: Call, name: Field, arguments: list[Field], walker: Walker, step: Step, *, only_shell: bool
) -> Steps:
    try:
        text = _read(call, name, walker, step)
    except _NotThere:
        if only_shell:
            return
        raise
    if only_shell and not _FIRST_LINE.match(text) and not call.program.endswith((".sh", ".bash")):
        return
    yield walker.script(text, _inside(call, step, arguments, in_file=True), "a script file")


def _inside(call: Call, step: Step, arguments: list[Field], *, in_file: bool = False) -> Step:
    """Steps of a new shell, which inherits what is exported."""
    outer = call.variables
    variables = Variables(
        {name: value for name, value in outer.values.items() if name in outer.exported},
        set(outer.exported),
        tuple(arguments) if not any(word.several or word.pattern for word in arguments) else None,
        complete=outer.complete,
        doubted=outer.doubted,
    )
    return step.deeper(Shell(variables, call.folder), in_file=in_file)


def _read(call: Call, name: Field, walker: Walker, step: Step) -> str:
    """Text of a script file. Raises :class:`NotCertain`."""
    path = call.path(name)
    if path is None or not walker.machine.is_local:
        raise _NotThere("the script is not on this machine any more")
    if step.in_file:
        raise _NotThere("a script that another script starts is not followed")
    try:
        if not os.path.isfile(path) or not walker.budget.may_open():
            raise _NotThere("the script is not on this machine any more")
        if os.path.getsize(path) > MOST_CHARACTERS:
            raise _NotThere(f"the script has more than {MOST_CHARACTERS} characters")
        with open(path, encoding="utf-8", errors="replace") as file:
            text = file.read(MOST_CHARACTERS + 1)
    except OSError:
        raise _NotThere("the script cannot be read") from None
    if "\0" in text:
        raise _NotThere("the script is no text")
    return text
