"""``split``: one file into several that begin alike."""

from __future__ import annotations

from airflow_lineage_provider.capture.extractors.shell.call import Call
from airflow_lineage_provider.capture.extractors.shell.field import Field

_VALUED = "-a -b -C -l -n --suffix-length --bytes --line-bytes --lines --number --additional-suffix --filter"


def split(call: Call) -> None:
    operands = call.options(_VALUED).operands
    call.read(*operands[:1])
    prefix = operands[1] if len(operands) > 1 else Field.of("x")
    text = prefix.sure()
    call.write(Field((text,), f"{text}*"))
