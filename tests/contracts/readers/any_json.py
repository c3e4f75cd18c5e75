"""JSON that is almost what a reader expects."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["null", "\0", "\ud800", "array", "#"])
) | st.text(max_size=8)
ANY = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "type", "columns", "properties", "$ref", "items"]) | st.text(max_size=5),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, part in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(part, dict | list):
            yield from _places(part, (*path, key))


@st.composite
def disturbed(draw: st.DrawFn, data: Any) -> Any:
    """The data with up to three of its parts replaced by anything."""
    found = copy.deepcopy(data)
    for _ in range(draw(st.integers(0, 3))):
        places = list(_places(found))
        if not places:
            break
        *path, last = draw(st.sampled_from(places))
        holder = found
        for step in path:
            holder = holder[step]
        holder[last] = draw(ANY)
    return found
