"""``tar``, ``zip`` and ``unzip``: files into an archive and out of it."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field
from airflow_lineage_provider.capture.extractors.shell.options import Options, options_of
from airflow_lineage_provider.capture.extractors.shell.place import Folder

_TAR = (
    "-f -C -T -X -I -b -F -g -L -N -V -K -H --file --directory --files-from --exclude-from --exclude "
    "--use-compress-program --transform --owner --group --mode --strip-components"
)


def tar(call: Call) -> None:
    arguments = list(call.arguments)
    if arguments and (first := arguments[0].text) and not first.startswith("-"):
        arguments = _with_dash(first, arguments[1:])
    options = options_of(arguments, _TAR)
    archive, folder = options.get("-f", "--file"), options.get("-C", "--directory")
    creates = options.has("-c", "--create", "-r", "--append", "-u", "--update")
    extracts = options.has("-x", "--extract", "--get")
    if archive is not None:
        (call.write if creates else call.read)(archive)
    if creates:
        if folder is not None:
            # The archive is where it was named from, its members are not.
            call.folder = call.path(folder) or Folder.TEMPORARY
        call.read(*options.operands)
    elif extracts:
        _members(call, options, folder)


def zip_files(call: Call) -> None:
    options = call.options("-b -n -P -t -i -x -O --temp-path --suffixes --password --output-file")
    operands = options.operands
    if not operands:
        return
    name = operands[0].text
    archive = (
        Field.of(f"{name}.zip")
        if name and name != "-" and "." not in name.rpartition("/")[2]
        else operands[0]
    )
    call.read(*operands[1:])
    call.write(archive)


def unzip(call: Call) -> None:
    # Its options come in one bunch with "-x" and "-d" behind the archive.
    options = call.options("-d -P -x -I -O")
    if not options.operands:
        return
    call.read(options.operands[0])
    if not options.has("-l", "-t", "-p", "-c", "-Z"):
        _members(call, Options(options.operands[1:]), options.get("-d"))


def _members(call: Call, options: Options, folder: Field | None) -> None:
    """Members by name, else the folder they are put into."""
    if folder is not None:
        call.write(folder)
    else:
        call.write(*options.operands)


def _with_dash(letters: str, rest: list[Field]) -> list[Field]:
    """``tar xzf a.tgz``: values follow in the order of the letters that take one."""
    arguments: list[Field] = []
    for letter in letters:
        arguments.append(Field.of(f"-{letter}"))
        if f"-{letter}" in _TAR.split() and rest:
            arguments.append(rest[0])
            rest = rest[1:]
    return arguments + rest
