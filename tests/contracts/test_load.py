from __future__ import annotations

import socket
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from airflow_lineage_provider.contracts import validation
from airflow_lineage_provider.contracts.error import ContractError
from airflow_lineage_provider.contracts.load import find_files, load_file, load_text
from tests.contracts.corpus import COLUMNS, HEAD, head


def test_a_problem_stands_at_the_line_of_its_key():
    with pytest.raises(ContractError, match=r"x\.yaml:12: schema\[0\]\.properties\[0\]\.requird: "):
        load_text(HEAD + COLUMNS.replace("required", "requird"), "x.yaml")


def test_one_mistake_does_not_accuse_its_neighbours():
    text = f"{HEAD}servers:\n  - {{server: p, type: postgres, host: h, port: 1, database: 3, schema: s}}\n"

    with pytest.raises(ContractError) as caught:
        load_text(text)

    assert [problem.path for problem in caught.value.problems] == [("servers", 0, "database")]


def test_dates_stay_text():
    text = f"{HEAD}team:\n  - username: ann\n    dateIn: 2022-08-02\n"

    assert load_text(text).data["team"][0]["dateIn"] == "2022-08-02"


def test_comments_layout_and_key_order_make_no_new_version():
    lines = HEAD.splitlines()
    other = "# moved\n" + "\n".join(reversed(lines)) + "\n"

    assert load_text(HEAD).content_hash == load_text(other).content_hash


def test_another_value_makes_a_new_version():
    assert load_text(HEAD).content_hash != load_text(head(status="draft")).content_hash


def test_content_is_validated_once(monkeypatch: pytest.MonkeyPatch):
    load_text(head(id="validated-once"))
    monkeypatch.setattr(validation, "_complaints", lambda data: pytest.fail("validated again"))

    load_text("# the same content\n" + head(id="validated-once"))


def test_the_same_mistake_in_another_file_has_that_files_line():
    text = f"{HEAD}servrs: []\n"
    for source, content, line in (("a.yaml", text, 6), ("b.yaml", f"\n\n{text}", 8)):
        with pytest.raises(ContractError, match=rf"{source}:{line}: servrs"):
            load_text(content, source)


def test_no_address_in_a_contract_is_fetched(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("connected"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("looked up a host"))
    text = (
        f"{HEAD}authoritativeDefinitions:\n  - {{type: canonical, url: 'http://127.0.0.1:9/x'}}\n"
        "support:\n  - {channel: a, url: 'http://127.0.0.1:9/y'}\n"
    )

    assert load_text(text).contract_id == "orders"


def test_a_file_in_another_encoding_is_refused_with_its_line(tmp_path: Path):
    file = tmp_path / "orders.odcs.yaml"
    file.write_bytes(HEAD.encode() + "name: Aufträge\n".encode("latin-1"))

    with pytest.raises(ContractError, match=r"orders\.odcs\.yaml:6: is not UTF-8"):
        load_file(file)


def test_a_byte_order_mark_is_no_part_of_the_contract(tmp_path: Path):
    file = tmp_path / "orders.odcs.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + HEAD.encode())

    assert load_file(file).contract_id == "orders"


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path):
    file = tmp_path / "orders.odcs.yaml"
    with file.open("wb") as sparse:
        sparse.truncate(10 * 1024**3)

    with pytest.raises(ContractError, match="larger than 2048 KB"):
        load_file(file)


def test_a_missing_file_says_so(tmp_path: Path):
    with pytest.raises(ContractError, match="no such file or folder"):
        find_files(tmp_path / "nothing.yaml")
    with pytest.raises(ContractError, match="cannot be read: No such file"):
        load_file(tmp_path / "nothing.yaml")


def test_a_folder_gives_its_contracts_and_nothing_else(tmp_path: Path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("b.odcs.yaml", "a.odcs.yml", "deep/er/c.odcs.yaml", "dag.yaml", "notes.md"):
        (tmp_path / name).write_text("")

    names = [file.name for file in find_files(tmp_path)]

    assert names == ["a.odcs.yml", "b.odcs.yaml", "c.odcs.yaml"]


def test_a_folder_without_contracts_says_how_contracts_are_named(tmp_path: Path):
    with pytest.raises(ContractError, match=r"\*\.odcs\.yaml or \*\.odcs\.yml"):
        find_files(tmp_path)


def test_a_named_file_may_have_any_name(tmp_path: Path):
    file = tmp_path / "orders.txt"
    file.write_text(HEAD)

    assert find_files(file) == [file]


FRAGMENTS = st.sampled_from(
    [*HEAD.splitlines(keepends=True), *COLUMNS.splitlines(keepends=True), "- ", "? ", ": ", "&a ", "*a ", "<<: *a\n",
     "!!int x\n", "!!float 1:2\n", "1:99:99\n", "0x\n", "---\n", "%YAML 9.9\n", "|\n  x\n", "team:\n", "{", "}", "[", "]", "'", '"']
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(), st.lists(FRAGMENTS).map("".join), st.text().map(lambda text: f"{HEAD}{text}")))
def test_any_text_is_a_contract_or_a_contract_error(text: str):
    with suppress(ContractError):
        load_text(text)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
SECTIONS = [
    "id",
    "version",
    "status",
    "name",
    "servers",
    "schema",
    "team",
    "support",
    "customProperties",
    "tags",
]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.dictionaries(st.sampled_from(SECTIONS), VALUES))
def test_any_value_in_any_section_is_a_contract_or_a_contract_error(sections: dict[str, object]):
    import yaml

    data = {
        "apiVersion": "v3.1.0",
        "kind": "DataContract",
        "id": "i",
        "version": "1",
        "status": "active",
        **sections,
    }
    with suppress(ContractError):
        load_text(yaml.safe_dump(data, allow_unicode=True))
