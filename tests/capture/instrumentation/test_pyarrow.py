from __future__ import annotations

import inspect
import io
import pickle
import sys
import types as types_module
from pathlib import Path
from typing import Any

import fsspec
import pyarrow
import pyarrow.csv
import pyarrow.dataset
import pyarrow.feather
import pyarrow.fs
import pyarrow.json
import pyarrow.orc
import pyarrow.parquet
import pytest
from pyarrow.dataset import dataset as early_dataset, write_dataset as early_write_dataset
from pyarrow.feather import read_feather as early_read_feather, write_feather as early_write_feather
from pyarrow.orc import read_table as early_read_orc, write_table as early_write_orc
from pyarrow.parquet import (
    ParquetFile as EarlyParquetFile,
    read_pandas as early_read_pandas,
    read_table as early_read_table,
    write_table as early_write_table,
)

from airflow_lineage_provider.capture.instrumentation.catalog import SOURCES
from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sources import pyarrow as source
from airflow_lineage_provider.capture.instrumentation.sources.arrow_filesystem import name_in, names_in
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

TABLE = pyarrow.table({"a": [1, 2, 3], "b": ["x", "y", None]})
TYPES = {"a": "int64", "b": "string"}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_every_writer_reports_rows_and_columns() -> None:
    with observed("pyarrow"):
        early_write_table(TABLE, "a.parquet")
        early_write_orc(TABLE, "a.orc")
        early_write_feather(TABLE, "a.feather")
        pyarrow.csv.write_csv(TABLE, "a.csv")
        pyarrow.dataset.write_dataset(TABLE, "folder", format="parquet")
        pyarrow.parquet.write_to_dataset(TABLE, "hive", partition_cols=["b"])
    assert {name: (detail(name).format, detail(name).rows) for name in seen()} == {
        "a.parquet": ("parquet", 3),
        "a.orc": ("orc", 3),
        "a.feather": ("arrow", 3),
        "a.csv": ("csv", 3),
        "folder": ("parquet", 3),
        "hive": ("parquet", 3),
    }
    assert all(types(name) == TYPES and trace == WRITTEN for name, trace in seen().items())


def test_readers_that_were_imported_before_are_seen() -> None:
    early_write_table(TABLE, "a.parquet")
    early_write_table(TABLE, "b.parquet")
    early_write_table(TABLE, "c.parquet")
    early_write_orc(TABLE, "a.orc")
    early_write_feather(TABLE, "a.feather")
    early_write_dataset(TABLE, "folder", format="parquet")
    with observed("pyarrow"):
        early_read_table("a.parquet")
        early_read_pandas("b.parquet")
        EarlyParquetFile("c.parquet").read()
        early_read_orc("a.orc")
        early_read_feather("a.feather")
        early_dataset("folder").to_table()
    assert set(seen().values()) == {READ}
    assert {name: detail(name).rows for name in seen()} == {
        **dict.fromkeys(("a.parquet", "b.parquet", "c.parquet", "a.orc", "a.feather"), 3),
        "folder": None,
    }
    assert all(types(name) == TYPES for name in seen() if name != "folder")


def test_text_is_seen_where_its_readers_are_looked_up() -> None:
    Path("a.csv").write_text("a\n1\n2\n")
    Path("b.csv").write_text("a\n1\n2\n")
    Path("c.csv").write_text("a\n1\n2\n")
    Path("a.json").write_text('{"a": 1}\n')
    with observed("pyarrow"):
        pyarrow.csv.read_csv("a.csv")
        pyarrow.csv.read_csv("b.csv", read_options=pyarrow.csv.ReadOptions(skip_rows=1))
        pyarrow.csv.open_csv("c.csv").read_all()
        pyarrow.json.read_json("a.json")
    assert {name: (detail(name).format, detail(name).rows) for name in seen()} == {
        "a.csv": ("csv", 2),
        "b.csv": ("csv", None),
        "c.csv": ("csv", None),
        "a.json": ("ndjson", 1),
    }


def test_a_part_says_nothing_of_the_whole() -> None:
    for name in ("columns", "filters"):
        early_write_table(TABLE, name)
    with observed("pyarrow"):
        early_read_table("columns", columns=["a"])
        early_read_table("filters", filters=[("a", ">", 1)])
    assert (types("columns"), detail("columns").rows, detail("filters").rows) == ({}, 3, None)


def test_rows_of_a_writer_add_up() -> None:
    with observed("pyarrow"), pyarrow.parquet.ParquetWriter("a.parquet", TABLE.schema) as writer:
        writer.write_table(TABLE)
        writer.write_batch(TABLE.to_batches()[0])
        writer.write(TABLE)
    assert (detail("a.parquet").rows, types("a.parquet")) == (9, TYPES)


def test_streams_of_arrow_lead_somewhere() -> None:
    with observed("pyarrow"):
        with pyarrow.output_stream("a.arrow") as sink, pyarrow.ipc.new_file(sink, TABLE.schema) as writer:
            writer.write(TABLE)
        with pyarrow.ipc.new_stream("b.arrow", TABLE.schema) as stream:
            stream.write(TABLE)
        with pyarrow.output_stream("d.bin") as output:
            output.write(b"1")
    assert set(seen().values()) == {WRITTEN}
    assert types("a.arrow") == types("b.arrow") == TYPES
    with observed("pyarrow"):
        with pyarrow.memory_map("a.arrow") as source, pyarrow.ipc.open_file(source) as reader:
            assert reader.read_all().equals(TABLE)
        with pyarrow.input_stream("b.arrow") as source, pyarrow.ipc.open_stream(source) as stream:
            assert stream.read_all().equals(TABLE)
    assert seen() == {"a.arrow": READ, "b.arrow": READ}
    assert types("a.arrow") == types("b.arrow") == TYPES


def test_open_files_count_and_buffers_do_not() -> None:
    with observed("pyarrow"):
        with open("a.parquet", "wb") as handle:
            early_write_table(TABLE, handle)
        buffer = io.BytesIO()
        early_write_table(TABLE, buffer)
        buffer.seek(0)
        early_read_table(buffer)
        sink = pyarrow.BufferOutputStream()
        pyarrow.csv.write_csv(TABLE, sink)
        pyarrow.csv.read_csv(pyarrow.BufferReader(sink.getvalue()))
    assert seen() == {"a.parquet": WRITTEN}


def test_paths_in_a_filesystem(tmp_path: Path) -> None:
    local = pyarrow.fs.LocalFileSystem()
    s3 = pyarrow.fs.S3FileSystem(anonymous=True, region="eu-central-1")
    memory = fsspec.filesystem("memory")
    assert name_in("/x/a", local) == "/x/a"
    assert name_in("a", pyarrow.fs.SubTreeFileSystem(str(tmp_path), local)) == f"{tmp_path}/a"
    assert name_in("bucket/a", s3) == "s3://bucket/a"
    assert name_in("a", pyarrow.fs.SubTreeFileSystem("bucket/folder", s3)) == "s3://bucket/folder/a"
    assert name_in("/b/a", memory) == "memory:///b/a"
    assert name_in("/b/a", pyarrow.fs.PyFileSystem(pyarrow.fs.FSSpecHandler(memory))) == "memory:///b/a"
    assert name_in("a", "s3://bucket/folder/") == "s3://bucket/folder/a"
    assert name_in(tmp_path / "a", local) == f"{tmp_path}/a"
    assert name_in("a", pyarrow.fs._MockFileSystem()) is None
    assert names_in([f"bucket/{part}/{number}" for part in "ab" for number in range(99)], s3) == [
        "s3://bucket/a",
        "s3://bucket/b",
    ]


def test_filesystems_of_readers_and_writers(tmp_path: Path) -> None:
    below = pyarrow.fs.SubTreeFileSystem(str(tmp_path), pyarrow.fs.LocalFileSystem())
    memory = fsspec.filesystem("memory")
    with observed("pyarrow"):
        early_write_table(TABLE, "a.parquet", filesystem=below)
        early_read_table("a.parquet", filesystem=below)
        early_write_table(TABLE, "/lineage/b.parquet", filesystem=memory)
        pyarrow.dataset.dataset("/lineage/b.parquet", filesystem=memory).to_table()
        early_write_dataset(TABLE, "folder", format="feather", filesystem=below)
    assert OBSERVER.traces == {
        str(tmp_path / "a.parquet"): WRITTEN,
        "memory:///lineage/b.parquet": WRITTEN,
        str(tmp_path / "folder"): WRITTEN,
    }
    assert (detail("folder").format, types("folder")) == ("arrow", TYPES)


def test_errors_are_those_of_arrow_and_no_input() -> None:
    Path("broken").write_bytes(b"nothing")
    with observed("pyarrow"):
        with pytest.raises(FileNotFoundError):
            early_read_table("nowhere")
        with pytest.raises(pyarrow.ArrowInvalid):
            pyarrow.parquet.ParquetFile("broken")
        with pytest.raises(FileNotFoundError):
            pyarrow.OSFile("nowhere")
    assert seen() == {}


def test_classes_stay_classes() -> None:
    with observed("pyarrow"):
        with pyarrow.OSFile("a", "wb") as file:
            assert isinstance(file, pyarrow.OSFile)
            assert isinstance(file, pyarrow.NativeFile)
            assert type(file) is pyarrow.OSFile
            match file:
                case pyarrow.OSFile():
                    pass
                case _:
                    pytest.fail("no file of the class that made it")
        assert isinstance(pyarrow.csv.CSVWriter, type)

        class Mine(pyarrow.OSFile):
            pass

        with Mine("b", "wb") as mine:
            assert isinstance(mine, Mine)
        assert pickle.loads(pickle.dumps(pyarrow.csv.read_csv)).__name__ == "read_csv"
        assert inspect.signature(pyarrow.parquet.ParquetWriter).parameters["where"].name == "where"


def test_everything_is_put_back() -> None:
    owners: Any = (
        *(sys.modules[name] for name in SOURCES["pyarrow"]),
        sys.modules["pyarrow._feather"],
        pyarrow.parquet.ParquetWriter,
        pyarrow.parquet.ParquetFile,
        pyarrow.parquet.ParquetDataset,
        pyarrow.orc.ORCFile,
        pyarrow.orc.ORCWriter,
        pyarrow.ipc.RecordBatchFileWriter,
        pyarrow.ipc.RecordBatchStreamReader,
    )
    before = attributes(*owners)
    switch_on(frozenset({"pyarrow"}))
    after = attributes(*owners)
    switch_off()
    assert sum(after[index][name] is not old[name] for index, old in enumerate(before) for name in old) > 20
    assert_same(before, attributes(*owners))


@pytest.mark.parametrize("name", SOURCES["pyarrow"])
def test_a_module_that_only_looks_like_arrow_is_left_alone(name: str) -> None:
    patches = Patches("pyarrow")
    try:
        source.install(types_module.ModuleType(name), patches)
    finally:
        patches.undo()
    assert OBSERVER.errors == {}
