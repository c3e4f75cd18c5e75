"""Contracts: what is in force, how it stands, and changing it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Annotated, Any

import yaml
from airflow.api_fastapi.common.db.common import SessionDep
from fastapi import APIRouter, HTTPException, Query, status

from airflow_lineage_provider.api.access import AccessDep
from airflow_lineage_provider.api.contract_text import BODY, ContractText
from airflow_lineage_provider.api.cursor import decode_cursor, encode_cursor
from airflow_lineage_provider.api.parameters import (
    MAX_ID,
    Cursor,
    DatasetNode,
    Limit,
    Name,
    Namespace,
    Word,
    asked_dataset,
)
from airflow_lineage_provider.api.rights import GovernDep
from airflow_lineage_provider.api.schemas.contract import (
    AppliedContract,
    Binding,
    ContractChange,
    ContractDetail,
    ContractDiff,
    ContractPage,
    ContractProblem,
    ContractStatus,
    ContractVersion,
    FileProblem,
    InferredContract,
    KeptContracts,
    ListedContract,
    PrunedContracts,
    RetractedContract,
    StatusPage,
    Validation,
)
from airflow_lineage_provider.contracts.apply import apply_text
from airflow_lineage_provider.contracts.contract_diff import diff
from airflow_lineage_provider.contracts.error import ContractError, Problem, path_text
from airflow_lineage_provider.contracts.infer import infer
from airflow_lineage_provider.contracts.lint import lint_text
from airflow_lineage_provider.contracts.named_contract import body_of, dialect_of_bound
from airflow_lineage_provider.contracts.prune import others_of
from airflow_lineage_provider.contracts.status import contract_statuses
from airflow_lineage_provider.governance.dataset_owners import owners_of
from airflow_lineage_provider.model.access import Access
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.contract_pages import SeenVersion, list_contract_page, seen_versions
from airflow_lineage_provider.store.contract_problems import file_problems
from airflow_lineage_provider.store.contracts import BoundSchema, retract

router = APIRouter(tags=["Contracts"])

SOURCE = "API"
_LIST, _STATUS = "contracts", "contract-status"

ContractId = Annotated[
    Word, Query(alias="id", min_length=1, max_length=MAX_ID, description="Id of the contract.")
]
DryRun = Annotated[bool, Query(description="Say what would happen, and change nothing.")]


def _version(description: str) -> Any:
    return Query(min_length=1, max_length=64, description=description)


@router.get("/contracts", summary="List the contracts in force")
def get_contracts(
    session: SessionDep, access: AccessDep, limit: Limit = 100, cursor: Cursor = None
) -> ContractPage:
    """Who may not read every DAG sees those that speak for a dataset which they may see."""
    after = decode_cursor(cursor, str, scope=_LIST)[0] if cursor is not None else ""
    page = list_contract_page(access, after=str(after), limit=limit, session=session)
    return ContractPage(
        contracts=[
            ListedContract(
                **{
                    field: getattr(entry, field)
                    for field in ListedContract.model_fields
                    if field != "bindings"
                },
                bindings=_bindings(entry.schemas),
            )
            for entry in page.contracts
        ],
        next_cursor=encode_cursor([page.next_id], scope=_LIST) if page.next_id is not None else None,
    )


@router.get("/contracts/detail", summary="Read a contract with its versions")
def get_contract(
    session: SessionDep,
    access: AccessDep,
    contract_id: ContractId,
    version: Annotated[
        Word | None, _version("Which version; default: the one in force, else the last.")
    ] = None,
) -> ContractDetail:
    """The version that is asked for, what it is bound to, and which others there are."""
    found = _seen(contract_id, access, session)
    shown = _chosen(found, contract_id, version)
    body = dict(body_of(shown.version, session=session)) if shown.is_whole else None
    return ContractDetail(
        contract_id=contract_id,
        version=ContractVersion.model_validate(shown.version),
        bindings=_bindings(shown.version.schemas),
        contract=body,
        text=yaml.safe_dump(body, sort_keys=False, allow_unicode=True) if body is not None else None,
        versions=[ContractVersion.model_validate(each.version) for each in found],
    )


@router.get("/contracts/diff", summary="Read what changed between two versions of a contract")
def get_diff(
    session: SessionDep,
    access: AccessDep,
    contract_id: ContractId,
    old: Annotated[Word | None, _version("Version; default: the one before the one in force.")] = None,
    new: Annotated[Word | None, _version("Version; default: the one in force, else the last.")] = None,
) -> ContractDiff:
    """Differences, the worst first."""
    found = _seen(contract_id, access, session)
    after = _chosen(found, contract_id, new)
    earlier = [each for each in found if each is not after]
    if old is None and not earlier:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"contract {contract_id!r} has one version only")
    before = _chosen(found if old is not None else earlier, contract_id, old)
    if not (before.is_whole and after.is_whole):
        raise HTTPException(
            status.HTTP_403_FORBIDDEN,
            "You may not see all datasets and columns that these versions speak of.",
        )
    result = diff(
        body_of(before.version, session=session),
        body_of(after.version, session=session),
        dialect=dialect_of_bound(item.dataset for item in after.version.schemas),
    )
    return ContractDiff(
        contract_id=contract_id,
        old_version=result.old_version,
        new_version=result.new_version,
        impact=result.impact.value if result.impact is not None else None,
        is_breaking=result.is_breaking,
        is_version_raised=result.is_version_raised,
        changes=[ContractChange.model_validate(change) for change in result.changes],
    )


@router.get("/contracts/status", summary="Read how contracts stand")
def get_status(
    session: SessionDep, access: AccessDep, limit: Limit = 100, cursor: Cursor = None
) -> StatusPage:
    """What is bound to nothing, bound twice or names what nobody has seen, and which files are no contracts."""
    after = decode_cursor(cursor, str, scope=_STATUS)[0] if cursor is not None else ""
    page = list_contract_page(access, after=str(after), limit=limit, session=session)
    contracts = []
    for each in contract_statuses(page.contracts, session=session):
        wire = each.to_wire()
        for item in wire["objects"]:
            item["schema_name"] = item.pop("schema")
            if not access.is_unrestricted:
                # These name datasets and contracts that the reader may not see.
                item["closest"], item["also"] = [], []
                if item["via"] is not None:
                    item["known_as"] = None
        if not access.is_unrestricted:
            wire["problems"] = []
        contracts.append(ContractStatus.model_validate(wire))
    files = file_problems(session=session) if access.is_unrestricted and cursor is None else []
    return StatusPage(
        contracts=contracts,
        files=[
            FileProblem(source=each.source, contract_id=each.contract_id, problems=list(each.lines()))
            for each in files
        ],
        next_cursor=encode_cursor([page.next_id], scope=_STATUS) if page.next_id is not None else None,
    )


@router.get("/contracts/infer", summary="Write a first contract of a dataset")
def get_inferred(
    session: SessionDep,
    access: AccessDep,
    namespace: Namespace = None,
    name: Name = None,
    node_id: DatasetNode = None,
    contract_id: Annotated[
        Word | None, Query(alias="id", min_length=1, max_length=MAX_ID, description="Id that it gets.")
    ] = None,
) -> InferredContract:
    """Columns, types, owner and description as they are known; nothing is stored."""
    dataset = asked_dataset(node_id, namespace, name, access, session)
    today = datetime.now(UTC).date()
    owners = owners_of(DatasetId(dataset.namespace, dataset.name), access, today=today, session=session)
    text = infer(
        dataset,
        access,
        contract_id=contract_id,
        owners=[owner.name for owner in owners],
        channel=next((owner.channel for owner in owners if owner.channel), None),
        session=session,
    )
    return InferredContract(text=text)


@router.post("/contracts/validate", summary="Validate the text of a contract", openapi_extra=BODY)
def post_validation(access: AccessDep, text: ContractText) -> Validation:
    """Problems with line and path. Nothing is stored, and nothing that the text points at is fetched."""
    report = lint_text(text, SOURCE, today=datetime.now(UTC).date())
    return Validation(
        is_valid=not report.problems,
        problems=_problems(report.problems),
        warnings=_problems(report.warnings),
    )


@router.post("/contracts", summary="Apply a contract", openapi_extra=BODY)
def post_contract(
    session: SessionDep, user: GovernDep, text: ContractText, dry_run: DryRun = False
) -> AppliedContract:
    """Make it the version in force. 400 with every problem for a text that is no valid contract."""
    try:
        applied = apply_text(text, source=SOURCE, applied_by=user.name, dry_run=dry_run, session=session)
    except ContractError as error:
        problems = [problem.model_dump() for problem in _problems(error.problems)]
        raise HTTPException(
            status.HTTP_400_BAD_REQUEST, {"message": "The contract is not valid.", "problems": problems}
        ) from None
    return AppliedContract(
        contract_id=applied.contract_id,
        version=applied.version,
        action=applied.action,
        bindings=_bindings(
            BoundSchema(item.schema_name, item.dataset, item.bound_by.value, item.detail)
            for item in applied.bindings
        ),
    )


@router.post("/contracts/prune", summary="Take all but some contracts out of force")
def post_prune(
    session: SessionDep, user: GovernDep, body: KeptContracts, dry_run: DryRun = False
) -> PrunedContracts:
    """Of those that were applied over this API; what came from files stays. For who applies a whole set: then this."""
    gone = others_of(SOURCE, set(body.keep), session=session)
    if not dry_run:
        retract(
            [entry.contract_id for entry in gone],
            reason="not among those that the API was told to keep",
            actor=user.name,
            now=datetime.now(UTC),
            session=session,
        )
    return PrunedContracts(contracts=[RetractedContract.model_validate(entry) for entry in gone])


@router.delete("/contracts", summary="Take a contract out of force")
def delete_contract(session: SessionDep, user: GovernDep, contract_id: ContractId) -> RetractedContract:
    """Its versions are kept, and applying one restores it. One that a watched file holds comes back with the next look."""
    found = retract(
        [contract_id], reason="deleted by the API", actor=user.name, now=datetime.now(UTC), session=session
    )
    if not found:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"no contract {contract_id!r} is in force")
    return RetractedContract.model_validate(found[0])


def _seen(contract_id: str, access: Access, session: SessionDep) -> list[SeenVersion]:
    found = seen_versions(contract_id, access, session=session)
    if not found:
        raise HTTPException(status.HTTP_404_NOT_FOUND, f"no contract {contract_id!r} is known")
    return found


def _chosen(found: list[SeenVersion], contract_id: str, version: str | None) -> SeenVersion:
    for each in found:
        if version is None or each.version.version == version:
            return each
    raise HTTPException(status.HTTP_404_NOT_FOUND, f"contract {contract_id!r} has no version {version!r}")


def _bindings(schemas: Iterable[BoundSchema]) -> list[Binding]:
    return [
        Binding(
            schema_name=item.schema_name,
            namespace=item.dataset.namespace if item.dataset else None,
            name=item.dataset.name if item.dataset else None,
            bound_by=item.bound_by,
            detail=item.detail,
        )
        for item in schemas
    ]


def _problems(problems: Iterable[Problem]) -> list[ContractProblem]:
    return [
        ContractProblem(line=problem.line, path=path_text(problem.path), message=problem.message)
        for problem in problems
    ]
