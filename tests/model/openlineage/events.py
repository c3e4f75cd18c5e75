"""Events for tests: the smallest one of each kind, and any event that is valid."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from airflow_lineage_provider.model.dataset_id import MAX_NAME, MAX_NAMESPACE

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
RUN_ID = "dae0d60a-6010-4c37-980e-c5270f5a6be4"
ACCEPTANCE = Path(__file__).parents[4] / "shared" / "acceptance"
"""Events that others wrote, beside the checkout where there are any."""

_letters = st.characters(exclude_categories=("Cs", "Cc", "So", "Cn", "Co", "Cf", "Z"))
names = st.text(_letters, min_size=1, max_size=30)
texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=30)
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
jsons = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3)
)


def run_event(**fields: Any) -> dict[str, Any]:
    """A run event with what it cannot do without."""
    return {
        "eventTime": "2026-03-01T12:00:00Z",
        "eventType": "COMPLETE",
        "run": {"runId": RUN_ID},
        "job": {"namespace": "spark", "name": "job"},
        **fields,
    }


def dataset(name: str = "t", namespace: str = "n", **fields: Any) -> dict[str, Any]:
    return {"namespace": namespace, "name": name, **fields}


def job_event(**fields: Any) -> dict[str, Any]:
    """A job event with what it cannot do without."""
    return {"eventTime": "2026-03-01T12:00:00Z", "job": {"namespace": "spark", "name": "job"}, **fields}


def dataset_event(**fields: Any) -> dict[str, Any]:
    """A dataset event with what it cannot do without."""
    return {"eventTime": "2026-03-01T12:00:00Z", "dataset": dataset(), **fields}


@st.composite
def datasets(draw: st.DrawFn) -> dict[str, Any]:
    found = {"namespace": draw(names), "name": draw(names)}
    if draw(st.booleans()):
        columns = draw(st.lists(st.fixed_dictionaries({"name": names, "type": texts}), max_size=4))
        found["facets"] = {"schema": {"fields": columns}, "other": draw(jsons)}
    return found


@st.composite
def run_events(draw: st.DrawFn) -> dict[str, Any]:
    """Any run event that a well-behaved producer may send."""
    return {
        "eventTime": draw(st.datetimes(datetime(1971, 1, 1), datetime(2026, 6, 1))).isoformat() + "Z",
        "eventType": draw(st.sampled_from(["START", "RUNNING", "COMPLETE", "FAIL", "ABORT", "OTHER"])),
        "run": {"runId": str(draw(st.uuids())), "facets": draw(st.dictionaries(names, jsons, max_size=2))},
        "job": {"namespace": draw(names), "name": draw(names)},
        "inputs": draw(st.lists(datasets(), max_size=3)),
        "outputs": draw(st.lists(datasets(), max_size=3)),
        "producer": "https://example.test/producer",
    }


TOO_LONG = {"namespace": "x" * (MAX_NAMESPACE + 1), "name": "x" * (MAX_NAME + 1)}
