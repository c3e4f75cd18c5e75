from __future__ import annotations

import json
import socket
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from airflow_lineage_provider.contracts import readers
from airflow_lineage_provider.contracts.error import ContractError
from airflow_lineage_provider.contracts.readers import read_any, read_any_text
from airflow_lineage_provider.contracts.readers.json_text import parse_json
from airflow_lineage_provider.contracts.readers.place import Place
from tests.contracts.corpus import COLUMNS, HEAD
from tests.contracts.readers.any_json import ANY
from tests.contracts.readers.reading import read


def test_a_contract_of_odcs_is_read_as_ever_from_yaml_and_from_json(tmp_path: Path):
    (yaml,) = read(tmp_path, HEAD + COLUMNS, "orders.odcs.yaml")
    (json_,) = read(tmp_path, yaml.data, "orders.json")

    assert yaml.origin == json_.origin == "odcs"
    assert yaml.content_hash == json_.content_hash


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", r"f:1: not valid JSON"),
        ('{\n"a": 1,\n}', r"f:3: not valid JSON"),
        ("[1, NaN]", "NaN is no JSON value"),
        ("[" * 100_000, "nested too deeply"),
        (f"[{'9' * 5000}]", "not valid JSON"),
        ("{}", "no format that contracts are read from"),
        ("[]", "no format that contracts are read from"),
        ('{"metadata": {}, "nodes": {}, "results": []}', "no format"),
        ("", "the file is empty"),
        ("dags: []\n", "apiVersion: is missing"),
    ],
)
def test_what_is_no_contract_says_so(tmp_path: Path, content: str, message: str):
    file = tmp_path / "f"
    file.write_text(content)

    with pytest.raises(ContractError, match=message):
        read_any(file)


def test_files_that_cannot_be_read_say_so(tmp_path: Path):
    latin = tmp_path / "latin.json"
    latin.write_bytes(b'{\n"a": "\xe4"}')

    with pytest.raises(ContractError, match=r"latin\.json:2: is not UTF-8"):
        read_any(latin)
    with pytest.raises(ContractError, match="cannot be read: No such file"):
        read_any(tmp_path / "gone.json")


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path):
    file = tmp_path / "manifest.json"
    with file.open("wb") as sparse:
        sparse.truncate(20 * 1024**3)

    with pytest.raises(ContractError, match="is larger than 256 MB"):
        read_any(file)


def test_a_huge_schema_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(readers, "MAX_SCHEMA_CHARACTERS", 10)

    with pytest.raises(ContractError, match="is larger than"):
        read_any_text(json.dumps({"properties": {"a": {}}}), "s.json", Place())


def test_an_unknown_binding_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="unknown binding conn; there are connection_id, namespace"):
        read_any(tmp_path / "f", binding={"conn": "x"})


def test_no_address_in_a_file_is_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("connected"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("looked up a host"))
    schema = {
        "$schema": "http://127.0.0.1:9/meta",
        "$id": "http://127.0.0.1:9/x",
        "properties": {"a": {"type": "string"}},
    }

    assert read(tmp_path, schema)[0].origin == "json-schema"
    with pytest.raises(ContractError, match="nothing is fetched"):
        read(tmp_path, {"properties": {"a": {"$ref": "http://127.0.0.1:9/y"}}})


def test_the_line_of_a_part_is_that_of_its_key_whatever_stands_before_it():
    text = '{\n "a": [1, {"b": "}]\\""}],\n "c": {\n  "d": [\n   0,\n   {"e": null}\n  ]\n }\n}'
    file = parse_json(text, "x")

    assert [
        file.problem(path, "").line for path in ((), ("a",), ("a", 1, "b"), ("c", "d"), ("c", "d", 1, "e"))
    ] == [1, 2, 2, 4, 6]
    assert file.problem(("c", "gone", 3), "").line == 3


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(), ANY.map(json.dumps), st.dictionaries(st.sampled_from(["metadata", "nodes", "sources", "models", "schema", "subject", "properties", "fields", "type"]), ANY).map(json.dumps)))  # fmt: skip
def test_any_text_gives_contracts_or_a_contract_error(text: str):
    with suppress(ContractError):
        read_any_text(text, "x", Place())
