"""Version numbers of contracts: as semantic as their authors make them."""

from __future__ import annotations

import re

from airflow_lineage_provider.contracts.changes.change import Impact

_SEMANTIC = re.compile(
    r"[vV]?(?P<numbers>\d{1,9}(?:\.\d{1,9}){0,3})(?P<rest>[-+][A-Za-z][0-9A-Za-z.+-]*|-\d[0-9A-Za-z.]*(?=\Z|\+))?\Z"
)


def is_raised(old: str, new: str, impact: Impact) -> bool:
    """Whether a new version number says that this much changed.

    A major change raises the first number, or the second of what is still ``0.``; a minor one the first or the
    second; a patch any. Of fewer numbers the last one stands for the rest: ``1`` to ``2`` and ``1.1`` to ``1.2`` say
    what a minor change and a patch need. Where one of the two is no such version (``2024-05-01``, ``final``), any
    other text is a new version.
    """
    before, after = _numbers(old), _numbers(new)
    if before is None or after is None:
        return old.strip() != new.strip()
    length = max(len(before), len(after), 3)
    a, b = (side + (0,) * (length - len(side)) for side in (before, after))
    if b <= a:
        # 1.0.0-beta to 1.0.0
        return b == a and impact is Impact.PATCH and old.strip() != new.strip()
    match impact:
        case Impact.MAJOR:
            return b[0] > a[0] or (a[0] == b[0] == 0 and b[1] > a[1])
        case Impact.MINOR:
            return b[:2] > a[:2]
        case _:
            return True


def _numbers(version: str) -> tuple[int, ...] | None:
    match = _SEMANTIC.match(version.strip())
    if match is None or (match["rest"] and "." not in match["numbers"]):
        return None
    return tuple(int(number) for number in match["numbers"].split("."))
