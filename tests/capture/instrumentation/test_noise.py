from __future__ import annotations

import json
import os
import sys
import sysconfig
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from airflow_lineage_provider.capture.instrumentation import noise
from airflow_lineage_provider.capture.instrumentation.noise import is_noise, is_temporary, prefixes

DATA = [
    "/data/warehouse/2026/part-000.csv",
    "/opt/airflow/data/orders.parquet",
    "/usr/local/airflow/include/orders.csv",
    "/usr/src/app/orders.csv",
    "/home/airflow/orders.json",
    "/tmp/orders.csv",
    "/tmp/run/tmp/orders.csv",
    "/tmp/tmpfile.csv",
    "/tmp/template12.csv",
    "/data/tmpabcdefgh/part.csv",
    "/srv/library/so.csv",
    "/srv/orders-journal",
    os.path.expanduser("~/orders.csv"),
    "/srv/keys.csv",
    "/var/lib/airflow/orders.csv",
]


@pytest.mark.parametrize("path", DATA)
def test_data_is_no_noise_wherever_images_keep_it(path: str) -> None:
    assert not path.startswith(prefixes("/opt/airflow/dags"))
    assert not is_noise(path)


@pytest.mark.parametrize(
    "path",
    [
        os.__file__,
        json.__file__,
        pytest.__file__,
        sys.executable,
        f"{sysconfig.get_paths()['purelib']}/botocore/data/s3/service-2.json",
        "/proc/self/status",
        "/dev/null",
        "/etc/hosts",
        "/usr/share/zoneinfo/UTC",
        "/usr/lib/x86_64-linux-gnu/libc.so.6",
        "/usr/local/lib/python3.12/encodings/utf_8.py",
        "/run/secrets/kubernetes.io/serviceaccount/token",
        os.path.expanduser("~/.aws/credentials"),
        os.path.expanduser("~/.netrc"),
        *(
            os.path.expanduser(f"~/{name}")
            for name in (".kaggle/kaggle.json", ".gitconfig", ".s3cfg", ".npmrc")
        ),
        "/opt/airflow/dags/etl/orders.sql",
        "/opt/airflow/logs/a.log",
    ],
)
def test_what_python_the_machine_and_airflow_open_is_noise(path: str) -> None:
    assert path.startswith(prefixes("/opt/airflow/dags", "/opt/airflow/logs/", None, "")) or is_noise(path)


@pytest.mark.parametrize(
    "path",
    [
        "/srv/code/job.py",
        "/srv/code/__pycache__/job.cpython-312.opt-1.pyc",
        "/srv/venv/lib/python3.12/site-packages/x/data.json",
        "/srv/x.so",
        "/srv/run/x.pid",
        "/srv/run/x.lock",
        "/srv/run/x.lck",
        "/srv/shop.db-wal",
        "/srv/shop.sqlite-journal",
        "/srv/tls/server.pem",
        "/opt/airflow/airflow.cfg",
        "/srv/project/.git/config",
        "/tmp/tmpab12_xyz",
        "/tmp/tmpab12_xyz/part.csv",
        "/tmp/tmpab12_xyz.csv",
        "/tmp/deep/airflowtmpab12_xyz/script.sh",
        "/tmp/pymp-ab12_xyz/listener",
    ],
)
def test_names_alone_tell_of_code_locks_keys_and_scratch(path: str) -> None:
    assert is_noise(path)


def test_all_that_tempfile_makes_up_is_temporary() -> None:
    with tempfile.NamedTemporaryFile(suffix=".csv") as file, tempfile.TemporaryDirectory() as folder:
        assert is_temporary(file.name)
        assert is_temporary(folder + "/")
        assert is_temporary(f"{folder}/x/y.csv")


def test_the_folder_for_temporary_files_is_the_one_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TMPDIR", "/scratch")
    noise._temporary_folders.cache_clear()
    try:
        assert is_temporary("/scratch/tmpab12_xyz")
    finally:
        monkeypatch.undo()
        noise._temporary_folders.cache_clear()


def test_files_of_credentials_that_the_environment_names_are_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", "/srv/service-account.json")
    assert "/srv/service-account.json".startswith(prefixes())
    assert not "/srv/other.json".startswith(prefixes())


def test_a_folder_is_noise_and_its_neighbour_of_a_longer_name_is_not() -> None:
    noisy = prefixes("/opt/dags/../dags")
    assert "/opt/dags/x.csv".startswith(noisy)
    assert not "/opt/dags-data/x.csv".startswith(noisy)


def test_a_folder_may_be_in_an_object_store() -> None:
    noisy = prefixes("s3://connection@bucket/xcom", "file:///srv/xcom/")
    assert "s3://bucket/xcom/run/return_value".startswith(noisy)
    assert "/srv/xcom/return_value".startswith(noisy)
    assert not "s3://bucket/xcom-data/x.csv".startswith(noisy)


def test_to_be_asked_touches_no_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noise._temporary_folders.cache_clear()
    monkeypatch.setattr(os, "open", None)
    monkeypatch.setattr(tempfile, "gettempdir", None)
    assert not is_temporary("/data/x")


@given(st.text(max_size=60))
def test_any_path_can_be_asked_about(text: str) -> None:
    assert is_noise("/" + text) in (True, False)


def test_a_folder_that_a_task_has_chosen_for_temporary_files_is_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert not is_temporary("/data/scratch/tmpab12_xyz")
    monkeypatch.setattr(tempfile, "tempdir", "/data/scratch")
    assert is_temporary("/data/scratch/tmpab12_xyz")
    assert not is_temporary("/data/scratch/orders.csv")
    monkeypatch.setattr(tempfile, "tempdir", b"/data/other")
    assert is_temporary("/data/other/tmpab12_xyz")
