"""Programs that read the files in their arguments and print: ``cat``, ``grep``, ``awk``, ``jq``, ``head``."""

from __future__ import annotations

from dataclasses import dataclass

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field
from airflow_lineage_provider.capture.extractors.shell.place import resolved


@dataclass(frozen=True, slots=True)
class _Reader:
    valued: str = ""
    first_is_program: bool = False
    """Whether the first operand says what to do, unless an option of ``instead`` does."""
    instead: tuple[str, ...] = ()
    long_with_one_dash: bool = False


_GREP = _Reader(
    "-A -B -C -D -d -e -f -m --after-context --before-context --context --regexp --file --max-count --include "
    "--exclude --exclude-dir --color --label",
    True,
    ("-e", "-f", "--regexp", "--file"),
)
_AWK = _Reader(
    "-F -v -f -i -e -E --field-separator --assign --file --include --source",
    True,
    ("-f", "-e", "-E", "--file", "--source"),
)
_READERS = {
    "awk": _AWK,
    "gawk": _AWK,
    "mawk": _AWK,
    "cut": _Reader("-b -c -d -f --bytes --characters --delimiter --fields --output-delimiter"),
    "egrep": _GREP,
    "fgrep": _GREP,
    "grep": _GREP,
    "zgrep": _GREP,
    "head": _Reader("-n -c --lines --bytes"),
    "jq": _Reader("-f -L --from-file --indent --tab", True, ("-f", "--from-file")),
    "tail": _Reader("-n -c -s --lines --bytes --pid --sleep-interval"),
    "uniq": _Reader("-f -s -w --skip-fields --skip-chars --check-chars"),
    "wc": _Reader("--files0-from --total"),
    "zcat": _Reader(),
}


def reader(call: Call) -> None:
    spec = _READERS[call.program]
    arguments = _without_pairs(call.arguments) if call.program == "jq" else call.arguments
    call.arguments = arguments
    options = call.options(spec.valued)
    operands = list(options.operands)
    if spec.first_is_program and not options.has(*spec.instead):
        operands = operands[1:]
    if spec is _AWK:
        operands = [word for word in operands if not _is_assignment(word)]
    if call.program == "uniq" and len(operands) > 1:
        call.write(operands.pop())
    call.read(*operands)


def cat(call: Call) -> None:
    """Its output is the files' text, which another program may have to understand."""
    operands = call.options().operands
    call.read(*operands)
    if call.stdout is None:
        return
    for operand in operands or [Field.of("-")]:
        if operand.text == "-":
            call.stdout.parts.extend(call.stdin.parts if call.stdin is not None else ())
        elif operand.pattern is None and operand.text and (path := resolved(operand.text, call.folder)):
            call.stdout.add_file(path)
        else:
            call.stdout.add_unknown("the output of a command is not known")


def _is_assignment(word: Field) -> bool:
    name, equals, _ = word.prefix.partition("=")
    return bool(equals) and name.isidentifier()


def _without_pairs(arguments: list[Field]) -> list[Field]:
    """Arguments of ``jq`` without the options that take two values, or all that is left."""
    kept, at = [], 0
    while at < len(arguments):
        text = arguments[at].text
        if text in ("--arg", "--argjson", "--slurpfile", "--rawfile"):
            at += 3
            continue
        if text in ("--args", "--jsonargs"):
            break
        kept.append(arguments[at])
        at += 1
    return kept


cat.prints = True  # type: ignore[attr-defined]
