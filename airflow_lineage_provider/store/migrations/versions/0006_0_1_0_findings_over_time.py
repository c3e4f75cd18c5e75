"""
findings over time, waivers, owners and the audit chain.

Revision ID: 5c0b93e7d214
Revises: a27c5d0e9b61
Create Date: 2026-11-21 19:20:00
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import sqlalchemy as sa
from airflow.models.base import COLLATION_ARGS
from airflow.utils.sqlalchemy import UtcDateTime
from alembic import context, op
from sqlalchemy.dialects import mysql

revision = "5c0b93e7d214"
down_revision = "a27c5d0e9b61"
branch_labels = None
depends_on = None
provider_version = "0.1.0"

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_BLOB = sa.LargeBinary().with_variant(mysql.LONGBLOB(), "mysql")
_JSON = sa.Text().with_variant(mysql.MEDIUMTEXT(), "mysql")
_TIME = UtcDateTime(timezone=True)
_BATCH = 500
_KEPT = ("rule", "digest", "namespace", "name", "level", "result", "message", "evidence")


def _word(length: int) -> sa.String:
    return sa.String(length=length, **COLLATION_ARGS)


def upgrade() -> None:
    _widen_contracts()
    _create_owners()
    _create_decisions()
    _create_audit()
    with op.batch_alter_table("lineage_verdict", schema=None) as batch_op:
        batch_op.add_column(sa.Column("body", _BLOB, nullable=True))
        batch_op.add_column(sa.Column("grant_id", sa.BigInteger(), nullable=True))
        batch_op.create_index("idx_lineage_verdict_judged_at", ["judged_at"], unique=False)
    # A script knows no rows: what was found before is found again by the next verdicts.
    findings, links = ([], []) if context.is_offline_mode() else _fold()
    op.drop_table("lineage_finding")
    _create_findings()
    _keep(findings, links)


def downgrade() -> None:
    said = [] if context.is_offline_mode() else _take_said()
    op.drop_table("lineage_verdict_finding")
    op.drop_table("lineage_finding")
    _create_old_findings()
    _bulk("lineage_finding", said)
    with op.batch_alter_table("lineage_verdict", schema=None) as batch_op:
        batch_op.drop_index("idx_lineage_verdict_judged_at")
        batch_op.drop_column("grant_id")
        batch_op.drop_column("body")
    for table in (
        "lineage_audit_head",
        "lineage_audit",
        "lineage_baseline",
        "lineage_grant",
        "lineage_waiver",
        "lineage_owner",
        "lineage_contract_problem",
    ):
        op.drop_table(table)
    with op.batch_alter_table("lineage_contract", schema=None) as batch_op:
        batch_op.drop_column("managed_by")
        batch_op.drop_column("origin")


def _widen_contracts() -> None:
    with op.batch_alter_table("lineage_contract", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin", _word(16), server_default="odcs", nullable=False))
        batch_op.add_column(sa.Column("managed_by", sa.String(length=500), nullable=True))
    op.create_table(
        "lineage_contract_problem",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("source_digest", _word(64), nullable=False),
        sa.Column("source", sa.String(length=2000), nullable=False),
        sa.Column("managed_by", sa.String(length=500), nullable=True),
        sa.Column("contract_id", _word(250), nullable=True),
        sa.Column("problems", _JSON, nullable=False),
        sa.Column("seen_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_contract_problem_pkey")),
        sa.UniqueConstraint("source_digest", name=op.f("lineage_contract_problem_source_digest_uq")),
    )


def _create_owners() -> None:
    op.create_table(
        "lineage_owner",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("digest", _word(64), nullable=True),
        sa.Column("namespace", sa.String(length=1024), nullable=False),
        sa.Column("name", sa.String(length=2048), nullable=False),
        sa.Column("owner", sa.String(length=250), nullable=False),
        sa.Column("kind", _word(16), nullable=True),
        sa.Column("contact", sa.String(length=1000), nullable=True),
        sa.Column("channel", sa.String(length=1000), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=2000), nullable=False),
        sa.Column("position", sa.Integer(), server_default="0", nullable=False),
        sa.Column("set_by", sa.String(length=250), nullable=True),
        sa.Column("set_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_owner_pkey")),
    )
    with op.batch_alter_table("lineage_owner", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_owner_digest", ["digest"], unique=False)


def _decided() -> list[sa.Column[Any]]:
    """Who asked for a waiver or a grant, who approved it and how long it holds."""
    return [
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("ticket", sa.String(length=250), nullable=True),
        sa.Column("author", sa.String(length=250), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("approver", sa.String(length=250), nullable=True),
        sa.Column("approved_at", _TIME, nullable=True),
        sa.Column("expires_at", _TIME, nullable=False),
        sa.Column("revoked_at", _TIME, nullable=True),
        sa.Column("revoked_by", sa.String(length=250), nullable=True),
    ]


def _create_decisions() -> None:
    op.create_table(
        "lineage_waiver",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("rule", _word(64), nullable=False),
        sa.Column("namespace", sa.String(length=1024), nullable=True),
        sa.Column("name", sa.String(length=2048), nullable=True),
        sa.Column("dag_id", _word(250), nullable=True),
        sa.Column("subject", sa.String(length=1000), nullable=True),
        *_decided(),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_waiver_pkey")),
    )
    with op.batch_alter_table("lineage_waiver", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_waiver_expires_at", ["expires_at"], unique=False)
    op.create_table(
        "lineage_grant",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("name", _word(128), nullable=False),
        sa.Column("dag_id", _word(250), nullable=False),
        *_decided(),
        sa.Column("uses", sa.Integer(), server_default="0", nullable=False),
        sa.Column("most_uses", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_grant_pkey")),
        sa.UniqueConstraint("name", name=op.f("lineage_grant_name_uq")),
    )
    op.create_table(
        "lineage_baseline",
        sa.Column("key", _word(64), nullable=False),
        sa.Column("rule", _word(64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("created_at", _TIME, nullable=False),
        sa.Column("created_by", sa.String(length=250), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("lineage_baseline_pkey")),
    )


def _create_audit() -> None:
    op.create_table(
        "lineage_audit",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=True),
        sa.Column("kind", _word(32), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("actor", sa.String(length=250), nullable=True),
        sa.Column("subject", sa.String(length=1000), nullable=True),
        sa.Column("payload", _BLOB, nullable=True),
        sa.Column("payload_hash", _word(64), nullable=False),
        sa.Column("prev_hash", _word(64), nullable=True),
        sa.Column("entry_hash", _word(64), nullable=True),
        sa.Column("sealed_at", _TIME, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_audit_pkey")),
        sa.UniqueConstraint("seq", name=op.f("lineage_audit_seq_uq")),
    )
    with op.batch_alter_table("lineage_audit", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_audit_at", ["at"], unique=False)
    op.create_table(
        "lineage_audit_head",
        sa.Column("chain", _word(32), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("entry_hash", _word(64), nullable=False),
        sa.Column("updated_at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("lineage_audit_head_pkey")),
    )


def _create_findings() -> None:
    op.create_table(
        "lineage_finding",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("key", _word(64), nullable=False),
        sa.Column("rule", _word(64), nullable=False),
        sa.Column("digest", _word(64), nullable=True),
        sa.Column("namespace", sa.String(length=1024), nullable=True),
        sa.Column("name", sa.String(length=2048), nullable=True),
        sa.Column("dag_id", _word(250), nullable=True),
        sa.Column("subject", sa.String(length=1000), nullable=True),
        sa.Column("level", _word(8), nullable=False),
        sa.Column("result", _word(8), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("fix", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=250), nullable=True),
        sa.Column("channel", sa.String(length=1000), nullable=True),
        sa.Column("contract_id", _word(250), nullable=True),
        sa.Column("contract_version", _word(64), nullable=True),
        sa.Column("evidence", _JSON, nullable=False),
        sa.Column("opened_at", _TIME, nullable=False),
        sa.Column("last_seen_at", _TIME, nullable=False),
        sa.Column("resolved_at", _TIME, nullable=True),
        sa.Column("reopened", sa.Integer(), server_default="0", nullable=False),
        sa.Column("waiver_id", _ID, nullable=True),
        sa.Column("is_baselined", sa.Boolean(), nullable=False),
        sa.Column("notified_as", _word(8), nullable=True),
        sa.Column("notified_at", _TIME, nullable=True),
        sa.ForeignKeyConstraint(
            ["waiver_id"],
            ["lineage_waiver.id"],
            name=op.f("lineage_finding_waiver_id_fkey"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_finding_pkey")),
        sa.UniqueConstraint("key", name=op.f("lineage_finding_key_uq")),
    )
    with op.batch_alter_table("lineage_finding", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_finding_dag_id", ["dag_id"], unique=False)
        batch_op.create_index("idx_lineage_finding_digest", ["digest"], unique=False)
        batch_op.create_index("idx_lineage_finding_resolved_at", ["resolved_at"], unique=False)
    op.create_table(
        "lineage_verdict_finding",
        sa.Column("verdict_id", _ID, nullable=False),
        sa.Column("finding_id", _ID, nullable=False),
        sa.Column("level", _word(8), nullable=False),
        sa.Column("result", _word(8), nullable=False),
        sa.Column("waiver_id", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["verdict_id"],
            ["lineage_verdict.id"],
            name=op.f("lineage_verdict_finding_verdict_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["lineage_finding.id"],
            name=op.f("lineage_verdict_finding_finding_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("verdict_id", "finding_id", name=op.f("lineage_verdict_finding_pkey")),
    )
    with op.batch_alter_table("lineage_verdict_finding", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_verdict_finding_finding_id", ["finding_id"], unique=False)


def _create_old_findings() -> None:
    op.create_table(
        "lineage_finding",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("verdict_id", _ID, nullable=False),
        sa.Column("rule", _word(64), nullable=False),
        sa.Column("level", _word(8), nullable=False),
        sa.Column("result", _word(8), nullable=False),
        sa.Column("digest", _word(64), nullable=True),
        sa.Column("namespace", sa.String(length=1024), nullable=True),
        sa.Column("name", sa.String(length=2048), nullable=True),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("evidence", _JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["verdict_id"],
            ["lineage_verdict.id"],
            name=op.f("lineage_finding_verdict_id_fkey"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("lineage_finding_pkey")),
    )
    with op.batch_alter_table("lineage_finding", schema=None) as batch_op:
        batch_op.create_index("idx_lineage_finding_digest", ["digest"], unique=False)
        batch_op.create_index(batch_op.f("idx_lineage_finding_verdict_id"), ["verdict_id"], unique=False)


def _key(rule: str, digest: str | None) -> str:
    """As the judge makes keys of rules that are about a whole dataset."""
    parts = json.dumps([rule, digest or "", "", ""], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(parts.encode()).hexdigest()


def _fold() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What was said again and again as one finding, and which verdicts said it.

    Nobody said of any that it is gone, so that they are open.
    """
    rows = op.get_bind().execute(
        sa.text(
            "SELECT f.verdict_id, f.rule, f.level, f.result, f.digest, f.namespace, f.name, f.message, f.evidence, "
            "v.judged_at FROM lineage_finding f JOIN lineage_verdict v ON v.id = f.verdict_id "
            "ORDER BY f.verdict_id, f.id"
        ).columns(judged_at=_TIME)
    )
    findings: dict[str, dict[str, Any]] = {}
    links: dict[tuple[int, str], dict[str, Any]] = {}
    for row in rows.mappings():
        key = _key(row["rule"], row["digest"])
        finding = findings.setdefault(
            key,
            {
                "id": len(findings) + 1,
                "key": key,
                "opened_at": row["judged_at"],
                "fix": "",
                "is_baselined": False,
            },
        )
        finding |= {name: row[name] for name in _KEPT}
        finding["last_seen_at"] = row["judged_at"]
        links[row["verdict_id"], key] = {
            "verdict_id": row["verdict_id"],
            "finding_id": finding["id"],
            "level": row["level"],
            "result": row["result"],
        }
    return list(findings.values()), list(links.values())


def _keep(findings: list[dict[str, Any]], links: list[dict[str, Any]]) -> None:
    _bulk("lineage_finding", findings)
    _bulk("lineage_verdict_finding", links)
    if findings and op.get_bind().dialect.name == "postgresql":
        # The rows were numbered here; the sequence knows nothing of it.
        op.execute(
            "SELECT setval(pg_get_serial_sequence('lineage_finding', 'id'), (SELECT max(id) FROM lineage_finding))"
        )


def _take_said() -> list[dict[str, Any]]:
    rows = op.get_bind().execute(
        sa.text(
            "SELECT l.verdict_id, f.rule, l.level, l.result, f.digest, f.namespace, f.name, f.message, f.evidence "
            "FROM lineage_verdict_finding l JOIN lineage_finding f ON f.id = l.finding_id "
            "ORDER BY l.verdict_id, l.finding_id"
        )
    )
    return [dict(row._mapping) for row in rows]


def _bulk(table: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    times = {"opened_at", "last_seen_at"}
    columns = [sa.column(name, _TIME if name in times else None) for name in rows[0]]
    target = sa.table(table, *columns)
    for start in range(0, len(rows), _BATCH):
        op.bulk_insert(target, rows[start : start + _BATCH])
