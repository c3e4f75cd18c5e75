from __future__ import annotations

import copy
import inspect
import io
import os
import pickle
import sys
import tarfile
import types as types_module
import warnings
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas
import pandas.io.formats.csvs
import pandas.io.pytables
import pytest
from pandas import (
    read_csv as early_read_csv,
    read_feather as early_read_feather,
    read_fwf as early_read_fwf,
    read_html as early_read_html,
    read_json as early_read_json,
    read_orc as early_read_orc,
    read_parquet as early_read_parquet,
    read_pickle as early_read_pickle,
    read_stata as early_read_stata,
    read_table as early_read_table,
    read_xml as early_read_xml,
)

from airflow_lineage_provider.capture.instrumentation.observer import OBSERVER
from airflow_lineage_provider.capture.instrumentation.patches import Patches
from airflow_lineage_provider.capture.instrumentation.sources import pandas as source
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

FRAME = pandas.DataFrame({"a": [1, 2, 3], "b": ["x", "y", None], "c": [0.5, 1.5, 2.5]})
TYPES = {"a": "int64", "b": "string", "c": "float64"}


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


FORMATS: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "csv": (lambda frame, path: frame.to_csv(path, index=False), early_read_csv, {}),
    "json": (lambda frame, path: frame.to_json(path), early_read_json, {}),
    "parquet": (lambda frame, path: frame.to_parquet(path), early_read_parquet, {}),
    "arrow": (lambda frame, path: frame.to_feather(path), early_read_feather, {}),
    "orc": (lambda frame, path: frame.to_orc(path), early_read_orc, {}),
    "pickle": (lambda frame, path: frame.to_pickle(path), early_read_pickle, {}),
    "stata": (lambda frame, path: frame.to_stata(path, write_index=False), early_read_stata, {}),
    "xml": (lambda frame, path: frame.to_xml(path, index=False), early_read_xml, {}),
    "html": (lambda frame, path: frame.to_html(path, index=False), early_read_html, {}),
}


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_that_a_frame_writes_is_an_output_with_rows_and_columns(format: str) -> None:
    with observed("pandas"):
        FORMATS[format][0](FRAME, "data")
    assert seen() == {"data": WRITTEN}
    assert (detail("data").format, detail("data").rows, types("data")) == (format, 3, TYPES)


@pytest.mark.parametrize("format", FORMATS)
def test_a_reader_that_was_imported_before_is_seen(format: str) -> None:
    FORMATS[format][0](FRAME, "data")
    with observed("pandas"):
        FORMATS[format][1]("data")
    assert seen() == {"data": READ}
    assert detail("data").format == format


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"html"}))
def test_a_reader_that_is_looked_up_tells_rows_too(format: str) -> None:
    FORMATS[format][0](FRAME, "data")
    with observed("pandas"):
        getattr(pandas, {"arrow": "read_feather"}.get(format, f"read_{format}"))("data")
    assert (seen(), detail("data").rows) == ({"data": READ}, 3)
    described = format in ("parquet", "arrow", "orc")
    assert types("data") == (TYPES if described else {})


def test_rows_of_text_are_told_to_early_imports_too_and_only_if_all_were_read() -> None:
    FRAME.to_csv("all.csv", index=False)
    for name in ("some.csv", "chunks.csv", "skipped.csv", "none.csv"):
        Path(name).write_bytes(Path("all.csv").read_bytes())
    with observed("pandas"):
        early_read_csv("all.csv", usecols=["a"])
        early_read_csv("some.csv", nrows=1)
        early_read_csv("none.csv", nrows=0)
        early_read_csv("skipped.csv", skiprows=[1])
        with early_read_csv("chunks.csv", chunksize=1) as chunks:
            assert len(list(chunks)) == 3
    assert {name: detail(name).rows for name in seen()} == {
        "all.csv": 3,
        "some.csv": None,
        "none.csv": None,
        "skipped.csv": None,
        "chunks.csv": None,
    }


def test_other_readers_of_text() -> None:
    Path("t.tsv").write_text("a\tb\n1\t2\n")
    Path("f.txt").write_text("a   b\n1   2\n3   4\n")
    Path("l.jsonl").write_text('{"a": 1}\n{"a": 2}\n')
    Path("p.csv").write_text("a,b\n1,2\n")
    with observed("pandas"):
        early_read_table("t.tsv")
        early_read_fwf("f.txt")
        early_read_json("l.jsonl", lines=True)
        early_read_csv("p.csv", engine="pyarrow")
    assert {name: (detail(name).format, detail(name).rows) for name in seen()} == {
        "t.tsv": ("csv", 1),
        "f.txt": ("fwf", 2),
        "l.jsonl": ("ndjson", 2),
        "p.csv": ("csv", None),
    }


def test_a_file_that_is_read_in_parallel() -> None:
    if not hasattr(sys.modules["pandas.io.parsers.readers"], "_read_csv_parallel"):
        pytest.skip("this pandas reads in one piece")
    rows = 700_000
    Path("big.csv").write_text("a,b\n" + "1,23456789\n" * rows)
    with observed("pandas"), pandas.option_context("mode.max_threads", 2):
        frame = early_read_csv("big.csv")
    assert (len(frame), detail("big.csv").rows) == (rows, rows)


def test_a_compressed_file_is_named_as_it_is() -> None:
    with observed("pandas"):
        FRAME.to_csv("a.csv.gz")
        early_read_csv("a.csv.gz")
    assert seen() == {"a.csv.gz": WRITTEN}


@pytest.mark.parametrize("kind", [str, Path])
def test_paths_become_absolute_where_they_are_used(kind: Any, tmp_path: Path) -> None:
    with observed("pandas"):
        FRAME.to_csv(kind("a.csv"))
        os.chdir("/")
    assert list(OBSERVER.traces) == [str(tmp_path / "a.csv")]


def test_open_files_count_and_buffers_do_not() -> None:
    FRAME.to_csv("a.csv")
    FRAME.to_csv("b.csv.gz")
    with observed("pandas"):
        with open("a.csv") as text, open(b"b.csv.gz", "rb") as binary:
            pandas.read_csv(text)
            pandas.read_csv(binary, compression="gzip")
        with open("c.csv", "w") as target:
            FRAME.to_csv(target)
        FRAME.to_csv(io.StringIO())
        assert FRAME.to_csv() is not None
        FRAME.to_parquet(buffer := io.BytesIO())
        pandas.read_parquet(buffer)
        pandas.read_csv(io.StringIO("a\n1"))
        pandas.read_json(io.StringIO("[1]"))
        FRAME.to_csv(sys.__stdout__)
    assert seen() == {"a.csv": READ, "b.csv.gz": READ, "c.csv": WRITTEN}


def test_a_member_of_an_archive_is_no_file() -> None:
    FRAME.to_csv("inner.csv")
    with zipfile.ZipFile("a.zip", "w") as archive, tarfile.open("a.tar", "w") as tape:
        archive.write("inner.csv")
        tape.add("inner.csv")
    with observed("pandas"):
        with zipfile.ZipFile("a.zip") as archive, archive.open("inner.csv") as member:
            pandas.read_csv(member)
        with tarfile.open("a.tar") as tape:
            pandas.read_csv(tape.extractfile("inner.csv"))  # type: ignore[arg-type]
    assert seen() == {}


def test_closed_files_raise_what_they_always_raised() -> None:
    FRAME.to_csv("a.csv")
    with open("a.csv") as handle:
        pass
    with observed("pandas"), pytest.raises(ValueError, match="closed file"):
        pandas.read_csv(handle)


def test_a_file_that_is_not_there_is_no_input() -> None:
    with observed("pandas"):
        for reader in (early_read_csv, early_read_parquet, pandas.read_json, pandas.read_pickle):
            with pytest.raises(FileNotFoundError):
                reader("nowhere")
    assert seen() == {}


def test_storage_uris_are_named_as_given() -> None:
    with observed("pandas"):
        FRAME.to_csv("memory://bucket/a.csv")
        FRAME.to_parquet("memory://bucket/a.parquet")
        pandas.read_parquet("memory://bucket/a.parquet")
    assert set(OBSERVER.traces) == {"memory://bucket/a.csv", "memory://bucket/a.parquet"}
    assert detail("memory://bucket/a.parquet").rows == 3


def test_an_index_is_a_column_if_it_is_written() -> None:
    frame = FRAME.set_index(pandas.Index([7, 5, 9], name="key"))
    with observed("pandas"):
        frame.to_csv("with.csv")
        frame.to_csv("without.csv", index=False)
        FRAME.to_csv("nameless.csv")
        frame.to_parquet("with.parquet")
        FRAME.to_parquet("range.parquet")
        FRAME.set_axis([5, 6, 9]).to_parquet("nameless.parquet")
    assert types("with.csv") == {"key": "int64", **TYPES}
    assert types("without.csv") == types("nameless.csv") == types("range.parquet") == TYPES
    assert types("with.parquet") == {**TYPES, "key": "int64"}
    assert types("nameless.parquet") == {**TYPES, "__index_level_0__": "int64"}


def test_only_the_columns_that_are_written_count() -> None:
    with observed("pandas"):
        FRAME.to_csv("a.csv", columns=["a", "c"], index=False, header=["x", "y"])
        FRAME["a"].to_csv("s.csv", index=False)
        pandas.DataFrame({str(n): [n] for n in range(1200)}).to_csv("wide.csv", index=False)
        pandas.DataFrame([[1, 2]], columns=["same", "same"]).to_csv("twice.csv")
    assert types("a.csv") == {"x": "int64", "y": "float64"}
    assert types("s.csv") == {"a": "int64"}
    assert len(detail("wide.csv").columns or ()) == 1000
    assert [column.name for column in detail("twice.csv").columns or ()] == ["same", "same"]


def test_columns_are_not_told_of_a_projection() -> None:
    FRAME.to_parquet("a.parquet")
    with observed("pandas"):
        pandas.read_parquet("a.parquet", columns=["a"])
    assert (detail("a.parquet").columns, detail("a.parquet").rows) == (None, 3)
    with observed("pandas"):
        pandas.read_parquet("a.parquet", filters=[("a", ">", 1)])
    assert detail("a.parquet").rows is None


def test_what_is_appended_adds_up() -> None:
    with observed("pandas"):
        FRAME.to_csv("a.csv", index=False)
        FRAME.to_csv("a.csv", index=False, header=False, mode="a")
        FRAME.to_csv("a.csv", index=False, header=False, mode="a")
    assert detail("a.csv").rows == 9


def test_arrow_below_does_not_count_twice_and_knows_types_better() -> None:
    frame = pandas.DataFrame({"n": [1], "l": [[1, 2]]})
    # To Parquet pandas hands a file that it has opened with a class, which nothing can stand in for.
    for name, write, kind in (
        ("a.parquet", frame.to_parquet, "list"),
        ("a.feather", frame.to_feather, "list<int64>"),
    ):
        with observed("pandas", "pyarrow"):
            write(name)
        assert seen() == {name: WRITTEN}
        assert (detail(name).rows, types(name)) == (1, {"n": "int64", "l": kind})


def test_a_partitioned_dataset_is_its_directory() -> None:
    with observed("pandas", "pyarrow"):
        FRAME.to_parquet("folder", partition_cols=["a"])
        pandas.read_parquet("folder")
    assert seen() == {"folder": WRITTEN}


def test_a_frame_that_writes_itself_writes_itself() -> None:
    class Mine(pandas.DataFrame):
        def to_csv(self, path: Any, **kwargs: Any) -> str:  # type: ignore[override]
            super().to_csv(path, **kwargs)
            return "mine"

    with observed("pandas"):
        assert Mine({"a": [1]}).to_csv("a.csv") == "mine"
    assert detail("a.csv").rows == 1


def test_what_pandas_shows_of_itself_is_what_it_always_shows() -> None:
    def shown() -> list[Any]:
        functions = (pandas.read_pickle, pandas.DataFrame.to_csv, pandas.DataFrame.to_parquet)
        return [(inspect.signature(each), each.__doc__, each.__name__) for each in functions]

    before = shown()
    with observed("pandas"):
        assert shown() == before
        assert inspect.isfunction(pandas.DataFrame.to_csv)
        frame = pickle.loads(pickle.dumps(FRAME))
        pandas.testing.assert_frame_equal(frame, FRAME)
        assert FRAME.to_csv("a.csv") is None


@pytest.mark.parametrize("name", ["read_csv", "read_pickle", "read_xml"])
def test_a_reader_can_be_sent_to_a_pool(name: str) -> None:
    with observed("pandas"):
        reader = getattr(pandas, name)
        sent = pickle.loads(pickle.dumps(reader))
        assert copy.deepcopy([reader])[0] is reader
        assert sent.__name__ == name
        bound = pickle.loads(pickle.dumps(FRAME.to_csv))
        assert bound() == FRAME.to_csv()
        assert copy.deepcopy(FRAME.to_csv)() == FRAME.to_csv()
        assert pickle.loads(pickle.dumps(pandas.DataFrame.to_csv))(FRAME) == FRAME.to_csv()


def test_warnings_about_values_point_at_the_task() -> None:
    Path("mixed.csv").write_text("a\n" + "1\n" * 300_000 + "x\n" + "1\n" * 300_000)
    with observed("pandas"), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pandas.read_csv("mixed.csv")
    assert [(str(each.category.__name__), each.filename) for each in caught] == [("DtypeWarning", __file__)]


def test_threads_report_like_the_task() -> None:
    for number in range(8):
        FRAME.to_csv(f"{number}.csv", index=False)
    with observed("pandas"), ThreadPoolExecutor(4) as pool:
        frames = list(pool.map(pandas.read_csv, [f"{number}.csv" for number in range(8)] * 5))
    assert all(len(frame) == 3 for frame in frames)
    assert {detail(name).rows for name in seen()} == {3}
    assert len(seen()) == 8


def test_a_query_that_is_a_key_is_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    import urllib.request

    def answer(*_: Any, **__: Any) -> Any:
        reply = io.BytesIO(b"a,b\n1,2\n")
        reply.headers = {}  # type: ignore[attr-defined]
        return reply

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    with observed("pandas"):
        assert len(early_read_csv("https://user:pw@host/a.csv?sig=s3cret")) == 1
    assert OBSERVER.traces == {"https://host/a.csv": READ}
    assert detail("https://host/a.csv").rows == 1


def test_everything_is_put_back() -> None:
    owners = (
        pandas,
        pandas.DataFrame,
        pandas.Series,
        pandas.DataFrame.__mro__[1],
        pandas.HDFStore,
        pandas.ExcelFile,
        *(sys.modules[name] for name in source._OPENERS if name in sys.modules),
        sys.modules["pandas.io.parsers.readers"].TextFileReader,
        sys.modules["pandas.io.parquet"].PyArrowImpl,
        sys.modules["pandas.io.parquet"].FastParquetImpl,
    )
    before = attributes(*owners)
    switch_on(frozenset({"pandas"}))
    changed = [
        name
        for old, new in zip(before, attributes(*owners), strict=True)
        for name in old
        if new[name] is not old[name]
    ]
    switch_off()
    assert len(changed) > 25
    assert_same(before, attributes(*owners))


def test_a_module_that_only_looks_like_pandas_is_left_alone() -> None:
    patches = Patches("pandas")
    try:
        source.install(types_module.ModuleType("pandas"), patches)
    finally:
        patches.undo()
    assert OBSERVER.errors == {}


def test_what_somebody_else_wraps_on_top_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    switch_on(frozenset({"pandas"}))
    ours = pandas.read_pickle
    monkeypatch.setattr(pandas, "read_pickle", lambda *args: ours(*args))
    theirs = pandas.read_pickle
    switch_off()
    assert pandas.read_pickle is theirs
    FRAME.to_pickle("a.pickle")
    assert len(pandas.read_pickle("a.pickle")) == 3
    assert seen() == {}


def test_excel_workbooks() -> None:
    with observed("pandas"):
        FRAME.to_excel("a.xlsx", index=False)
        with pandas.ExcelWriter("b.xlsx") as writer:
            FRAME.to_excel(writer, sheet_name="one")
            FRAME.to_excel(writer, sheet_name="two")
    assert (seen(), types("a.xlsx")) == ({"a.xlsx": WRITTEN, "b.xlsx": WRITTEN}, TYPES)
    with observed("pandas"):
        pandas.read_excel("a.xlsx")
        pandas.read_excel("b.xlsx", sheet_name=None)
    assert {name: detail(name).rows for name in seen()} == {"a.xlsx": 3, "b.xlsx": None}


def test_hdf_stores() -> None:
    with observed("pandas"):
        FRAME[["a", "c"]].to_hdf("a.h5", key="k")
    assert (seen(), types("a.h5")) == ({"a.h5": WRITTEN}, {"a": "int64", "c": "float64"})
    with observed("pandas"):
        pandas.read_hdf("a.h5", "k")
        with pandas.HDFStore("a.h5") as store:
            store.append("t", FRAME[["a"]])
    assert seen() == {"a.h5": READ | WRITTEN}
