"""
smaller runs.

Revision ID: 9e4d71c8a036
Revises: 5c0b93e7d214
Create Date: 2026-11-21 20:05:00
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from airflow.models.base import COLLATION_ARGS
from alembic import context, op

revision = "9e4d71c8a036"
down_revision = "5c0b93e7d214"
branch_labels = None
depends_on = None
provider_version = "0.1.0"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_GRAPH_ID = sa.Integer().with_variant(sa.BigInteger(), "mysql")
_BATCH = 5_000
"""Runs whose facets are looked at at once."""
_MOST_IDS = 500
_OF_RUNS = ("lineage_run_io", "lineage_run_facet")
_RUN_COLUMNS = {
    "id": "bigint NOT NULL DEFAULT nextval('lineage_run_id_seq')",
    "started_at": "timestamptz",
    "ended_at": "timestamptz",
    "recorded_at": "timestamptz NOT NULL",
    "ti_id": "uuid",
    "openlineage_run_id": "uuid",
    "parent_run_id": "uuid",
    "external_digest": "uuid",
    "job_id": "integer NOT NULL",
    "dag_run_id": "integer",
    "map_index": "integer NOT NULL DEFAULT -1",
    "try_number": "integer NOT NULL DEFAULT 1",
    "capture_ms": "real",
    "segments": "smallint NOT NULL DEFAULT 0",
    "awaited": "smallint NOT NULL DEFAULT 0",
    "errors": "smallint NOT NULL DEFAULT 0",
    "run_id": "varchar(250)",
    "state": "varchar(20)",
    "capture": "varchar(12) NOT NULL",
}
"""What PostgreSQL had, in the new order and with the new types."""
_WORDS = {"direction": ("input", "output"), "state": ("read", "updated", "attempted")}
"""Each is stored as its place from now on."""
_GRAPH_IDS = {"dataset_id": False, "schema_id": True}
_WIDTHS = {"direction": 6, "state": 9}
_EXTERNAL = sa.text("external_digest IS NOT NULL")
_HAS_PARENT = sa.text("parent_run_id IS NOT NULL")
_HAS_SCHEMA = sa.text("schema_id IS NOT NULL")
_UNSETTLED = sa.text("capture IN ('pending', 'announced')")

_RUN = sa.table("lineage_run", *map(sa.column, ("id", "job_id", "ti_id", "facet_set_id")))
_DIGESTS = sa.table(
    "lineage_run",
    sa.column("id", _ID),
    sa.column("job_id", _ID),
    sa.column("external_digest", sa.String(64)),
    sa.column("openlineage_run_id", sa.Uuid()),
)
_JOB = sa.table("lineage_job", sa.column("id"), sa.column("digest"))
_LINK = sa.table("lineage_run_facet", *map(sa.column, ("run_id", "name", "facet_id", "seen_at")))
_FACET = sa.table("lineage_facet", sa.column("id"), sa.column("content_hash"))
_SET = sa.table("lineage_facet_set", sa.column("id"), sa.column("content_hash"))
_MEMBER = sa.table("lineage_facet_set_member", *map(sa.column, ("set_id", "name", "facet_id")))


def _word(length: int) -> sa.String:
    return sa.String(length=length, **COLLATION_ARGS)


def upgrade() -> None:
    _create_sets()
    _narrow_runs()
    _narrow_io()
    if not context.is_offline_mode():
        # Without it nothing is lost: a run may have links of its own, at the price of their bytes.
        _fold_facets()


def downgrade() -> None:
    _unfold_facets()
    _widen_io()
    _widen_runs()
    op.drop_table("lineage_facet_set_member")
    op.drop_table("lineage_facet_set")


def _create_sets() -> None:
    op.create_table(
        "lineage_facet_set",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("content_hash", _word(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_facet_set_pkey")),
        sa.UniqueConstraint("content_hash", name=op.f("lineage_facet_set_content_hash_uq")),
    )
    op.create_table(
        "lineage_facet_set_member",
        sa.Column("set_id", _ID, nullable=False),
        sa.Column("name", _word(128), nullable=False),
        sa.Column("facet_id", _ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["facet_id"], ["lineage_facet.id"], name=op.f("lineage_facet_set_member_facet_id_fkey")
        ),
        sa.ForeignKeyConstraint(
            ["set_id"],
            ["lineage_facet_set.id"],
            name=op.f("lineage_facet_set_member_set_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("set_id", "name", name=op.f("lineage_facet_set_member_pkey")),
    )
    with op.batch_alter_table("lineage_facet_set_member", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_facet_set_member_facet_id", ["facet_id"], unique=False)


def _narrow_runs() -> None:
    if _dialect() == "postgresql":
        _rebuild_runs()
    else:
        with op.batch_alter_table("lineage_run", schema=None) as batch_op:
            batch_op.add_column(sa.Column("facet_set_id", _GRAPH_ID, nullable=True))
            batch_op.drop_constraint(batch_op.f("lineage_run_external_digest_uq"), type_="unique")
            batch_op.drop_index("idx_lineage_run_parent_run_id")
            batch_op.drop_index("idx_lineage_run_capture")
        op.execute("UPDATE lineage_run SET external_digest = substr(external_digest, 1, 32)")
        with op.batch_alter_table("lineage_run", schema=None) as batch_op:
            batch_op.alter_column(
                "external_digest", existing_type=_word(64), type_=sa.Uuid(), existing_nullable=True
            )
            if _dialect() == "sqlite":
                batch_op.alter_column("job_id", existing_type=_ID, type_=_GRAPH_ID, existing_nullable=False)
    with op.batch_alter_table("lineage_run", schema=None) as batch_op:
        batch_op.create_foreign_key(
            batch_op.f("lineage_run_facet_set_id_fkey"), "lineage_facet_set", ["facet_set_id"], ["id"]
        )
        batch_op.create_index(
            "idx_lineage_run_external_digest",
            ["external_digest"],
            unique=True,
            postgresql_where=_EXTERNAL,
            sqlite_where=_EXTERNAL,
        )
        batch_op.create_index(
            "idx_lineage_run_parent_run_id",
            ["parent_run_id"],
            unique=False,
            postgresql_where=_HAS_PARENT,
            sqlite_where=_HAS_PARENT,
        )
        batch_op.create_index(
            "idx_lineage_run_capture", ["capture"], unique=False, postgresql_where=_UNSETTLED
        )
        batch_op.create_index("idx_lineage_run_facet_set_id", ["facet_set_id"], unique=False)


def _rebuild_runs() -> None:
    """The order of columns decides how much is lost to alignment, and PostgreSQL changes it only in a new table."""
    columns = ", ".join(_RUN_COLUMNS)
    kept = [
        "substr(external_digest, 1, 32)::uuid" if column == "external_digest" else column
        for column in _RUN_COLUMNS
    ]
    made = ", ".join(f"{name} {kind}" for name, kind in _RUN_COLUMNS.items())
    of_job = "FOREIGN KEY (job_id) REFERENCES lineage_job (id) ON DELETE CASCADE"
    of_run = "FOREIGN KEY (run_id) REFERENCES lineage_run (id) ON DELETE CASCADE"
    for statement in (
        f"CREATE TABLE lineage_run_new ({made}, facet_set_id integer)",
        f"INSERT INTO lineage_run_new ({columns}) SELECT {', '.join(kept)} FROM lineage_run ORDER BY id",
        *(f"ALTER TABLE {table} DROP CONSTRAINT {table}_run_id_fkey" for table in _OF_RUNS),
        "ALTER SEQUENCE lineage_run_id_seq OWNED BY lineage_run_new.id",
        "DROP TABLE lineage_run",
        "ALTER TABLE lineage_run_new RENAME TO lineage_run",
        "ALTER TABLE lineage_run ADD CONSTRAINT lineage_run_pkey PRIMARY KEY (id)",
        "ALTER TABLE lineage_run ADD CONSTRAINT lineage_run_ti_id_uq UNIQUE (ti_id)",
        f"ALTER TABLE lineage_run ADD CONSTRAINT lineage_run_job_id_fkey {of_job}",
        *(f"ALTER TABLE {table} ADD CONSTRAINT {table}_run_id_fkey {of_run}" for table in _OF_RUNS),
    ):
        op.execute(statement)
    with op.batch_alter_table("lineage_run", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_run_dag_run_id", ["dag_run_id"], unique=False)
        batch_op.create_index("idx_lineage_run_job_id_id", ["job_id", "id"], unique=False)
        batch_op.create_index("idx_lineage_run_openlineage_run_id", ["openlineage_run_id"], unique=False)
        batch_op.create_index("idx_lineage_run_run_id", ["run_id"], unique=False)


def _widen_runs() -> None:
    with op.batch_alter_table("lineage_run", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("lineage_run_facet_set_id_fkey"), type_="foreignkey")
        for column in ("facet_set_id", "capture", "parent_run_id", "external_digest"):
            batch_op.drop_index(f"idx_lineage_run_{column}")
        batch_op.drop_column("facet_set_id")
        if _dialect() != "mysql":
            batch_op.alter_column("job_id", existing_type=_GRAPH_ID, type_=_ID, existing_nullable=False)
        if _dialect() == "postgresql":
            batch_op.alter_column(
                "capture_ms", existing_type=sa.REAL(), type_=sa.Float(), existing_nullable=True
            )
        batch_op.alter_column(
            "external_digest",
            existing_type=sa.Uuid(),
            type_=_word(64),
            existing_nullable=True,
            postgresql_using="replace(external_digest::text, '-', '')",
        )
    if not context.is_offline_mode():
        _lengthen_digests()
    with op.batch_alter_table("lineage_run", schema=None) as batch_op:
        batch_op.create_unique_constraint(batch_op.f("lineage_run_external_digest_uq"), ["external_digest"])
        batch_op.create_index("idx_lineage_run_parent_run_id", ["parent_run_id"], unique=False)
        batch_op.create_index("idx_lineage_run_capture", ["capture"], unique=False)


def _lengthen_digests() -> None:
    """The half that was dropped is made anew from what the digest is of."""
    rows = sa.select(_DIGESTS.c.id, _DIGESTS.c.openlineage_run_id, _JOB.c.digest).join(
        _JOB, _JOB.c.id == _DIGESTS.c.job_id
    )
    chosen = rows.where(_DIGESTS.c.external_digest.is_not(None), _DIGESTS.c.openlineage_run_id.is_not(None))
    connection = op.get_bind()
    update = _DIGESTS.update().where(_DIGESTS.c.id == sa.bindparam("row"))
    for page in _pages(chosen, _DIGESTS.c.id):
        values = [{"row": row.id, "whole": _hash([row.digest, str(row.openlineage_run_id)])} for row in page]
        connection.execute(update.values(external_digest=sa.bindparam("whole")), values)


def _narrow_io() -> None:
    with op.batch_alter_table("lineage_run_io", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_run_io_run_id", ["run_id"], unique=False)
    if _dialect() == "postgresql":
        # Each change of a type writes the table anew: all of them at once.
        changes = [f"ALTER {column} TYPE smallint USING {_places(column)}" for column in _WORDS]
        changes += [f"ALTER {column} TYPE integer" for column in _GRAPH_IDS]
        op.execute(f"ALTER TABLE lineage_run_io {', '.join(changes)}")
    else:
        op.execute(
            "UPDATE lineage_run_io SET " + ", ".join(f"{column} = {_places(column)}" for column in _WORDS)
        )
        with op.batch_alter_table("lineage_run_io", schema=None) as batch_op:
            for column, width in _WIDTHS.items():
                batch_op.alter_column(
                    column,
                    existing_type=_word(width),
                    type_=sa.SmallInteger(),
                    existing_nullable=False,
                )
            if _dialect() == "sqlite":
                for column, is_nullable in _GRAPH_IDS.items():
                    batch_op.alter_column(
                        column, existing_type=_ID, type_=_GRAPH_ID, existing_nullable=is_nullable
                    )
    _change_key(["dataset_id", "direction", "run_id"])
    with op.batch_alter_table("lineage_run_io", schema=None) as batch_op:
        batch_op.drop_index("idx_lineage_run_io_dataset_id_run_id")
    if _dialect() != "mysql":  # which has no indexes over a part of a table
        with op.batch_alter_table("lineage_run_io", schema=None) as batch_op:
            batch_op.drop_index("idx_lineage_run_io_schema_id")
            batch_op.create_index(
                "idx_lineage_run_io_schema_id",
                ["schema_id"],
                unique=False,
                postgresql_where=_HAS_SCHEMA,
                sqlite_where=_HAS_SCHEMA,
            )


def _widen_io() -> None:
    with op.batch_alter_table("lineage_run_io", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_run_io_dataset_id_run_id", ["dataset_id", "run_id"], unique=False)
    if _dialect() == "postgresql":
        changes = [
            f"ALTER {column} TYPE varchar({_WIDTHS[column]}) USING {_spelled(column)}" for column in _WORDS
        ]
        changes += [f"ALTER {column} TYPE bigint" for column in _GRAPH_IDS]
        op.execute(f"ALTER TABLE lineage_run_io {', '.join(changes)}")
    else:
        with op.batch_alter_table("lineage_run_io", schema=None) as batch_op:
            for column, width in _WIDTHS.items():
                batch_op.alter_column(
                    column,
                    existing_type=sa.SmallInteger(),
                    type_=_word(width),
                    existing_nullable=False,
                )
            if _dialect() == "sqlite":
                for column, is_nullable in _GRAPH_IDS.items():
                    batch_op.alter_column(
                        column, existing_type=_GRAPH_ID, type_=_ID, existing_nullable=is_nullable
                    )
        op.execute(
            "UPDATE lineage_run_io SET " + ", ".join(f"{column} = {_spelled(column)}" for column in _WORDS)
        )
    _change_key(["run_id", "dataset_id", "direction"])
    with op.batch_alter_table("lineage_run_io", schema=None) as batch_op:
        batch_op.drop_index("idx_lineage_run_io_run_id")
    if _dialect() != "mysql":
        with op.batch_alter_table("lineage_run_io", schema=None) as batch_op:
            batch_op.drop_index("idx_lineage_run_io_schema_id")
            batch_op.create_index("idx_lineage_run_io_schema_id", ["schema_id"], unique=False)


def _change_key(columns: list[str]) -> None:
    if _dialect() == "mysql":
        op.execute(f"ALTER TABLE lineage_run_io DROP PRIMARY KEY, ADD PRIMARY KEY ({', '.join(columns)})")
        return
    with op.batch_alter_table("lineage_run_io", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("lineage_run_io_pkey"), type_="primary")
        batch_op.create_primary_key(batch_op.f("lineage_run_io_pkey"), columns)


def _places(column: str) -> str:
    """SQL of a word's place."""
    cases = " ".join(f"WHEN '{word}' THEN {place}" for place, word in enumerate(_WORDS[column]))
    return f"CASE {column} {cases} END"


def _spelled(column: str) -> str:
    """SQL of the word at a place, be it a number or its digits."""
    cases = " ".join(f"WHEN {place} THEN '{word}'" for place, word in enumerate(_WORDS[column]))
    whole = column if _dialect() == "postgresql" else f"({column} + 0)"
    return f"CASE {whole} {cases} END"


def _fold_facets() -> None:
    """Attempts name what they have in common as a set; what only one of them has stays a link."""
    connection = op.get_bind()
    other = _LINK.alias("other")
    # A link of another run, or what became of it on an earlier page. That comes first: an index still leads to the
    # links that this transaction deleted, and the more of them there are the longer would each look for another take.
    is_shared = sa.or_(
        sa.exists().where(_MEMBER.c.facet_id == _LINK.c.facet_id),
        sa.exists().where(other.c.facet_id == _LINK.c.facet_id, other.c.run_id != _LINK.c.run_id),
    )
    query = (
        sa.select(_LINK.c.run_id.label("id"), _LINK.c.name, _LINK.c.facet_id, _FACET.c.content_hash)
        .join(_FACET, _FACET.c.id == _LINK.c.facet_id)
        .join(_RUN, _RUN.c.id == _LINK.c.run_id)
        .where(_RUN.c.ti_id.is_not(None), _LINK.c.seen_at.is_(None), is_shared)
    )
    in_set = sa.exists().where(
        _RUN.c.id == _LINK.c.run_id,
        _MEMBER.c.set_id == _RUN.c.facet_set_id,
        _MEMBER.c.name == _LINK.c.name,
        _MEMBER.c.facet_id == _LINK.c.facet_id,
    )
    sets: dict[str, int] = {}
    for page in _pages(query, _LINK.c.run_id, _LINK.c.name):
        named: dict[int, list[int]] = {}
        for run_id, members in groupby(page, key=lambda row: row.id):
            links = list(members)
            digest = _hash({link.name: link.content_hash for link in links})
            if digest not in sets:
                sets[digest] = _make_set(digest, links)
            named.setdefault(sets[digest], []).append(run_id)
        for set_id, run_ids in named.items():
            for start in range(0, len(run_ids), _MOST_IDS):
                chosen = _RUN.c.id.in_(run_ids[start : start + _MOST_IDS])
                connection.execute(_RUN.update().where(chosen).values(facet_set_id=set_id))
        of_page = _LINK.c.run_id.between(page[0].id, page[-1].id)
        connection.execute(_LINK.delete().where(of_page, in_set))


def _make_set(digest: str, links: Sequence[Any]) -> int:
    connection = op.get_bind()
    connection.execute(_SET.insert().values(content_hash=digest))
    set_id = connection.scalar(sa.select(_SET.c.id).where(_SET.c.content_hash == digest))
    rows = [{"set_id": set_id, "name": link.name, "facet_id": link.facet_id} for link in links]
    connection.execute(_MEMBER.insert(), rows)
    return int(set_id or 0)


def _unfold_facets() -> None:
    op.execute(
        "INSERT INTO lineage_run_facet (run_id, name, facet_id) "
        "SELECT r.id, m.name, m.facet_id FROM lineage_run r "
        "JOIN lineage_facet_set_member m ON m.set_id = r.facet_set_id "
        "WHERE NOT EXISTS (SELECT 1 FROM lineage_run_facet f WHERE f.run_id = r.id AND f.name = m.name)"
    )


def _pages(query: sa.Select[Any], row_id: Any, *order: Any) -> Iterator[list[Any]]:
    """Rows of a query by ranges of run ids, in order."""
    connection = op.get_bind()
    last = connection.scalar(sa.select(sa.func.max(_RUN.c.id))) or 0
    for start in range(0, last, _BATCH):
        part = query.where(row_id > start, row_id <= start + _BATCH).order_by(row_id, *order)
        if rows := list(connection.execute(part)):
            yield rows


def _hash(value: object) -> str:
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _dialect() -> str:
    return op.get_context().dialect.name
