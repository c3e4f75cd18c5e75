"""``tee`` and ``touch``: write every file they are given."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.call import Call


def tee(call: Call) -> None:
    options = call.options()
    call.write(*options.operands, appended=options.has("-a", "--append"))
    if call.stdout is not None:
        call.stdout.parts.extend(call.stdin.parts if call.stdin is not None else ())


def touch(call: Call) -> None:
    # It leaves the content as it is.
    call.write(*call.options("-d -r -t --date --reference").operands, appended=True)


tee.prints = True  # type: ignore[attr-defined]
