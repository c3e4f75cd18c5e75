from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given, strategies as st

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.direction import Direction
from airflow_lineage_provider.store.catalog.versions import (
    JobEdge,
    SchemaVersion,
    job_version,
    job_versions,
    version_at,
    version_of,
)
from tests.airflow_rows import NOW

HOUR = timedelta(hours=1)

edges = st.lists(
    st.builds(
        lambda number, direction, hour: JobEdge(
            number, DatasetId("s3://lake", f"d{number}"), direction, NOW + hour * HOUR, NOW + 99 * HOUR
        ),
        st.integers(0, 5),
        st.sampled_from(Direction),
        st.integers(0, 4),
    ),
    unique_by=lambda edge: (edge.dataset_id, edge.direction),
)


@given(edges)
def test_versions_of_a_job_grow_and_do_not_depend_on_the_order(found: list[JobEdge]) -> None:
    versions = job_versions("ns", "job", found)

    assert job_versions("ns", "job", found[::-1]) == versions
    assert len(versions) == len({edge.first_seen for edge in found})
    assert len({version.version for version in versions}) == len(versions)
    for newer, older in pairwise(versions):
        assert newer.created_at > older.created_at
        assert set(newer.inputs) >= set(older.inputs)
        assert set(newer.outputs) >= set(older.outputs)
    if versions:
        assert versions[0].version == job_version("ns", "job", found)


def test_jobs_that_do_the_same_have_versions_of_their_own() -> None:
    assert job_version("ns", "a", []) != job_version("ns", "b", [])


def _version(number: int, schema_id: int, since: datetime) -> SchemaVersion:
    return SchemaVersion(1, version_of(1, number), schema_id, (), since, None, None)


def test_a_run_met_the_version_of_its_schema_or_of_its_time() -> None:
    newest, middle, oldest = (_version(number, number % 2, NOW + number * HOUR) for number in (3, 2, 1))
    versions = [newest, middle, oldest]

    assert version_at(versions, 1, NOW + 9 * HOUR) is newest
    assert version_at(versions, 1, NOW + 2 * HOUR) is oldest
    assert version_at(versions, 0, NOW) is middle  # it brought the columns itself
    assert version_at(versions, None, NOW + 2 * HOUR) is middle
    assert version_at(versions, None, NOW) is None
    assert version_at([], 1, None) is None


def test_ids_of_versions_never_change() -> None:
    assert version_of(1, 2) == UUID("67c12ac5-b481-5d7b-88e1-6a5169a74ddb")
