"""``cp``, ``mv``, ``ln`` and ``install``: files to a file or into a folder."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field, NotCertain

_VALUED = "-t -S --target-directory --suffix"


def cp(call: Call) -> None:
    _transfer(call, _VALUED)


def mv(call: Call) -> None:
    _transfer(call, _VALUED, moves=True)


def ln(call: Call) -> None:
    _transfer(call, _VALUED)


def install(call: Call) -> None:
    if not call.options().has("-d", "--directory"):
        _transfer(call, f"{_VALUED} -m -o -g --mode --owner --group --strip-program")


def _transfer(call: Call, valued: str, *, moves: bool = False) -> None:
    options = call.options(valued)
    sources, target = list(options.operands), options.get("-t", "--target-directory")
    inside = target is not None
    if target is None:
        if len(sources) < 2:
            raise NotCertain(
                sources[0].unknown.reason if sources and sources[0].unknown else "it has no target"
            )
        target = sources.pop()
    targets = call.paths(target)
    plain = len(targets) == 1 and target.pattern is None
    for source in sources:
        names = _sources(call, source, targets[0] if plain and moves else None)
        for name in names:
            if not plain:
                # Where it went is not known, or gone with the temporary folder.
                call.read_path(name, moved=moves and targets == [] and target.unknown is None)
                continue
            goal = _goal(call, targets[0], name, inside=inside or len(sources) > 1, exactly=options.has("-T"))
            if moves and not call.machine.exists(goal):
                continue
            call.read_path(name, moved=moves)
            call.write_path(goal)
        if plain and not names and source.text is not None and source.pattern is None:
            # From the temporary folder, which is no data: what it was copied to is.
            call.write_path(_goal(call, targets[0], source.text, inside=inside, exactly=options.has("-T")))
        elif plain and source.unknown is not None and len(sources) == 1 and not source.several:
            # One file nobody knows: what it was written to is certain unless that is a folder.
            call.write_path(None if inside or call.machine.is_folder(targets[0]) else targets[0])


def _sources(call: Call, source: Field, moved_to: str | None) -> list[str]:
    if moved_to is None or source.pattern is None or source.unknown is not None:
        return call.paths(source)
    # What a pattern stood for is not there any more, but in the folder that it was moved to.
    if found := call.paths(source):
        return found
    call.left_out("which files the pattern stood for is not known after they were moved")
    return []


def _goal(call: Call, target: str, source: str, *, inside: bool, exactly: bool) -> str:
    if exactly:
        return target
    return call.into(target.rstrip("/") + "/" if inside else target, source)
