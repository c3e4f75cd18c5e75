"""Which program a command starts: a function, a command of the shell, another shell, or one with a tool of ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from airflow_lineage_provider.capture.extractors.shell import nested
from airflow_lineage_provider.capture.extractors.shell.builtin import assign, run_builtin
from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import NotCertain
from airflow_lineage_provider.capture.extractors.shell.limits import MOST_NESTED_SCRIPTS
from airflow_lineage_provider.capture.extractors.shell.shell import Shell
from airflow_lineage_provider.capture.extractors.shell.step import Step, Steps
from airflow_lineage_provider.capture.extractors.shell.tools.registry import plain_name, tool_of
from airflow_lineage_provider.capture.extractors.shell.variables import Variables
from airflow_lineage_provider.capture.extractors.shell.wrapper import Unwrapped, unwrap

if TYPE_CHECKING:
    from airflow_lineage_provider.capture.extractors.shell.walker import Walker

_MOST_WRAPPED = 10


def run(walker: Walker, call: Call, step: Step, shell: Shell) -> Steps:
    """Follow a program; the call's arguments start with its name.

    :param shell: as the program finds it, with what is assigned for it alone.
    """
    replaces_shell = call.arguments[0].text == "exec" and len(call.arguments) > 1
    yield from _run(walker, call, step, shell)
    if replaces_shell:
        step.shell.ended = True


def _run(walker: Walker, call: Call, step: Step, shell: Shell) -> Steps:
    words = call.arguments
    for _ in range(_MOST_WRAPPED):
        name = words[0].text
        unwrapped = (
            unwrap(name.rpartition("/")[2], words[1:]) if name and name not in shell.functions else None
        )
        if unwrapped is None:
            break
        words = unwrapped.words
        if not words:
            return
        shell = _changed(shell, unwrapped)
    name = words[0].text
    if name is None or words[0].pattern is not None:
        call.left_out("the program's name is not known")
        _prints_something(call)
        return
    call.program = name.rpartition("/")[2] or name
    call.arguments, call.variables, call.folder = words[1:], shell.variables, shell.folder
    if name in shell.functions:
        yield from _function(walker, call, step, name)
        return
    if run_builtin(call.program, call.arguments, step.shell, step.io):
        return
    inside = nested.script_of(call, name, walker, step)
    if inside is not None:
        yield from inside
        return
    call.program = plain_name(call.program)
    tool = tool_of(call.program)
    if tool is not None:
        try:
            tool(call)
        except NotCertain as doubt:
            call.left_out(str(doubt))
        except Exception as error:
            call.left_out(f"{type(error).__name__} while it was looked at")
    if tool is None or not getattr(tool, "prints", False):
        _prints_something(call)


def _changed(shell: Shell, unwrapped: Unwrapped) -> Shell:
    """The shell as a wrapper leaves it to the program inside."""
    changed = Shell(shell.variables.copy(), shell.folder, {}, shell.previous_folder)
    if unwrapped.clears_environment:
        changed.variables = Variables(
            positional=shell.variables.positional, complete=shell.variables.complete
        )
    for name in unwrapped.removed:
        changed.variables.put(name, None)
    for name, value in unwrapped.assigned:
        assign(changed, name, value, export=True)
    if unwrapped.folder is not None:
        run_builtin("cd", [unwrapped.folder], changed, _NO_IO)
    return changed


def _function(walker: Walker, call: Call, step: Step, name: str) -> Steps:
    if step.nested >= MOST_NESTED_SCRIPTS:
        call.left_out("functions that call one another are not followed further")
        return
    script, body = step.shell.functions[name]
    variables = step.shell.variables
    before = variables.positional
    certain = not any(word.several or word.pattern for word in call.arguments)
    variables.positional = tuple(call.arguments) if certain else None
    yield walker.visit(script, body, step.deeper(step.shell, in_file=False))
    variables.positional = before
    step.shell.left_loop = step.shell.may_have_left = False


def _prints_something(call: Call) -> None:
    if call.stdout is not None:
        call.stdout.add_unknown("the output of a command is not known")


_NO_IO = Step(Shell(Variables(), "/")).io
