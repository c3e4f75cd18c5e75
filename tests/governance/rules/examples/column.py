"""Columns as a contract declares them, and as they were observed."""

from __future__ import annotations

from dataclasses import replace

from airflow_lineage_provider.contracts.promise import ColumnPromise
from airflow_lineage_provider.model.io_entry import Column
from tests.governance.rules.well import DAY, NOW, PROMISE, Example, promise, schema, without, world

_REQUIRED_EMAIL = promise(
    columns=(PROMISE.columns[0], PROMISE.columns[1], replace(PROMISE.columns[2], is_required=True))
)

EXAMPLES = (
    Example(
        "column-missing",
        "The contract declares `email`, and the job that writes the table no longer creates it.",
        world(schema=without("email")),
        "The column is back, or a new major version of the contract does without it.",
        world(contracts=promise(columns=PROMISE.columns[:2]), schema=without("email")),
    ),
    Example(
        "column-renamed",
        "`email` is gone, and `e_mail` of the same type is there.",
        world(schema=without("email", Column("e_mail", "character varying(64)"))),
        "The column has its name back.",
        world(),
    ),
    Example(
        "column-type-changed",
        "`amount` is declared as `numeric(12,2)` and is now text.",
        world(schema=schema(Column("amount", "text"))),
        "The column is a number again.",
        world(),
    ),
    Example(
        "column-widened",
        "`email` is declared as `varchar(64)` and is now `varchar(255)`.",
        world(schema=schema(Column("email", "character varying(255)"))),
        "The contract declares `varchar(255)`.",
        world(
            contracts=promise(
                columns=(
                    *PROMISE.columns[:2],
                    ColumnPromise("email", logical_type="string", physical_type="varchar(255)"),
                )
            ),
            schema=schema(Column("email", "character varying(255)")),
        ),
    ),
    Example(
        "column-narrowed",
        "`email` is declared as `varchar(64)` and is now `varchar(32)`.",
        world(schema=schema(Column("email", "character varying(32)"))),
        "The column holds 64 characters again.",
        world(),
    ),
    Example(
        "column-undeclared",
        "The schema object has the custom property `closed: true`, and a job added `coupon`.",
        world(contracts=promise(is_closed=True), schema=schema(Column("coupon", "text"))),
        "`coupon` is declared. Without `closed: true` it would not have to be.",
        world(schema=schema(Column("coupon", "text"))),
    ),
    Example(
        "required-nullable",
        "`email` is declared as `required: true`, and the table allows nulls in it.",
        world(contracts=_REQUIRED_EMAIL, schema=schema(Column("email", "varchar(64)", nullable=True))),
        "The column is NOT NULL.",
        world(contracts=_REQUIRED_EMAIL, schema=schema(Column("email", "varchar(64)", nullable=False))),
    ),
    Example(
        "key-loosened",
        "`id` is the primary key of the contract, and the table allows nulls in it.",
        world(schema=schema(Column("id", "integer", nullable=True))),
        "The column is NOT NULL again.",
        world(),
    ),
    Example(
        "schema-unknown",
        "The contract declares columns, and no run has told which the table has.",
        world(schema=None),
        "A task reads the table with a hook that tells its columns.",
        world(),
    ),
    Example(
        "schema-stale",
        "The columns were last seen 45 days ago.",
        world(schema=schema(at=NOW - 45 * DAY)),
        "A task has read the table again.",
        world(),
    ),
)
