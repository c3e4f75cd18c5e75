"""Commands of the shell itself that matter for what follows: ``cd``, ``export``, ``set``, ``exit``."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable

from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain
from airflow_lineage_provider.capture.extractors.shell.options import options_of
from airflow_lineage_provider.capture.extractors.shell.place import Folder, resolved
from airflow_lineage_provider.capture.extractors.shell.shell import Io, Shell

_NAME = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
_ECHO_ESCAPE = re.compile(r"\\")


def run_builtin(program: str, arguments: list[Field], shell: Shell, io: Io) -> bool:
    """Do what a command of the shell does; ``False`` if it is none of those that matter."""
    if program in ("cd", "pushd", "popd"):
        _change_folder(program, arguments, shell)
        return True
    act = _BUILTINS.get(program)
    if act is None:
        return False
    act(arguments, shell, io)
    return True


def _change_folder(program: str, arguments: list[Field], shell: Shell) -> None:
    if program == "popd":
        shell.go(shell.folder_stack.pop() if shell.folder_stack else Folder.UNKNOWN)
        return
    operands = options_of(arguments).operands if not arguments or arguments[0].text != "-" else arguments
    if program == "pushd":
        shell.folder_stack.append(shell.folder)
    if not operands:
        home = shell.variables.get("HOME")
        shell.go(
            home if isinstance(home, str) and home.startswith("/") and program == "cd" else Folder.UNKNOWN
        )
        return
    target = operands[0]
    if target.text == "-":
        shell.go(shell.previous_folder)
        return
    try:
        text = target.sure()
        if target.pattern is not None or shell.variables.get("CDPATH") is not None:
            raise NotCertain("the folder is chosen by a pattern")
        found = resolved(text, shell.folder) if text else None
    except NotCertain:
        found, text = None, ""
        shell.go(Folder.UNKNOWN)
        return
    if found is None:
        # Inside the folder that is made for the run, unless it climbs out of it.
        climbs = posixpath.normpath(text).startswith("..")
        shell.go(Folder.UNKNOWN if climbs else shell.folder)
    else:
        shell.go(found.rstrip("/") or "/")


def assign(shell: Shell, name: str, field: Field, *, export: bool = False) -> None:
    """Give a variable the value of a field."""
    shell.variables.put(name, field.unknown or field.text)
    if export:
        shell.variables.exported.add(name)


def _export(arguments: list[Field], shell: Shell, io: Io) -> None:
    _declare(arguments, shell, export=True)


def _local(arguments: list[Field], shell: Shell, io: Io) -> None:
    _declare(
        arguments,
        shell,
        export=any((word.text or "").startswith("-") and "x" in (word.text or "") for word in arguments),
    )


def _declare(words: list[Field], shell: Shell, *, export: bool) -> None:
    for word in options_of(words, operands_end=True).operands:
        name, equals, _ = word.prefix.partition("=")
        if not _NAME.match(name.removesuffix("+")):
            continue
        if equals and name.endswith("+"):
            shell.variables.doubt([name.removesuffix("+")])
        elif equals:
            assign(shell, name, word.after(len(name) + 1))
        if export:
            shell.variables.exported.add(name.removesuffix("+"))


def _set(arguments: list[Field], shell: Shell, io: Io) -> None:
    at = 0
    while at < len(arguments) and (text := arguments[at].text) and text[0] in "-+" and text != "--":
        if "a" in text[1:] or arguments[at + 1 : at + 2] == [Field.of("allexport")]:
            shell.variables.export_all = text[0] == "-"
        at += 1 + text.endswith("o")
    if at >= len(arguments):
        return
    rest = arguments[at + (arguments[at].text == "--") :]
    certain = not any(word.several or word.pattern for word in rest)
    shell.variables.positional = tuple(rest) if certain else None


def _shift(arguments: list[Field], shell: Shell, io: Io) -> None:
    given = shell.variables.positional
    count = arguments[0].text if arguments else "1"
    known = given is not None and count is not None and count.isdigit() and len(count) < 4
    shell.variables.positional = given[int(count or 1) :] if known and given is not None else None


def _unset(arguments: list[Field], shell: Shell, io: Io) -> None:
    options = options_of(arguments)
    for word in options.operands:
        if (name := word.text) is None:
            shell.variables.doubt_all()
        elif "-f" in options.flags:
            shell.functions.pop(name, None)
        else:
            shell.variables.put(name, None)


def _read(arguments: list[Field], shell: Shell, io: Io) -> None:
    options = options_of(arguments, "-a -d -i -n -N -p -t -u -O -s -c -C")
    names = [*options.operands, *options.all("-a"), Field.of("REPLY"), Field.of("MAPFILE")]
    shell.variables.doubt(name for word in names if (name := word.text) and _NAME.match(name))


def _getopts(arguments: list[Field], shell: Shell, io: Io) -> None:
    shell.variables.doubt([*(word.text for word in arguments[1:2] if word.text), "OPTARG", "OPTIND"])


def _let(arguments: list[Field], shell: Shell, io: Io) -> None:
    for word in arguments:
        shell.variables.doubt(re.findall(r"[A-Za-z_]\w*", word.text or ""))


def _exit(arguments: list[Field], shell: Shell, io: Io) -> None:
    shell.ended = True
    code = arguments[0].text if arguments else None
    shell.failed = code is not None and code.isdigit() and int(code[:9]) % 256 != 0


def _return(arguments: list[Field], shell: Shell, io: Io) -> None:
    shell.left_loop = True


def _echo(arguments: list[Field], shell: Shell, io: Io) -> None:
    if io.stdout is None:
        return
    words, newline, escapes = list(arguments), "\n", False
    while words and re.fullmatch(r"-[neE]+", words[0].text or ""):
        flags = words.pop(0).text or ""
        newline = "" if "n" in flags else newline
        escapes = "e" in flags or (escapes and "E" not in flags)
    for index, word in enumerate(words):
        if index:
            io.stdout.add(" ")
        if word.pattern is not None or word.several or (escapes and _ECHO_ESCAPE.search(word.text or "\\")):
            io.stdout.add_unknown("what echo prints is not certain")
        else:
            io.stdout.add_field(word)
    io.stdout.add(newline)


def _printf(arguments: list[Field], shell: Shell, io: Io) -> None:
    if arguments and arguments[0].text == "-v":
        shell.variables.doubt(name for word in arguments[1:2] if (name := word.text))
        return
    if io.stdout is None:
        return
    template, words = (arguments[0].text if arguments else None), arguments[1:]
    if template in ("%s", "%s\\n", "%s\n") and not any(word.pattern or word.several for word in words):
        for word in words:
            io.stdout.add_field(word)
            io.stdout.add("\n" if len(template) > 2 else "")
    elif template is not None and not words and "%" not in template and _plain(template) is not None:
        io.stdout.add(_plain(template) or "")
    else:
        io.stdout.add_unknown("what printf prints is not certain")


def _plain(template: str) -> str | None:
    """Text of a format without arguments; ``None`` if it has rare escapes."""
    text = template.replace("\\n", "\n").replace("\\t", "\t")
    return None if "\\" in text else text


def _pwd(arguments: list[Field], shell: Shell, io: Io) -> None:
    if io.stdout is not None:
        _print_known(shell.folder if isinstance(shell.folder, str) else None, io)


def _basename(arguments: list[Field], shell: Shell, io: Io) -> None:
    texts = [word.text for word in arguments]
    known = None
    if (
        texts
        and all(text and not text.startswith("-") for text in texts)
        and not any(w.pattern for w in arguments)
    ):
        known = posixpath.basename(str(texts[0]).rstrip("/"))
        if len(texts) == 2 and known != texts[1]:
            known = known.removesuffix(str(texts[1]))
    _print_known(known, io)


def _dirname(arguments: list[Field], shell: Shell, io: Io) -> None:
    text = arguments[0].text if len(arguments) == 1 and arguments[0].pattern is None else None
    known = (
        posixpath.dirname(text.rstrip("/")).rstrip("/") or ("/" if text[:1] == "/" else ".") if text else None
    )
    _print_known(known, io)


def _print_known(text: str | None, io: Io) -> None:
    if io.stdout is None:
        return
    if text is None:
        io.stdout.add_unknown("the output of a command is not known")
    else:
        io.stdout.add(text + "\n")


def _nothing(arguments: list[Field], shell: Shell, io: Io) -> None:
    return


_BUILTINS: dict[str, Callable[[list[Field], Shell, Io], None]] = {
    "export": _export,
    "declare": _local,
    "typeset": _local,
    "local": _local,
    "readonly": _local,
    "set": _set,
    "shift": _shift,
    "unset": _unset,
    "read": _read,
    "mapfile": _read,
    "readarray": _read,
    "getopts": _getopts,
    "let": _let,
    "exit": _exit,
    "return": _return,
    "break": _return,
    "continue": _return,
    "echo": _echo,
    "printf": _printf,
    "pwd": _pwd,
    "basename": _basename,
    "dirname": _dirname,
    ":": _nothing,
    "true": _nothing,
    "false": _nothing,
    "trap": _nothing,
    "wait": _nothing,
    "shopt": _nothing,
    "ulimit": _nothing,
    "umask": _nothing,
    "sleep": _nothing,
}
"""By name; ``basename`` and ``dirname`` are programs whose output is certain all the same."""
