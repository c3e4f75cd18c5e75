"""``dd if=... of=...``."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.call import Call


def dd(call: Call) -> None:
    for argument in call.arguments:
        if argument.prefix.startswith("if="):
            call.read(argument.after(3))
        elif argument.prefix.startswith("of="):
            call.write(argument.after(3))
