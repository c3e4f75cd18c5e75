from __future__ import annotations

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.model.io_entry import Column, IoEntry
from airflow_lineage_provider.model.record import Statement
from airflow_lineage_provider.store.partitions import (
    MAX_PARTITION,
    MAX_PARTITIONS,
    merged_partitions,
    read_partitions,
)
from airflow_lineage_provider.store.runs import read_runs
from tests.airflow_rows import NOW
from tests.store.stories import WAREHOUSE, Story, core, late, rows


def file(name: str, namespace: str = "s3a://Lake", **fields: Any) -> IoEntry:
    return IoEntry(fields.pop("evidence", Evidence.HOOK), dataset=DatasetId(namespace, name), **fields)


def datasets(session: Any) -> list[tuple[str, str]]:
    return sorted((row.namespace, row.name) for row in rows(session, "lineage_dataset"))


def test_every_source_of_one_dataset_meets_in_one_row(db: Any) -> None:
    story = Story(db)
    run_id = story.ingest(
        core(
            story.attempt(),
            outputs=[
                file("out//2026-11-20.csv", rows=5, bytes=10, columns=(Column("a"),)),
                file("out/2026-11-21.csv", "s3://lake", rows=7, facets={"quality": {"score": 1}}),
                IoEntry(Evidence.DECLARED, uri="s3://LAKE/out/2026-11-21.csv", rows=7),
                IoEntry(Evidence.DECLARED, uri="postgresql://DB/shop/orders"),
            ],
            connections=[WAREHOUSE],
            statements=[
                Statement("INSERT INTO orders (id) SELECT id FROM raw", 0),
                Statement("COPY x FROM 's3://lake/out/2026-11-22.csv'", 0),
            ],
        )
    )
    assert datasets(db) == [
        ("postgres://db:5432", "shop.public.orders"),
        ("postgres://db:5432", "shop.public.raw"),
        ("postgres://db:5432", "shop.public.x"),
        ("s3://lake", "out/{date}.csv"),
    ]
    (run,) = read_runs("shop", session=db)
    (written,) = [io for io in run.outputs if io.namespace == "s3://lake"]
    assert written.evidence == ("hook", "declared")
    assert (written.rows, written.bytes) == (12, 10)
    assert written.partitions == ("date=2026-11-20", "date=2026-11-21")
    assert written.to_wire()["partition_count"] == 2
    (orders,) = [io for io in run.outputs if io.name == "shop.public.orders"]
    assert (orders.evidence, orders.partitions, orders.partition_count) == (
        ("statement", "declared"),
        (),
        None,
    )
    assert len(rows(db, "lineage_dataset_facet")) == 1
    assert run_id


def test_partitions_are_a_union_over_segments_in_any_order(db: Any) -> None:
    found = []
    for number, order in enumerate(permutations(range(3))):
        story = Story(db, run_id=f"r{number}", at=NOW - timedelta(days=number))
        ti_id = story.attempt()
        segments = [
            core(ti_id, awaits=("late",), inputs=[file("t/dt=1/part-0"), file("t/dt=2/part-0")]),
            late(ti_id, inputs=[file("t/dt=3")]),
            core(ti_id, awaits=("late",), inputs=[file("t/dt=2/part-1")]),
        ]
        for index in order:
            story.ingest(segments[index])
        (run,) = read_runs("shop", f"r{number}", session=db)
        found.append([(io.name, io.partitions, io.partition_count) for io in run.inputs])
    assert found == [[("t", ("dt=1", "dt=2", "dt=3"), 3)]] * 6


def test_what_is_beyond_the_limit_is_counted_and_named(db: Any) -> None:
    story = Story(db)
    record = core(
        story.attempt(), outputs=[file(f"t/dt={number:04}/part-0") for number in range(MAX_PARTITIONS + 30)]
    )
    story.ingest(record)
    story.ingest(record)
    (run,) = read_runs("shop", session=db)
    (io,) = run.outputs
    assert (len(io.partitions), io.partitions[0], io.partition_count) == (MAX_PARTITIONS, "dt=0000", 130)
    assert run.truncated == ("partitions: 30 of 130 of s3://lake t (output)",)


def test_an_alias_of_a_namespace_joins_what_reaches_one_server_twice(
    db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(
        "AIRFLOW__LINEAGE_PROVIDER__NAMESPACE_ALIASES", '{"postgres://db": "postgres://warehouse"}'
    )
    story = Story(db)
    story.ingest(
        core(
            story.attempt(),
            outputs=[IoEntry(Evidence.DECLARED, uri="postgres://warehouse/shop/public/orders")],
            connections=[WAREHOUSE],
            statements=[Statement("INSERT INTO orders (id) SELECT id FROM raw", 0)],
        )
    )
    assert datasets(db) == [
        ("postgres://warehouse:5432", "shop.public.orders"),
        ("postgres://warehouse:5432", "shop.public.raw"),
    ]
    assert {row.output_dataset_id for row in rows(db, "lineage_column_edge")} == {
        row.id for row in rows(db, "lineage_dataset") if row.name.endswith("orders")
    }


def test_columns_are_looked_up_under_the_canonical_name(db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW__LINEAGE_PROVIDER__NAMESPACE_ALIASES", '{"postgres://db": "postgres://w"}')
    story = Story(db)
    raw = IoEntry(
        Evidence.HOOK,
        dataset=DatasetId("postgres://w", "shop.public.raw"),
        columns=(Column("a"), Column("b")),
    )
    story.ingest(core(story.attempt(), inputs=[raw]))
    again = Story(db, run_id="r2", at=NOW - timedelta(days=1))
    again.ingest(
        core(
            again.attempt(),
            connections=[WAREHOUSE],
            statements=[Statement("INSERT INTO orders SELECT * FROM raw", 0)],
        )
    )
    assert sorted(row.input_column for row in rows(db, "lineage_column_edge")) == ["a", "b"]


PARTITIONS = st.lists(st.integers(0, 150).map("dt={}".format), max_size=150)


@given(st.lists(PARTITIONS, max_size=4), st.randoms(use_true_random=False))
def test_what_is_kept_depends_on_no_order_and_nothing_counts_twice(
    segments: list[list[str]], random: Any
) -> None:
    def merged(order: list[list[str]]) -> tuple[str | None, int | None]:
        row: tuple[str | None, int | None] = (None, None)
        for segment in order:
            row = merged_partitions(*row, segment)
        return row

    shuffled = random.sample(segments, len(segments))
    kept, count = merged(segments)
    everything = {partition for segment in segments for partition in segment}
    assert read_partitions(kept) == tuple(sorted(everything))[:MAX_PARTITIONS]
    assert read_partitions(merged(shuffled)[0]) == read_partitions(kept)
    assert merged(segments + segments[-1:]) == (kept, count)
    if len(everything) <= MAX_PARTITIONS:
        assert (count or 0) == len(everything) == (merged(shuffled)[1] or 0)
    else:
        assert MAX_PARTITIONS < (count or 0) <= len(everything)


def test_a_partition_too_long_to_keep_is_counted() -> None:
    assert merged_partitions(None, None, ["x" * (MAX_PARTITION + 1), "y"]) == ('["y"]', 2)


def test_a_segment_that_comes_twice_does_not_change_the_count() -> None:
    first = [f"z{number:03}" for number in range(150)]
    second = [f"a{number:03}" for number in range(120)]
    for order in permutations((first, second)):
        text, count = merged_partitions(None, None, order[0])
        text, count = merged_partitions(text, count, order[1])
        assert count is not None
        assert 150 <= count <= 270
        for again in (first, second, first):
            assert merged_partitions(text, count, again) == (text, count)
