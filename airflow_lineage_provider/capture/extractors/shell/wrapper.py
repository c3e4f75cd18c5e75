"""Programs that run the program in their arguments: ``sudo``, ``env``, ``timeout``, ``xargs``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from airflow_lineage_provider.capture.extractors.shell.field import Field, Unknown
from airflow_lineage_provider.capture.extractors.shell.options import Options, options_of

_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=", re.ASCII)


@dataclass(slots=True)
class Unwrapped:
    """The program inside a wrapper and what the wrapper changes for it."""

    words: list[Field]
    assigned: list[tuple[str, Field]] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    clears_environment: bool = False
    folder: Field | None = None


@dataclass(frozen=True, slots=True)
class _Wrapper:
    valued: str = ""
    operands: int = 0
    """Operands of its own before the program."""
    takes_assignments: bool = False


_WRAPPERS = {
    "sudo": _Wrapper(
        "-u -g -h -p -C -r -t -T -U -D -R --user --group --host --chdir", takes_assignments=True
    ),
    "doas": _Wrapper("-u -C"),
    "env": _Wrapper("-u -C --unset --chdir", takes_assignments=True),
    "time": _Wrapper("-f -o --format --output"),
    "nohup": _Wrapper(),
    "timeout": _Wrapper("-s -k --signal --kill-after", operands=1),
    "nice": _Wrapper("-n --adjustment"),
    "ionice": _Wrapper("-c -n -p -P -u --class --classdata"),
    "stdbuf": _Wrapper("-i -o -e --input --output --error"),
    "setsid": _Wrapper(),
    "chronic": _Wrapper(),
    "unbuffer": _Wrapper(),
    "exec": _Wrapper("-a"),
    "command": _Wrapper(),
    "builtin": _Wrapper(),
    "flock": _Wrapper("-w -E --timeout --conflict-exit-code", operands=1),
    "xargs": _Wrapper(
        "-I -n -P -L -d -s -a -E --max-args --max-procs --max-lines --delimiter --replace --arg-file --max-chars"
    ),
}


def unwrap(program: str, arguments: list[Field]) -> Unwrapped | None:
    """Program that a wrapper runs; ``None`` if this is no wrapper. Without words it runs nothing."""
    wrapper = _WRAPPERS.get(program)
    if wrapper is None:
        return None
    options = options_of(arguments, wrapper.valued, operands_end=True)
    if program == "command" and options.has("-v", "-V"):
        return Unwrapped([])
    unwrapped = Unwrapped(options.operands[wrapper.operands :])
    if wrapper.takes_assignments:
        _take_assignments(unwrapped)
        unwrapped.folder = options.get("-C" if program == "env" else "-D", "--chdir")
    if program == "env":
        unwrapped.clears_environment = options.has("-i", "--ignore-environment") or "-" in options.flags
        unwrapped.removed = [name for value in options.all("-u", "--unset") if (name := value.text)]
    if program == "flock" and (script := options.get("-c", "--command")):
        unwrapped.words = [Field.of("sh"), Field.of("-c"), script]
    if program == "xargs":
        _take_input(unwrapped, options)
    return unwrapped


def _take_assignments(unwrapped: Unwrapped) -> None:
    words = unwrapped.words
    while words and (found := _ASSIGNMENT.match(words[0].prefix)):
        unwrapped.assigned.append((found[0][:-1], words[0].after(found.end())))
        words = words[1:]
    unwrapped.words = words


def _take_input(unwrapped: Unwrapped, options: Options) -> None:
    """``xargs`` puts words nobody knows in place of a mark, or at the end."""
    if not unwrapped.words:
        return
    unknown = Unknown("what xargs reads is not known")
    given = options.get("-I", "--replace")
    mark = given.text if given is not None else "{}" if options.has("-i", "--replace") else None
    if mark is None:
        unwrapped.words = [*unwrapped.words, Field((unknown,), several=True)]
    else:
        unwrapped.words = [_replaced(word, mark, unknown) for word in unwrapped.words]


def _replaced(word: Field, mark: str, unknown: Unknown) -> Field:
    parts: list[str | Unknown] = []
    for part in word.parts:
        if isinstance(part, Unknown) or not mark or mark not in part:
            parts.append(part)
            continue
        for index, piece in enumerate(part.split(mark)):
            if index:
                parts.append(unknown)
            if piece:
                parts.append(piece)
    return Field(tuple(parts), word.pattern, word.several)
