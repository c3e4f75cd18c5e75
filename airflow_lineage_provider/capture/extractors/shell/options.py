"""Options and operands of a program's arguments."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain


@dataclass(slots=True)
class Options:
    """What is given to a program. Names keep their dashes: ``-h``, ``--host``."""

    operands: list[Field] = field(default_factory=list)
    values: list[tuple[str, Field]] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)

    def get(self, *names: str) -> Field | None:
        """Value of the last option with one of these names."""
        return next((value for name, value in reversed(self.values) if name in names), None)

    def all(self, *names: str) -> list[Field]:
        return [value for name, value in self.values if name in names]

    def has(self, *names: str) -> bool:
        return any(name in self.flags for name in names) or self.get(*names) is not None

    def require_certain(self) -> None:
        """Raise :class:`NotCertain` if something among the arguments may be an option nobody knows."""
        for operand in self.operands:
            if operand.several and not operand.prefix and operand.unknown is not None:
                raise NotCertain(operand.unknown.reason)


def options_of(
    arguments: list[Field], valued: str = "", *, long_with_one_dash: bool = False, operands_end: bool = False
) -> Options:
    """Take arguments apart as ``getopt_long`` does.

    :param valued: options that take a value, separated by spaces: ``"-h --host"``; one with a ``?`` behind it only
        what is written right behind it.
    :param long_with_one_dash: ``-name value`` is one option, not ``-n ame``.
    :param operands_end: options end at the first operand.
    """
    names, options = frozenset(valued.split()), Options()
    at = 0
    while at < len(arguments):
        argument = arguments[at]
        at += 1
        prefix = argument.prefix
        if argument.text == "--":
            options.operands.extend(arguments[at:])
            break
        if prefix.startswith("--") or (long_with_one_dash and prefix.startswith("-") and len(prefix) > 1):
            at = _long(argument, prefix, arguments, at, names, options)
        elif prefix.startswith("-") and len(prefix) > 1:
            at = _short(argument, prefix, arguments, at, names, options)
        else:
            options.operands.append(argument)
            if operands_end:
                options.operands.extend(arguments[at:])
                break
    return options


def _long(
    argument: Field, prefix: str, arguments: list[Field], at: int, names: Collection[str], options: Options
) -> int:
    name, equals, _ = prefix.partition("=")
    if equals:
        options.values.append((name, argument.after(len(name) + 1)))
    elif name in names and at < len(arguments) and argument.text == name:
        options.values.append((name, arguments[at]))
        return at + 1
    else:
        options.flags.add(name)
    return at


def _short(
    argument: Field, prefix: str, arguments: list[Field], at: int, names: Collection[str], options: Options
) -> int:
    for index, letter in enumerate(prefix[1:], start=1):
        name = f"-{letter}"
        if name not in names and f"{name}?" not in names:
            options.flags.add(name)
            continue
        rest = argument.after(index + 1)
        if rest.parts:
            options.values.append((name, rest))
        elif f"{name}?" in names:
            options.flags.add(name)
        elif at < len(arguments):
            options.values.append((name, arguments[at]))
            return at + 1
        return at
    return at
