from __future__ import annotations

import pytest

from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.identity import IdentityRules

RULES = IdentityRules()
UUID = "8e5f9c2a-1b2c-4d5e-8f90-123456789abc"


@pytest.mark.parametrize(
    ("path", "folded", "partition"),
    [
        # dates
        ("data/2026-11-21.csv", "data/{date}.csv", "date=2026-11-21"),
        ("data/20261121.csv", "data/{date}.csv", "date=20261121"),
        ("data/2026_11_21.csv", "data/{date}.csv", "date=2026_11_21"),
        ("data/orders-2026-11-21-v2.csv", "data/orders-{date}-v2.csv", "date=2026-11-21"),
        ("export20261121.csv", "export{date}.csv", "date=20261121"),
        ("2026-11-20/x_2026-11-21.csv", "{date}/x_{date}.csv", "date=2026-11-20/date=2026-11-21"),
        # date and time
        ("x/2026-11-21T07.csv", "x/{date}T{hour}.csv", "date=2026-11-21/hour=07"),
        ("x/2026-11-21-07.csv", "x/{date}-{hour}.csv", "date=2026-11-21/hour=07"),
        ("x/2026-11-21/07/a.csv", "x/{date}/{hour}/a.csv", "date=2026-11-21/hour=07"),
        ("x/2026112107.csv", "x/{date}{hour}.csv", "date=20261121/hour=07"),
        ("x/20261121T073000.csv", "x/{date}T{time}.csv", "date=20261121/time=073000"),
        ("x/2026-11-21T07:30:00+00:00", "x/{date}T{time}", "date=2026-11-21/time=07:30:00+00:00"),
        # directories of dates
        ("e/2026/11/21/07/x.json", "e/{year}/{month}/{day}/{hour}/x.json", "year=2026/month=11/day=21/hour=07"),
        ("e/2026/11/21/x.json", "e/{year}/{month}/{day}/x.json", "year=2026/month=11/day=21"),
        ("e/2026/1/5.csv", "e/{year}/{month}/{day}.csv", "year=2026/month=1/day=5"),
        ("e/2026/11/x.json", "e/{year}/{month}/x.json", "year=2026/month=11"),
        # directories of partitions
        (f"t/dt=2026-11-21/region=eu/part-00001-{UUID}.c000.snappy.parquet", "t", "dt=2026-11-21/region=eu"),
        ("t/dt=2026-11-21", "t", "dt=2026-11-21"),
        ("t/dt=2026-11-21/0.parquet", "t", "dt=2026-11-21"),
        (f"t/dt=2026-11-21/{UUID}-0.parquet", "t", "dt=2026-11-21"),
        ("t/dt=2026-11-21/000000_0", "t", "dt=2026-11-21"),
        ("t/dt=2026-11-21/20261121_070000_00012_abcde_x.gz", "t", "dt=2026-11-21"),
        ("t/dt=2026-11-21/data.csv", "t", "dt=2026-11-21"),
        ("dt=1/part-0.parquet", "/", "dt=1"),
        # somebody named these: they may be tables of their own
        ("exports/dt=2026-11-21/orders.csv", "exports/dt={dt}/orders.csv", "dt=2026-11-21"),
        ("lake/env=prod/orders/part-00000", "lake/env={env}/orders", "env=prod"),
        ("exports/dt=2026-11-21.csv", "exports/dt={dt}.csv", "dt=2026-11-21"),
        ("x/my-key=1/orders", "x/my-key={my_key}/orders", "my_key=1"),
        # part files and what engines keep beside them
        (f"t/part-00001-{UUID}-c000.snappy.parquet", "t", None),
        ("t/part-r-00000.gz", "t", None),
        ("t/part-0.parquet", "t", None),
        ("t/.part-00000.crc", "t", None),
        ("t/0000_part_00", "t", None),
        ("t/_SUCCESS", "t", None),
        ("t/_committed_123", "t", None),
        ("t/_temporary/0/_temporary/attempt_1/part-00000", "t", None),
        ("t/_delta_log/00000000000000000001.json", "t", None),
        ("part-00000", "/", None),
        # templates mean themselves
        ("data/{date}.csv", "data/{date}.csv", None),
        ("t/dt={dt}/part-00000", "t", None),
    ],
)  # fmt: skip
def test_what_changes_from_run_to_run_leaves_the_name(path: str, folded: str, partition: str | None) -> None:
    identity = RULES.identify(DatasetId("s3://b", path))
    assert (identity.dataset.name, identity.partition) == (folded, partition)


@pytest.mark.parametrize(
    "path",
    [
        "x/2026-02-30.csv",
        "x/20261399.csv",
        "x/12345678.csv",
        "x/3026-11-21.csv",
        "x/120261121.csv",
        "x/202611210.csv",
        "x/3f5a20261121.csv",
        "x/20261121abc.csv",
        "x/2026/02/31/y",
        "x/2026/y.csv",
        "reports/202611_1.csv",
        "x/data.csv",
        "x/party-list.csv",
        "x/=a/b",
        "x/2026-11",
    ],
)
def test_what_only_looks_like_a_partition_stays(path: str) -> None:
    assert RULES.canonical(DatasetId("s3://b", path)).name == path


@pytest.mark.parametrize(
    "namespace",
    [
        "file",
        "file://nas",
        "gs://b",
        "hdfs://nn:8020",
        "https://h",
        "abfss://c@a.net",
        "file://h:2222",
        "ftp://h",
    ],
)
def test_partitions_are_looked_for_in_files_everywhere(namespace: str) -> None:
    slash = "/" if namespace.startswith("file") else ""
    identity = RULES.identify(DatasetId(namespace, f"{slash}x/2026-11-21.csv"))
    assert identity.dataset == DatasetId(namespace, f"{slash}x/{{date}}.csv")


@pytest.mark.parametrize(
    "namespace", ["postgres://h:5432", "bigquery", "airflow-asset", "kafka://h:9092", "sqlite:///x"]
)
def test_and_nowhere_else(namespace: str) -> None:
    assert (
        RULES.canonical(DatasetId(namespace, "t/2026-11-21/dt=1/part-0")).name == "t/2026-11-21/dt=1/part-0"
    )


def test_a_relative_path_is_never_made_the_root() -> None:
    assert RULES.canonical(DatasetId("file", "dt=1")).name == "dt=1"
    assert RULES.canonical(DatasetId("file", "part-0")).name == "part-0"
    assert RULES.canonical(DatasetId("file", "a/..")).name == "."
