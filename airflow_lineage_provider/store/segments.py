"""Which segments of an attempt arrived, as bits, and what follows for its capture."""

from __future__ import annotations

from collections.abc import Iterable

from airflow_lineage_provider.model.attempt import Capture
from airflow_lineage_provider.model.record import SegmentKind

BITS = {SegmentKind.CORE: 1, SegmentKind.PARK: 2, SegmentKind.LATE: 4}
CORE_SUCCEEDED = 8
"""No segment, but kept with them: the core segment said success, so outputs of a park that comes later are updated."""
STARTED = 16
"""Of a run that another producer told of: its START arrived, which knows the beginning better than later events."""


def bits_of(kinds: Iterable[str]) -> int:
    """Bits of segment kinds by name."""
    bits = 0
    for kind in kinds:
        bits |= BITS[SegmentKind(kind)]
    return bits


def capture_of(segments: int, awaited: int) -> Capture:
    """What is recorded of an attempt, by what arrived and what its core segment announced."""
    if not segments & BITS[SegmentKind.CORE]:
        return Capture.PENDING
    return Capture.RECORDED if segments & awaited == awaited else Capture.ANNOUNCED
