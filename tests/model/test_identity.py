from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from airflow_lineage_provider.model.dataset_id import MAX_NAME, DatasetId
from airflow_lineage_provider.model.identity import Identity, IdentityRules
from airflow_lineage_provider.model.namespace import FILE_SCHEMES, OTHER_SCHEMES
from airflow_lineage_provider.model.partition import filled
from airflow_lineage_provider.model.partition_pattern import PartitionPattern
from tests.cpu_time import cpu_below

RULES = IdentityRules()
CONFIGURED = IdentityRules(
    {"postgres://10.0.0.5:5432": "postgres://warehouse:5432", "s3://old": "gs://new", "a": "b"},
    [
        PartitionPattern(r"run-(?P<run>\d+)", "run-{run}"),
        PartitionPattern(r"^(?P<root>[a-z]+)/v\d+/", r"\g<root>/"),
        PartitionPattern(r"(?P<x>[a-z])", "{x}{x}", ("s3://odd*",)),
        PartitionPattern("a", "bb", ("s3://odd*",)),
        PartitionPattern("b", "", ("s3://odd*",)),
        PartitionPattern(r"_(?P<shard>\d{8})\Z", "_{shard}", ("bigquery", "snowflake://*")),
    ],
)

SCHEMES = sorted(
    {
        *FILE_SCHEMES,
        *OTHER_SCHEMES,
        "postgres",
        "mssql",
        "snowflake",
        "sqlite",
        "duckdb",
        "redshift",
        "kafka",
        "x",
    }
)
AUTHORITIES = st.one_of(
    st.sampled_from(
        [
            "", "odd", "h", "Db.Example.COM.", "h:5432", "H:80", "c@Acct.dfs", "[::1]", "::1", "[::1]:1", "a,b:1",
            "h:", "x..snowflakecomputing.com", "c.x.eu-west-1.redshift.amazonaws.com", "10.0.0.5", "old", "localhost",
            "h:22", "h:21", "localhost:22", "c@acct.dfs.core.windows.net", "c@acct.blob.core.windows.net", "u@h:22",
        ]
    ),
    st.text(string.ascii_letters + ".:@[],%", max_size=8),
)  # fmt: skip
NAMESPACES = st.one_of(
    st.builds("{}{}://{}{}".format, st.sampled_from(["", "jdbc:", " "]), st.sampled_from(SCHEMES), AUTHORITIES, st.sampled_from(["", "/", "//a//", "/a/../b"])),
    st.sampled_from(["file", "FILE", "file:", "bigquery", "airflow-asset", "sqlite:shop.db", "a", ""]),
    st.text(max_size=8),
)  # fmt: skip
SEGMENTS = st.one_of(
    st.sampled_from(
        [
            "", ".", "..", "data", "Orders", "orders.csv", "2026", "11", "21", "07", "2026-11-21", "20261121",
            "20269999", "2026-11-21T07:00:00Z", "x_2026.11.21-07.csv", "dt=2026-11-21", "region=eu", "dt={dt}",
            "{date}.csv", "k=", "a=b=c", "dt=2026.csv", "part-00001-8e5f9c2a.c000.snappy.parquet", "_SUCCESS",
            "_temporary", "part-0", "%41", "%2541", "%2F", "%252f", "%00", "%e4", "%C3%A4", "run-17", "v3",
            "0.parquet", "data.parquet", "@stage",
        ]
    ),
    st.text(max_size=6),
)  # fmt: skip
NAMES = st.one_of(
    st.lists(SEGMENTS, max_size=6).map("/".join),
    st.lists(SEGMENTS, max_size=4).map(".".join),
    st.text(max_size=12),
)
DATASETS = st.builds(DatasetId, NAMESPACES, NAMES)


@pytest.mark.parametrize(
    ("given_namespace", "given_name", "namespace", "name"),
    [
        ("postgresql://DB.Example.com.", "shop.public.t", "postgres://db.example.com:5432", "shop.public.t"),
        ("jdbc:postgresql://db:5432/", "shop.public.t", "postgres://db:5432", "shop.public.t"),
        ("postgresql+psycopg2://db", "shop.public.t", "postgres://db:5432", "shop.public.t"),
        ("postgres://db:5432", "shop.public.T", "postgres://db:5432", "shop.public.T"),
        ("snowflake://Acct.snowflakecomputing.com", "db.sch.t", "snowflake://acct", "DB.SCH.T"),
        ("snowflake://acct", "DB.SCH.t", "snowflake://acct", "DB.SCH.t"),
        ("snowflake://acct", "@stage/Path/x.csv", "snowflake://acct", "@stage/Path/x.csv"),
        ("oracle://db", "orcl.shop.t", "oracle://db:1521", "ORCL.SHOP.T"),
        ("trino://t", "Hive.Sales.T", "trino://t:8080", "hive.sales.t"),
        ("mssql://h", "Shop.dbo.Orders", "mssql://h:1433", "shop.dbo.orders"),
        ("sqlite:////data//shop.db", "Orders", "sqlite:///data/shop.db", "orders"),
        ("mysql://h", "Shop.Orders", "mysql://h:3306", "Shop.Orders"),
        ("bigquery", "p.D.Events", "bigquery", "p.D.Events"),
        (
            "redshift://c.abc.us-west-2.redshift.amazonaws.com:5439",
            "dev.public.t",
            "redshift://c.us-west-2:5439",
            "dev.public.t",
        ),
        ("s3a://Lake", "a//b/./c/../d/", "s3://lake", "a/b/d"),
        ("s3://lake", "/a", "s3://lake", "a"),
        ("s3://lake", "", "s3://lake", ""),
        ("gcs://lake", "a%20b", "gs://lake", "a b"),
        ("abfs://C@acct.dfs.core.windows.net", "x", "abfss://c@acct.dfs.core.windows.net", "x"),
        ("wasb://c@acct.blob.core.windows.net", "x", "wasbs://c@acct.blob.core.windows.net", "x"),
        ("wasbs://c@acct", "x", "wasbs://c@acct.blob.core.windows.net", "x"),
        ("abfs://c@Acct", "x", "abfss://c@acct.dfs.core.windows.net", "x"),
        ("abfss://c", "x", "abfss://c", "x"),
        ("databricks://w.net:443", "c.s.t", "databricks://w.net", "c.s.t"),
        ("file://", "/a//b", "file", "/a/b"),
        ("file://localhost", "/a", "file", "/a"),
        ("file://NAS", "/a", "file://nas", "/a"),
        ("file://nas:22", "in/a", "file://nas", "/in/a"),
        ("file://nas:22", "/in/a", "file://nas", "/in/a"),
        ("file://nas", "in/a", "file://nas", "in/a"),
        ("sftp://NAS", "in/a", "file://nas", "/in/a"),
        ("sftp://nas:22/", "in//a", "file://nas", "/in/a"),
        ("sftp://nas:2222", "in/a", "file://nas:2222", "/in/a"),
        ("scp://nas", "in/a", "file://nas", "/in/a"),
        ("ssh://nas", "/in/a", "file://nas", "/in/a"),
        ("sftp://localhost", "in/a", "file", "/in/a"),
        ("file://localhost:22", "/in/a", "file", "/in/a"),
        ("file://localhost:2222", "/in/a", "file://localhost:2222", "/in/a"),
        ("ftp://Mirror:21", "pub/a", "ftp://mirror", "pub/a"),
        ("ftps://mirror", "/pub/a", "ftp://mirror", "pub/a"),
        ("file://mirror:21", "/pub/a", "ftp://mirror", "pub/a"),
        ("wasbs://c@acct.dfs.core.windows.net", "x", "wasbs://c@acct.blob.core.windows.net", "x"),
        ("abfss://c@acct.blob.core.windows.net", "x", "abfss://c@acct.dfs.core.windows.net", "x"),
        ("https://host:443", "a/b", "https://host", "a/b"),
        ("https://host:8443", "a/b", "https://host:8443", "a/b"),
        ("airflow-asset", "Daily 2026-11-21", "airflow-asset", "Daily 2026-11-21"),
    ],
)
def test_spellings_of_one_dataset_meet(
    given_namespace: str, given_name: str, namespace: str, name: str
) -> None:
    if given_name == "":
        name = "/"
    assert RULES.canonical(DatasetId(given_namespace, given_name)) == DatasetId(namespace, name)


def test_each_step_says_what_it_changed_and_why() -> None:
    identity = CONFIGURED.identify(DatasetId("postgresql://10.0.0.5", "shop.public.t"))
    assert [(step.rule, step.after.namespace) for step in identity.steps] == [
        ("spelling", "postgres://10.0.0.5"),
        ("spelling", "postgres://10.0.0.5:5432"),
        ("namespace-alias", "postgres://warehouse:5432"),
    ]
    assert all(step.reason for step in identity.steps)
    assert identity.steps[0].before == DatasetId("postgresql://10.0.0.5", "shop.public.t")
    assert identity.steps[-1].after == identity.dataset


def test_a_name_that_is_canonical_has_no_steps() -> None:
    table = DatasetId("postgres://db:5432", "shop.public.t")
    assert RULES.identify(table) == Identity(table)


def test_aliases_are_compared_in_their_canonical_spelling_and_followed_to_the_end() -> None:
    rules = IdentityRules({"postgresql://A": "postgres://b", "postgres://B:5432": "postgres://c:1"})
    assert rules.canonical(DatasetId("postgres://a:5432", "t")).namespace == "postgres://c:1"


def test_the_rules_of_the_namespace_that_an_alias_leads_to_hold() -> None:
    rules = IdentityRules({"mnt": "s3a://lake"})
    assert rules.canonical(DatasetId("mnt", "/a//2026-11-21.csv")) == DatasetId("s3://lake", "a/{date}.csv")


def test_partitions_can_be_left_in_the_names() -> None:
    rules = IdentityRules(has_builtin_patterns=False)
    name = DatasetId("s3://lake", "t/dt=2026-11-21/part-00000")
    assert rules.identify(name) == Identity(name)


def test_a_configured_pattern_reaches_tables_only_where_it_says_so() -> None:
    table = DatasetId("bigquery", "p.d.events_20261121")
    identity = CONFIGURED.identify(table)
    assert (identity.dataset.name, identity.partition) == ("p.d.events_{shard}", "shard=20261121")
    assert CONFIGURED.canonical(DatasetId("mysql://h:3306", "d.e_20261121")).name == "d.e_20261121"


def test_no_rule_makes_a_name_that_cannot_be_stored() -> None:
    rules = IdentityRules(patterns=[PartitionPattern("a(?P<x>b)", "{x}" + "y" * 900)])
    name = DatasetId("s3://b", "c" * 290 + "ab")
    assert rules.canonical(name).name == name.name[:-2] + "{x}" + "y" * 900
    sharp = DatasetId("snowflake://a", "ß" * (MAX_NAME - 1))
    assert rules.canonical(sharp) == sharp


@pytest.mark.parametrize("rules", [RULES, CONFIGURED], ids=["built-in", "configured"])
@settings(max_examples=600)
@given(dataset=DATASETS)
@example(dataset=DatasetId("snowflake://x..snowflakecomputing.com", "a"))
@example(dataset=DatasetId("postgres://::1", "a"))
@example(dataset=DatasetId("s3://b", "a/part-00000/part-00000"))
@example(dataset=DatasetId("s3://b", "a/part-00000/dt=1/part-00000"))
@example(dataset=DatasetId("s3://b", "%252525252541"))
@example(dataset=DatasetId("s3://odd", "abc/2026-11-21"))
@example(dataset=DatasetId("file", "k=v/part-0/part-1"))
@example(dataset=DatasetId("file", "part-0/part-1"))
@example(dataset=DatasetId("file", "k=2026-11-21/part-0"))
def test_the_identity_of_an_identity_is_itself(rules: IdentityRules, dataset: DatasetId) -> None:
    once = rules.identify(dataset)
    again = rules.identify(once.dataset)
    assert again == Identity(once.dataset)
    assert [step.before for step in once.steps[1:]] == [step.after for step in once.steps[:-1]]


RELATIVE = st.lists(
    st.sampled_from(
        ["a", "k=v", "dt=2026-11-21", "2026-11-21", "part-0", "_SUCCESS", "_temporary", "data.csv"]
    ),
    min_size=1,
    max_size=6,
).map("/".join)


@settings(max_examples=300)
@given(RELATIVE)
def test_a_relative_path_ends_at_one_name_and_never_at_the_root(path: str) -> None:
    once = RULES.canonical(DatasetId("file", path))
    assert RULES.canonical(once) == once
    assert not once.name.startswith("/")


def test_part_files_in_part_files_are_taken_away_at_once() -> None:
    files = DatasetId("s3://b", "t" + "/part-0" * 290)
    identity = cpu_below(0.1, lambda: RULES.identify(files))
    assert (identity.dataset.name, len(identity.steps)) == ("t", 1)


def test_patterns_that_stand_one_after_the_other_work_together() -> None:
    rules = IdentityRules(
        patterns=[
            PartitionPattern(r"run-(?P<run>\d+)", "run-{run}"),
            PartitionPattern(r"^(?P<root>.*)/batch_(?P<batch>\d+)/[^/]+$", r"\g<root>"),
        ]
    )
    for path in ("lake/run-7/batch_3/x.csv", "lake/run-{run}/batch_9/y.csv"):
        assert rules.canonical(DatasetId("s3://b", path)).name == "lake/run-{run}"


def fresh(dataset: DatasetId) -> Any:
    return IdentityRules().identify(dataset)


@settings(max_examples=50)
@given(dataset=DATASETS)
def test_the_same_name_has_the_same_identity_whatever_was_asked_before(dataset: DatasetId) -> None:
    assert fresh(dataset) == RULES.identify(dataset)


LETTERS = st.text("abAB_", min_size=1, max_size=4)
TABLES = st.builds("{}.{}.{}".format, LETTERS, LETTERS, LETTERS)
TABLE_NAMESPACES = st.sampled_from(
    [
        "postgres://h",
        "POSTGRES://H:5432",
        "postgres://h:1",
        "snowflake://a",
        "mssql://h",
        "trino://h",
        "bigquery",
    ]
)


@settings(max_examples=500)
@given(st.builds(DatasetId, TABLE_NAMESPACES, TABLES), st.builds(DatasetId, TABLE_NAMESPACES, TABLES))
def test_two_tables_are_one_only_if_they_differ_in_nothing_but_letter_case(
    one: DatasetId, other: DatasetId
) -> None:
    if RULES.canonical(one) != RULES.canonical(other):
        return
    assert one.name.lower() == other.name.lower()
    assert one.namespace.lower().removesuffix(":5432") == other.namespace.lower().removesuffix(":5432")
    if one.namespace.lower().startswith(("postgres", "bigquery")):
        assert one.name == other.name


WORDS = st.text("abxy", min_size=1, max_size=3)
DATES = st.dates().filter(lambda day: 1900 <= day.year < 2100)
STAMPS = st.builds(
    lambda day, shape: day.strftime(shape),
    DATES,
    st.sampled_from(
        ["%Y-%m-%d", "%Y%m%d", "%Y_%m_%d", "%Y/%m/%d", "%Y/%m", "%Y-%m-%dT07", "%Y%m%d07", "%Y%m%d_0730"]
    ),
)
PIECES = st.one_of(WORDS, STAMPS, st.integers(0, 99999).map(str))
FILES = st.lists(st.lists(PIECES, min_size=1, max_size=2).map("_".join), min_size=1, max_size=4).map("/".join)


@settings(max_examples=500)
@given(FILES)
@example("2026-11-20/x_2026-11-21.csv")
@example("2026/11/21/x/2026/11/22")
def test_values_put_back_into_the_folded_name_give_the_path(path: str) -> None:
    identity = RULES.identify(DatasetId("s3://b", path))
    assert filled(identity.dataset.name, identity.partitions) == path


@settings(max_examples=300)
@given(FILES, FILES)
def test_two_files_that_nothing_was_dropped_of_are_one_dataset_only_by_other_partitions(
    one: str, other: str
) -> None:
    identities = [RULES.identify(DatasetId("s3://b", path)) for path in (one, other)]
    if one != other:
        assert identities[0].dataset != identities[1].dataset or (
            identities[0].partitions != identities[1].partitions
        )


def test_hostile_names_take_no_time() -> None:
    names = [
        DatasetId("s3://b", text)
        for text in (
            "%25" * 680,
            "2026-" * 400,
            "a=" * 1000,
            "/" * 2048,
            "../" * 680,
            "20261121" * 256,
            "-" * 2048,
        )
    ]
    cpu_below(1, lambda: [rules.identify(name) for rules in (RULES, CONFIGURED) for name in names])
