"""``sort``: reads its operands and writes ``-o``."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.call import Call

_VALUED = "-k -t -o -S -T --key --field-separator --output --buffer-size --temporary-directory --parallel --batch-size"


def sort(call: Call) -> None:
    options = call.options(_VALUED)
    call.read(*options.operands)
    call.write(*options.all("-o", "--output")[-1:])
