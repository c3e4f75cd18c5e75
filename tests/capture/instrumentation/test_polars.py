from __future__ import annotations

import inspect
import io
import os
import pickle
import types as types_module
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars
import pytest
from polars import (
    read_avro as early_read_avro,
    read_csv as early_read_csv,
    read_ipc as early_read_ipc,
    read_ipc_stream as early_read_ipc_stream,
    read_json as early_read_json,
    read_ndjson as early_read_ndjson,
    read_parquet as early_read_parquet,
    scan_csv as early_scan_csv,
    scan_parquet as early_scan_parquet,
)

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sources import polars as source
from airflow_lineage_provider.capture.instrumentation.switch import switch_off, switch_on
from tests.capture.instrumentation.tables import (
    READ,
    WRITTEN,
    assert_same,
    attributes,
    detail,
    observed,
    seen,
    types,
)

FRAME = polars.DataFrame({"a": [1, 2, 3], "b": ["x", "y", None]})
TYPES = {"a": "int64", "b": "string"}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


FORMATS: dict[str, tuple[str, Callable[..., Any]]] = {
    "csv": ("csv", early_read_csv),
    "parquet": ("parquet", early_read_parquet),
    "ipc": ("arrow", early_read_ipc),
    "ipc_stream": ("arrow", early_read_ipc_stream),
    "json": ("json", early_read_json),
    "ndjson": ("ndjson", early_read_ndjson),
    "avro": ("avro", early_read_avro),
}


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_that_a_frame_writes_is_an_output_with_rows_and_columns(format: str) -> None:
    with observed("polars"):
        getattr(FRAME, f"write_{format}")("data")
    assert seen() == {"data": WRITTEN}
    assert (detail("data").format, detail("data").rows, types("data")) == (FORMATS[format][0], 3, TYPES)


@pytest.mark.parametrize("format", FORMATS)
def test_a_reader_that_was_imported_before_is_seen(format: str) -> None:
    getattr(FRAME, f"write_{format}")("data")
    with observed("polars"):
        assert FORMATS[format][1]("data").equals(FRAME)
    assert (seen(), detail("data").format) == ({"data": READ}, FORMATS[format][0])


@pytest.mark.parametrize("format", FORMATS)
def test_a_reader_that_is_looked_up_tells_rows_too(format: str) -> None:
    getattr(FRAME, f"write_{format}")("data")
    with observed("polars"):
        getattr(polars, f"read_{format}")("data")
    described = FORMATS[format][0] in ("parquet", "arrow", "avro")
    assert (seen(), detail("data").rows, types("data")) == ({"data": READ}, 3, TYPES if described else {})


def test_rows_and_columns_are_not_told_of_a_part() -> None:
    for name in ("some", "projected"):
        FRAME.write_parquet(name)
    with observed("polars"):
        polars.read_parquet("some", n_rows=1)
        polars.read_parquet("projected", columns=["a"])
    assert (detail("some").rows, types("projected"), detail("projected").rows) == (None, {}, 3)


@pytest.mark.parametrize("kind", ["csv", "parquet", "ipc", "ndjson"])
def test_scans_and_sinks(kind: str) -> None:
    getattr(FRAME, f"write_{kind}")("in")
    with observed("polars"):
        plan = getattr(polars, f"scan_{kind}")("in").select("a")
        getattr(plan, f"sink_{kind}")("out")
    assert seen() == {"in": READ, "out": WRITTEN}
    assert (detail("out").format, detail("in").rows, detail("out").rows) == (detail("in").format, None, None)


def test_a_sink_asks_no_source_twice() -> None:
    plugins = pytest.importorskip("polars.io.plugins")
    asked: list[str] = []

    def schema() -> polars.Schema:
        asked.append("schema")
        return polars.Schema({"a": polars.Int64})

    def rows(*_: object) -> Iterator[polars.DataFrame]:
        yield polars.DataFrame({"a": [1]})

    plugins.register_io_source(rows, schema=schema).sink_csv("before")
    once = len(asked)
    with observed("polars"):
        plugins.register_io_source(rows, schema=schema).sink_csv("out")
    assert len(asked) == 2 * once
    assert seen()["out"] == WRITTEN


def test_a_sink_for_later_is_an_output_too() -> None:
    if "lazy" not in inspect.signature(polars.LazyFrame.sink_csv).parameters:
        pytest.skip("sinks run at once")
    with observed("polars"):
        polars.collect_all([FRAME.lazy().sink_csv("out", lazy=True)])
    assert (seen(), types("out")) == ({"out": WRITTEN}, {})


def test_lists_patterns_and_directories(tmp_path: Path) -> None:
    Path("d").mkdir()
    for number in range(3):
        FRAME.write_parquet(f"d/{number}.parquet")
        FRAME.write_csv(f"{number}.csv")
    with observed("polars"):
        early_scan_parquet("d/*.parquet").collect()
        early_scan_csv(["0.csv", Path("1.csv")]).collect()
        polars.read_csv("[2].csv")
    assert set(seen()) == {"0.parquet", "1.parquet", "2.parquet", "0.csv", "1.csv", "2.csv"}
    assert (detail("d/0.parquet").rows, detail("2.csv").rows) == (None, 3)
    with observed("polars"):
        polars.read_parquet("d")
    assert (seen(), detail("d").rows) == ({"d": READ}, 9)


def test_a_pattern_for_very_many_files_is_their_directory(tmp_path: Path) -> None:
    Path("d").mkdir()
    for number in range(101):
        Path(f"d/{number}.csv").write_text("a\n1\n")
    with observed("polars"):
        polars.scan_csv("d/*.csv").collect()
        polars.read_csv(sorted(Path("d").iterdir()))
    assert OBSERVER.traces == {str(tmp_path / "d"): READ}


def test_a_hive_partitioned_directory() -> None:
    for part in ("x", "y"):
        Path(f"h/b={part}").mkdir(parents=True)
        FRAME.select("a").write_parquet(f"h/b={part}/0.parquet")
    with observed("polars"):
        assert polars.read_parquet("h", hive_partitioning=True).width == 2
    assert seen() == {"h": READ}


def test_a_partitioned_sink_is_its_directory() -> None:
    partition = getattr(polars, "PartitionBy", None)
    if partition is None:
        pytest.skip("this polars has no partitions")
    with observed("polars"):
        FRAME.lazy().sink_parquet(partition("one", key="b"), mkdir=True)
        FRAME.write_parquet("two", partition_by="b", mkdir=True)
    assert (seen(), detail("one").format, detail("two").rows) == (
        {"one": WRITTEN, "two": WRITTEN},
        "parquet",
        3,
    )


def test_open_files_count_and_buffers_do_not() -> None:
    FRAME.write_csv("a.csv")
    with observed("polars"):
        with open("a.csv", "rb") as handle:
            polars.read_csv(handle)
        with open("b.csv", "wb") as target:
            FRAME.write_csv(target)
        polars.read_csv(b"a,b\n1,2\n")
        polars.read_csv(io.BytesIO(b"a,b\n1,2\n"))
        polars.scan_csv(io.BytesIO(b"a,b\n1,2\n")).collect()
        FRAME.write_csv(io.BytesIO())
        assert FRAME.write_csv() == "a,b\n1,x\n2,y\n3,\n"
        assert FRAME.write_json() is not None
    assert seen() == {"a.csv": READ, "b.csv": WRITTEN}


def test_storage_uris_are_named_as_given_and_patterns_by_what_holds_them() -> None:
    with observed("polars"):
        for uri in ("s3://bucket/in/a.parquet", "s3://bucket/data/day=*/*.parquet"):
            polars.scan_parquet(uri, storage_options={"aws_region": "eu-central-1"}, credential_provider=None)
    assert OBSERVER.traces == {"s3://bucket/in/a.parquet": READ, "s3://bucket/data": READ}


def test_the_query_of_a_uri_is_no_pattern() -> None:
    with observed("polars"):
        polars.scan_parquet("az://container/x.parquet?sv=1&sig=abc", credential_provider=None)
    assert OBSERVER.traces == {"az://container/x.parquet": READ}


def test_a_home_directory_is_expanded(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    with observed("polars"):
        FRAME.write_csv("~/a.csv")
    assert list(OBSERVER.traces) == [str(tmp_path / "a.csv")]


def test_errors_are_those_of_polars_and_no_input() -> None:
    Path("broken").write_bytes(b"nothing")
    with observed("polars"):
        with pytest.raises(FileNotFoundError):
            polars.read_csv("nowhere/a.csv")
        with pytest.raises(polars.exceptions.PolarsError):
            polars.read_avro("broken")
        with pytest.raises(TypeError):
            polars.read_csv()  # type: ignore[call-overload]
    assert "broken" not in seen()


def test_signatures_and_pickles_stay_what_they_are() -> None:
    functions = (polars.read_csv, polars.scan_parquet, polars.DataFrame.write_csv, polars.LazyFrame.sink_csv)
    before = [inspect.signature(each) for each in functions]
    FRAME.write_csv("a.csv")
    with observed("polars"):
        assert [inspect.signature(each) for each in functions] == before
        assert pickle.loads(pickle.dumps(FRAME)).equals(FRAME)
        assert pickle.loads(pickle.dumps(polars.read_csv))("a.csv").equals(FRAME)


def test_everything_is_put_back() -> None:
    rust: list[Any] = [source._rust_class(polars, name) for name in ("PyLazyFrame", "PyDataFrame")]
    owners = (polars, polars.DataFrame, polars.LazyFrame, *rust)
    before = attributes(*owners)
    switch_on(frozenset({"polars"}))
    after = attributes(*owners)
    switch_off()
    assert sum(after[index][name] is not old[name] for index, old in enumerate(before) for name in old) > 25
    assert_same(before, attributes(*owners))


def test_a_module_that_only_looks_like_polars_is_left_alone() -> None:
    patches = Patches("polars")
    try:
        source.install(types_module.ModuleType("polars"), patches)
    finally:
        patches.undo()
    assert OBSERVER.errors == {}


def test_delta_tables_are_one_dataset() -> None:
    with observed("polars"):
        FRAME.write_delta("table")
        FRAME.write_delta("table", mode="append")
    assert (seen(), detail("table").rows, types("table")) == ({"table": WRITTEN}, 6, TYPES)
    with observed("polars"):
        polars.read_delta(os.path.abspath("table"))
        polars.scan_delta("table").collect()
    assert (seen(), detail("table").rows) == ({"table": READ}, 6)


def test_excel_workbooks() -> None:
    with observed("polars"):
        FRAME.write_excel("a")
    assert (seen(), types("a.xlsx")) == ({"a.xlsx": WRITTEN}, TYPES)
    with observed("polars"):
        polars.read_excel("a.xlsx")
    assert detail("a.xlsx").rows == 3
