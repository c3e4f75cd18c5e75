from __future__ import annotations

from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, strategies as st
from sqlalchemy.orm import Session

from airflow_lineage_provider.contracts.binding import bind
from airflow_lineage_provider.contracts.infer import contract_of, infer
from airflow_lineage_provider.contracts.lint import lint_text
from airflow_lineage_provider.contracts.load import load_text
from airflow_lineage_provider.model.access import FULL_ACCESS, Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.found_dataset import dataset_named
from airflow_lineage_provider.store.identity import canonical_dataset
from airflow_lineage_provider.store.masking import ShownColumn
from tests.cli.conftest import office
from tests.store.chronicle import Chronicle

__all__ = ["office"]

TABLE = DatasetId("postgres://db:5432", "shop.public.orders")
TODAY = date(2026, 6, 15)


def written(dataset: DatasetId, *columns: ShownColumn, **options: Any) -> tuple[str, dict[str, Any]]:
    document = contract_of(dataset, columns, **options)
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=True), document


@pytest.mark.parametrize(
    ("type_", "logical"),
    [
        ("bigint", "integer"),
        ("numeric(10,2)", "number"),
        ("numeric(10,0)", "integer"),
        ("double precision", "number"),
        ("character varying(20)", "string"),
        ("boolean", "boolean"),
        ("date", "date"),
        ("timestamp with time zone", "timestamp"),
        ("time", "time"),
        ("jsonb", "object"),
        ("integer[]", "array"),
        ("uuid", "string"),
        ("geography", None),
        ("what is this", None),
        (None, None),
    ],
)
def test_types_become_logical_types(type_: str | None, logical: str | None):
    text, document = written(TABLE, ShownColumn("c", type_))
    assert document["schema"][0]["properties"][0].get("logicalType") == logical
    assert lint_text(text, "c", today=TODAY).problems == ()


def test_what_is_written_is_bound_to_the_dataset_it_was_written_for():
    text, document = written(
        TABLE,
        ShownColumn("id", "bigint", nullable=False, description="Number of the order."),
        ShownColumn(None, is_masked=True),
        owners=["ann", "bob"],
        channel="#orders",
        purpose="Orders of the shop.",
    )
    report = lint_text(text, "c", today=TODAY)
    assert (report.problems, report.warnings) == ((), ())
    contract = load_text(text)
    assert (contract.contract_id, document["apiVersion"], document["status"]) == (
        "shop.public.orders",
        "v3.1.0",
        "draft",
    )
    assert [item.dataset for item in bind(contract.model)] == [TABLE]
    (column,) = document["schema"][0]["properties"]
    assert column == {
        "name": "id",
        "logicalType": "integer",
        "physicalType": "bigint",
        "required": True,
        "description": "Number of the order.",
    }


names = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(
    lambda name: name.strip()
)


@given(
    namespace=st.sampled_from(["s3://lake", "postgres://db:5432", "kafka://k:9092"]), name=names, column=names
)
def test_whatever_the_names_the_contract_is_valid_and_bound(namespace: str, name: str, column: str):
    dataset = DatasetId(namespace, name)
    text, _ = written(dataset, ShownColumn(column, "int"), owners=[column])
    (bound,) = bind(load_text(text).model)
    assert bound.dataset == canonical_dataset(DatasetId(namespace, name.strip()))


def test_it_is_read_from_what_was_observed(db: Any):
    chronicle = Chronicle(db)
    chronicle.run("shop.load", writes=("orders",), columns={"orders": {"id": "int", "email": "text"}})
    found = dataset_named("s3://lake", "orders", FULL_ACCESS, session=db)

    document = yaml.safe_load(infer(found, FULL_ACCESS, contract_id="o", session=db))

    assert document["id"] == "o"
    assert [column["name"] for column in document["schema"][0]["properties"]] == ["id", "email"]
    assert "team" not in document


def test_a_column_that_the_reader_may_not_see_is_left_out(db: Any):
    from tests.store.test_run_detail import tag_column

    chronicle = Chronicle(db)
    chronicle.run("shop.load", writes=("orders",), columns={"orders": {"id": "int", "email": "text"}})
    tag_column(chronicle, "orders", "email")
    found = dataset_named("s3://lake", "orders", FULL_ACCESS, session=db)

    text = infer(found, Access(None, has_sensitive=False), session=db)

    assert "email" not in text


def test_the_command_writes_a_file_and_never_over_one(
    office: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    from airflow_lineage_provider.cli.contract_files_command import infer as command

    with Session(office.engine) as session, session.begin():
        Chronicle(session).run("shop.load", writes=("orders",), columns={"orders": {"id": "int"}})
    asked = {"namespace": "s3://lake", "name": "orders", "id": None}

    command(Namespace(**asked, file=None))
    printed = capsys.readouterr().out
    assert lint_text(printed, "c", today=TODAY).problems == ()
    path = tmp_path / "orders.odcs.yaml"
    command(Namespace(**asked, file=str(path)))
    assert path.read_text() == printed
    for wrong in ({"file": str(path)}, {"file": None, "name": "nobody"}):
        with pytest.raises(SystemExit):
            command(Namespace(**{**asked, **wrong}))
