from __future__ import annotations

from collections import Counter

import pytest

from airflow_lineage_provider.contracts import validation
from airflow_lineage_provider.contracts.error import ContractError, Problem, path_text
from airflow_lineage_provider.contracts.load import SUFFIXES, load_file, load_text
from tests.contracts.corpus import FOLDER, HEAD, wide
from tests.contracts.corpus.outcomes import OUTCOMES


def told(problem: Problem) -> str:
    line = f"line {problem.line}" if problem.line is not None else "no line"
    return (
        f"{line}, {path_text(problem.path)}: {problem.message}"
        if problem.path
        else f"{line}: {problem.message}"
    )


def test_every_file_has_an_outcome():
    assert sorted(OUTCOMES) == sorted(file.name.removesuffix(SUFFIXES[0]) for file in FOLDER.glob("*.yaml"))


def test_there_are_valid_and_invalid_contracts_of_every_version():
    verdicts = Counter(
        (version, bool(problems))
        for name, problems in OUTCOMES.items()
        for version in ("v3.0.0", "v3.0.1", "v3.0.2", "v3.1.0", "v3.2.0")
        if f"apiVersion: {version}" in (FOLDER / f"{name}{SUFFIXES[0]}").read_text()
    )

    assert len(OUTCOMES) >= 60
    assert {version for version, is_invalid in verdicts if is_invalid} >= {
        "v3.0.0",
        "v3.0.2",
        "v3.1.0",
        "v3.2.0",
    }
    assert {version for version, is_invalid in verdicts if not is_invalid} == {
        "v3.0.0",
        "v3.0.1",
        "v3.0.2",
        "v3.1.0",
        "v3.2.0",
    }


@pytest.mark.parametrize("name", OUTCOMES)
def test_a_file_is_valid_or_names_every_problem(name: str):
    file = FOLDER / f"{name}{SUFFIXES[0]}"
    messages: list[str] = []
    try:
        contract = load_file(file)
    except ContractError as error:
        messages = [told(problem) for problem in error.problems]
    else:
        assert contract.model.apiVersion == contract.data["apiVersion"]
        assert contract.contract_id
        assert contract.version

    assert len(messages) == len(OUTCOMES[name]), messages
    for message, expected in zip(messages, OUTCOMES[name], strict=True):
        assert message.startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{HEAD}tags: {'[' * 3000}\n", "nested too deeply"),
        ("#" * (2 * 1024 * 1024 + 1), "larger than 2048 KB"),
    ],
    ids=["deep", "large"],
)
def test_what_no_parser_should_see_is_refused_at_once(text: str, expected: str):
    with pytest.raises(ContractError, match=expected):
        load_text(text)


def test_450_columns_are_read_and_known_content_is_not_validated_again(monkeypatch: pytest.MonkeyPatch):
    text = wide(450)
    monkeypatch.setattr(validation, "_cache", type(validation._cache)())
    contract = load_text(text)
    assert len(contract.data["schema"][0]["properties"]) == 450

    def validate_again(*_: object) -> None:
        raise AssertionError("validated again")

    monkeypatch.setattr(validation, "_complaints", validate_again)
    assert load_text(f"# the same content\n{text}").content_hash == contract.content_hash
    with pytest.raises(AssertionError, match="validated again"):
        load_text(wide(451))
