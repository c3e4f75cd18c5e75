"""``gzip`` and its kin: a file becomes another with or without an ending."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.call import Call

_ENDINGS = {
    "gzip": ".gz", "pigz": ".gz", "gunzip": ".gz", "bzip2": ".bz2", "bunzip2": ".bz2", "xz": ".xz", "unxz": ".xz",
    "zstd": ".zst", "unzstd": ".zst", "lz4": ".lz4",
}  # fmt: skip
_KEEPS = frozenset({"zstd", "unzstd", "lz4"})
"""Programs that leave the source where it is."""


def compress(call: Call) -> None:
    ending = _ENDINGS[call.program]
    options = call.options(
        "-S -o -b -T --suffix --threads"
        if call.program in _KEEPS
        else "-S -b -p -T --suffix --threads --processes"
    )
    opens = call.program.startswith("un") or "gun" in call.program or "bun" in call.program
    opens = opens or options.has("-d", "--decompress", "--uncompress")
    if options.has("-t", "--test", "-l", "--list"):
        return
    prints = options.has("-c", "--stdout", "--to-stdout")
    operands = options.operands
    if call.program == "lz4" and len(operands) == 2:
        call.read(operands[0])
        call.write(operands[1])
        return
    moved = not (prints or call.program in _KEEPS or options.has("-k", "--keep"))
    for operand in operands:
        for path in call.paths(operand):
            if operand.pattern is not None and not opens and path.endswith(ending):
                continue
            call.read_path(path, moved=moved and operand.pattern is None)
            if not prints and not options.has("-o"):
                call.write_path(path.removesuffix(ending) if opens else path + ending)
    call.write(*options.all("-o"))
