"""``rm``: files that are gone. With ``-f`` nobody knows whether they were there."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.call import Call


def rm(call: Call) -> None:
    options = call.options()
    if options.has("-f", "--force"):
        return
    for operand in options.operands:
        if operand.pattern is not None:
            call.left_out("which files the pattern stood for is not known after they were removed")
            continue
        for path in call.paths(operand):
            call.drop_path(path)
