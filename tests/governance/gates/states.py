"""Answers of the judge as the API server keeps them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from airflow_lineage_provider.governance.filing import seen_of
from airflow_lineage_provider.governance.result import Result
from airflow_lineage_provider.governance.verdict import Finding
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.model.level import Level
from airflow_lineage_provider.store.findings import Judged
from airflow_lineage_provider.store.gate_states import GateFinding, StoredGate, save_gate
from airflow_lineage_provider.store.verdicts import Gate, save_verdict

ORDERS = DatasetId("postgres://db.example.com:5432", "shop.public.orders")


def finding(level: Level = Level.BLOCK, message: str = "nobody owns it", subject: str = "") -> Finding:
    return Finding(
        "owner-missing",
        level,
        Result.FAIL,
        message,
        "register an owner: `airflow lineage owners add`",
        about=ORDERS,
        subject=subject,
    )


def keep(
    engine: Any, dag_id: str, *findings: Finding, valid: timedelta = timedelta(hours=1), **fields: Any
) -> int | None:
    """Keep an answer with these findings; returns the id of the verdict it rests on."""
    now = datetime.now(UTC)
    level = max((each.level for each in findings), key=lambda each: each.rank, default=Level.OFF)
    result = {Level.BLOCK: "fail", Level.WARN: "warn"}.get(level, "pass")
    lines = [f"{number}. {each.describe()}" for number, each in enumerate(findings, 1)]
    message = "\n".join([f"{len(findings)} findings on 1 upstream dataset; result: {result}.", *lines])
    with Session(engine) as session, session.begin():
        verdict_id = None
        if findings:
            verdict_id, _ = save_verdict(
                Gate("gate-state", dag_id),
                result=result,
                message=message,
                datasets=1,
                findings=[seen_of(each) for each in findings],
                judged=Judged(),
                body={"result": result, "findings": [each.to_wire() for each in findings]},
                now=now,
                session=session,
            )
        kept = StoredGate(
            dag_id=dag_id,
            result=result,
            level=level,
            message=message,
            shown=message,
            findings=tuple(GateFinding(each.key, each.rule, each.level) for each in findings),
            findings_total=len(findings),
            datasets=1,
            fingerprint="0" * 64,
            verdict_id=verdict_id,
            judged_at=now,
            valid_until=now + valid,
        )
        save_gate(
            StoredGate(**{**{name: getattr(kept, name) for name in kept.__slots__}, **fields}),
            session=session,
        )
    return verdict_id
