"""The library modules whose import installs each source of runtime evidence."""

from __future__ import annotations

SOURCES: dict[str, tuple[str, ...]] = {
    "files": ("builtins",),
    "fsspec": ("fsspec.spec",),
    "sqlalchemy": ("sqlalchemy.engine",),
    "sqlite3": ("sqlite3",),
    "psycopg2": ("psycopg2",),
    "psycopg": ("psycopg",),
    "pymysql": ("pymysql",),
    "duckdb": ("duckdb",),
    "pandas": ("pandas",),
    "polars": ("polars",),
    "pyarrow": ("pyarrow", "pyarrow.parquet", "pyarrow.csv", "pyarrow.dataset", "pyarrow.feather", "pyarrow.orc", "pyarrow.json"),
    "boto3": ("botocore.client",),
    "requests": ("requests",),
    "httpx": ("httpx",),
}  # fmt: skip
"""Each name is a module of ``sources``. Nothing of it is imported before its library is."""
