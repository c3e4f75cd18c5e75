"""``sed``: reads its operands, with ``-i`` writes them too."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.call import Call


def sed(call: Call) -> None:
    options = call.options("-i? -e -f -l --expression --file --line-length")
    operands = options.operands if options.has("-e", "-f", "--expression", "--file") else options.operands[1:]
    call.read(*operands)
    if options.has("-i", "--in-place"):
        call.write(*operands)
