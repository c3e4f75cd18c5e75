"""One task per technique of plain Python. What each reads and writes stands in ``tests/system/capture_matrix.py``."""

from __future__ import annotations

import os
from pathlib import Path

from airflow.sdk import dag, task

from airflow_lineage_provider import lineage

DATA = Path(os.environ.get("LINEAGE_TEST_SCRATCH", "/tmp")) / "matrix"
ORDERS = str(DATA / "orders.csv")
BUCKET = "s3://matrix"
POSTGRES = os.environ.get("LINEAGE_TEST_WAREHOUSE", "postgresql://localhost/none")
MYSQL_PORT = int(os.environ.get("LINEAGE_TEST_MYSQL_PORT", "3306"))
HTTP = os.environ.get("LINEAGE_TEST_HTTP", "http://127.0.0.1")


def at(name: str) -> str:
    return str(DATA / name)


def insert_into(table: str) -> str:
    return f"INSERT INTO {table} SELECT id, amount FROM orders"


@dag(schedule=None, max_active_tasks=8)
def capture_matrix() -> None:
    @task
    def open_write() -> None:
        with open(ORDERS) as source, open(at("open_write.txt"), "w") as target:
            target.write(source.read())

    @task
    def open_append() -> None:
        with open(at("open_append.log"), "a") as log:
            log.write("one more\n")

    @task
    def open_update() -> None:
        with open(at("open_update.txt"), "r+") as both:
            both.write(both.read().upper())

    @task
    def temporary_file() -> None:
        import tempfile

        own = at("temporary_file.part")
        with open(ORDERS) as source, open(own, "w") as target, tempfile.NamedTemporaryFile("w") as other:
            target.write(source.read())
            other.write("nothing")
        os.remove(own)

    @task
    def rename() -> None:
        os.rename(at("rename-before.txt"), at("rename-after.txt"))

    @task
    def delete() -> None:
        os.remove(at("delete.txt"))

    @task
    def pathlib_text() -> None:
        Path(at("pathlib_text.txt")).write_text(Path(ORDERS).read_text())

    @task
    def shutil_copy() -> None:
        import shutil

        shutil.copy(ORDERS, at("shutil_copy.csv"))

    @task
    def shutil_copytree() -> None:
        import shutil

        shutil.copytree(at("tree"), at("shutil_copytree"), dirs_exist_ok=True)

    @task
    def csv_module() -> None:
        import csv

        with open(ORDERS, newline="") as source, open(at("csv_module.csv"), "w", newline="") as target:
            csv.writer(target).writerows(csv.reader(source))

    @task
    def json_module() -> None:
        import json

        with open(at("orders.json")) as source, open(at("json_module.json"), "w") as target:
            json.dump(json.load(source), target)

    @task
    def gzip_module() -> None:
        import gzip

        with open(ORDERS, "rb") as source, gzip.open(at("gzip_module.csv.gz"), "wb") as target:
            target.write(source.read())

    @task
    def zipfile_module() -> None:
        import zipfile

        with zipfile.ZipFile(at("zipfile_module.zip"), "w") as archive:
            archive.write(ORDERS, "orders.csv")

    @task
    def tarfile_module() -> None:
        import tarfile

        with tarfile.open(at("tarfile_module.tar.gz"), "w:gz") as archive:
            archive.add(ORDERS, "orders.csv")

    @task
    def numpy_save() -> None:
        import numpy as np

        np.save(at("numpy_save.npy"), np.loadtxt(ORDERS, delimiter=",", skiprows=1))

    @task
    def atomic_write() -> None:
        import tempfile

        with open(ORDERS) as source, tempfile.NamedTemporaryFile("w", dir=DATA, delete=False) as target:
            target.write(source.read())
        os.replace(target.name, at("atomic_write.csv"))

    @task
    def thread_pool() -> None:
        from concurrent.futures import ThreadPoolExecutor

        text = Path(ORDERS).read_text()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda end: Path(at(f"thread_pool-{end}.txt")).write_text(text), ("a", "b")))

    @task
    def forked_child() -> None:
        import multiprocessing

        def work() -> None:
            Path(at("forked_child.txt")).write_text(Path(ORDERS).read_text())

        child = multiprocessing.get_context("fork").Process(target=work)
        child.start()
        child.join()
        assert child.exitcode == 0

    @task
    async def coroutine() -> None:
        import asyncio

        text = await asyncio.to_thread(Path(ORDERS).read_text)
        await asyncio.to_thread(Path(at("coroutine.txt")).write_text, text)

    @task
    def subprocess_copy() -> None:
        import subprocess

        subprocess.run(["cp", ORDERS, at("subprocess_copy.csv")], check=True)

    @task
    def pandas_csv() -> None:
        import pandas as pd

        pd.read_csv(ORDERS).to_csv(at("pandas_csv.csv"), index=False)

    @task
    def pandas_chunks() -> None:
        import pandas as pd

        for chunk in pd.read_csv(ORDERS, chunksize=1):
            chunk.to_csv(at("pandas_chunks.csv"), mode="a", header=False)

    @task
    def pandas_parquet() -> None:
        import pandas as pd

        pd.read_parquet(at("orders.parquet")).to_parquet(at("pandas_parquet.parquet"))

    @task
    def pandas_json() -> None:
        import pandas as pd

        pd.read_json(at("orders.json")).to_json(at("pandas_json.json"))

    @task
    def pandas_s3() -> None:
        import pandas as pd

        pd.read_csv(f"{BUCKET}/orders.csv").to_parquet(f"{BUCKET}/pandas_s3.parquet")

    @task
    def pandas_sql() -> None:
        import pandas as pd
        from sqlalchemy import create_engine

        engine = create_engine(POSTGRES)
        frame = pd.read_sql("SELECT id, amount FROM orders", engine)
        frame.to_sql("pandas_sql", engine, if_exists="append", index=False)

    @task
    def polars_csv() -> None:
        import polars as pl

        pl.read_csv(ORDERS).write_parquet(at("polars_csv.parquet"))

    @task
    def polars_lazy() -> None:
        import polars as pl

        pl.scan_parquet(at("orders.parquet")).filter(pl.col("id") > 0).sink_csv(at("polars_lazy.csv"))

    @task
    def polars_s3() -> None:
        import polars as pl

        options = {"aws_endpoint_url": os.environ["AWS_ENDPOINT_URL"], "aws_allow_http": "true"}
        frame = pl.scan_parquet(f"{BUCKET}/orders.parquet", storage_options=options).collect()
        frame.write_parquet(f"{BUCKET}/polars_s3.parquet", storage_options=options)

    @task
    def pyarrow_parquet() -> None:
        import pyarrow.parquet as pq

        pq.write_table(pq.read_table(at("orders.parquet")), at("pyarrow_parquet.parquet"))

    @task
    def pyarrow_s3() -> None:
        import pyarrow.parquet as pq
        from pyarrow.fs import S3FileSystem

        store = S3FileSystem(endpoint_override=os.environ["AWS_ENDPOINT_URL"])
        table = pq.read_table("matrix/orders.parquet", filesystem=store)
        pq.write_table(table, "matrix/pyarrow_s3.parquet", filesystem=store)

    @task
    def pyarrow_csv() -> None:
        from pyarrow import csv

        csv.write_csv(csv.read_csv(ORDERS), at("pyarrow_csv.csv"))

    @task
    def pyarrow_dataset() -> None:
        from pyarrow import dataset

        source = dataset.dataset(at("orders.parquet"), format="parquet")
        dataset.write_dataset(source, at("pyarrow_dataset"), format="parquet")

    @task
    def duckdb_files() -> None:
        import duckdb

        duckdb.sql(f"COPY (SELECT * FROM '{ORDERS}') TO '{at('duckdb_files.parquet')}' (FORMAT parquet)")

    @task
    def duckdb_read_csv() -> None:
        import duckdb

        duckdb.read_csv(ORDERS).write_parquet(at("duckdb_read_csv.parquet"))

    @task
    def duckdb_database() -> None:
        import duckdb

        with duckdb.connect(at("shop.duckdb")) as connection:
            connection.execute("CREATE OR REPLACE TABLE duckdb_database AS SELECT * FROM orders")

    @task
    def fsspec_local() -> None:
        import fsspec

        with fsspec.open(ORDERS) as source, fsspec.open(at("fsspec_local.csv"), "wb") as target:
            target.write(source.read())

    @task
    def fsspec_memory() -> None:
        import fsspec

        with fsspec.open("memory://matrix/fsspec_memory.csv", "w") as target:
            target.write("id\n")
        with fsspec.open("memory://matrix/fsspec_memory.csv") as source:
            Path(at("fsspec_memory.csv")).write_bytes(source.read())

    @task
    def fsspec_s3() -> None:
        import fsspec

        store = fsspec.filesystem("s3")
        store.pipe_file("matrix/fsspec_s3.csv", store.cat_file("matrix/orders.csv"))

    @task
    def fsspec_http() -> None:
        import fsspec

        with fsspec.open(f"{HTTP}/orders.json") as source, open(at("fsspec_http.json"), "wb") as target:
            target.write(source.read())

    @task
    def boto3_objects() -> None:
        import boto3

        client = boto3.client("s3")
        body = client.get_object(Bucket="matrix", Key="orders.csv")["Body"].read()
        client.put_object(Bucket="matrix", Key="boto3_objects.csv", Body=body)

    @task
    def boto3_transfer() -> None:
        import boto3

        client = boto3.client("s3")
        client.download_file("matrix", "orders.csv", at("boto3_transfer.csv"))
        client.upload_file(at("orders.json"), "matrix", "boto3_transfer.json")

    @task
    def boto3_copy() -> None:
        import boto3

        source = {"Bucket": "matrix", "Key": "orders.csv"}
        boto3.client("s3").copy_object(Bucket="matrix", Key="boto3_copy.csv", CopySource=source)

    @task
    @lineage.policy(sources={"requests": True})
    def requests_get() -> None:
        import requests

        requests.get(f"{HTTP}/orders.json?page=1", timeout=10).raise_for_status()

    @task
    @lineage.policy(sources={"httpx": True})
    def httpx_get() -> None:
        import httpx

        httpx.get(f"{HTTP}/orders.json").raise_for_status()

    @task
    def requests_unasked() -> None:
        import requests

        requests.get(f"{HTTP}/orders.json", timeout=10).raise_for_status()

    @task
    def sqlite3_module() -> None:
        import sqlite3

        with sqlite3.connect(at("shop.db")) as connection:
            connection.execute(insert_into("sqlite3_module"))
        connection.close()

    @task
    def psycopg2_connect() -> None:
        import psycopg2

        with psycopg2.connect(POSTGRES) as connection, connection.cursor() as cursor:
            cursor.execute(insert_into("psycopg2_connect"))

    @task
    def psycopg2_copy() -> None:
        import psycopg2

        with psycopg2.connect(POSTGRES) as connection, connection.cursor() as cursor, open(ORDERS) as rows:
            cursor.copy_expert("COPY psycopg2_copy FROM STDIN (FORMAT csv, HEADER)", rows)

    @task
    def psycopg_many() -> None:
        import psycopg

        with psycopg.connect(POSTGRES) as connection, connection.cursor() as cursor:
            cursor.executemany("INSERT INTO psycopg_many VALUES (%s, %s)", [(1, 10), (2, 20)])

    @task
    def psycopg_connect() -> None:
        import psycopg

        with psycopg.connect(POSTGRES) as connection:
            connection.execute(insert_into("psycopg_connect"))

    @task
    def pymysql_connect() -> None:
        import pymysql

        with pymysql.connect(host="127.0.0.1", port=MYSQL_PORT, user="shop", database="shop") as connection:
            connection.cursor().execute(insert_into("pymysql_connect"))

    @task
    def sqlalchemy_engine() -> None:
        from sqlalchemy import create_engine, text

        with create_engine(POSTGRES).begin() as connection:
            connection.execute(text(insert_into("sqlalchemy_engine")))

    @task
    def sqlalchemy_core() -> None:
        from sqlalchemy import MetaData, Table, create_engine, insert, select

        engine = create_engine(f"sqlite:///{at('shop.db')}")
        orders, target = (
            Table(name, MetaData(), autoload_with=engine) for name in ("orders", "sqlalchemy_core")
        )
        with engine.begin() as connection:
            connection.execute(insert(target).from_select(["id", "amount"], select(orders)))

    @task
    def sqlalchemy_orm() -> None:
        from sqlalchemy import create_engine
        from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

        class Base(DeclarativeBase):
            pass

        class Order(Base):
            __tablename__ = "sqlalchemy_orm"
            __annotations__ = {"id": Mapped[int], "amount": Mapped[int]}
            id = mapped_column(primary_key=True)
            amount = mapped_column()

        with Session(create_engine(POSTGRES)) as session, session.begin():
            session.add_all([Order(id=1, amount=10), Order(id=2, amount=20)])

    for technique in list(locals().values()):
        technique()


capture_matrix()
