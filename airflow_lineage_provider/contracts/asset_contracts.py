"""Contracts that DAG files declare on assets: whole ones, and ids of contracts that speak for the asset's dataset."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace

from airflow_lineage_provider.contracts.error import ContractError, Problem
from airflow_lineage_provider.contracts.load import load_text
from airflow_lineage_provider.contracts.look import ACTOR, Look, unexpected
from airflow_lineage_provider.model.canonical import content_hash
from airflow_lineage_provider.model.dataset_id import DatasetId
from airflow_lineage_provider.store.asset_extras import AssetContract, asset_contracts
from airflow_lineage_provider.store.contract_bodies import read_bodies
from airflow_lineage_provider.store.contract_problems import problem_sources
from airflow_lineage_provider.store.contract_writes import BY_ASSET, rebind
from airflow_lineage_provider.store.contracts import BoundSchema, ContractSummary, summaries
from airflow_lineage_provider.store.identity import canonical_dataset
from airflow_lineage_provider.store.loose_contracts import physical_name

MANAGED_BY = "assets"
ORIGIN = "asset"


class AssetContracts:
    """State of what assets declare, from look to look."""

    def __init__(self) -> None:
        self._seen: dict[str, str] = {}
        """Source to the hash of what it declared, and of what came of it."""

    def look(self, look: Look) -> None:
        """Apply whole contracts, bind those that are named, retract what no asset declares any more."""
        with look.transactions.reading() as session:
            found = asset_contracts(session=session)
            current = summaries(session=session)
            noted = problem_sources(MANAGED_BY, session=session)
        entries = {entry.contract_id: entry for entry in current}
        declared: set[str] = set()
        named: dict[tuple[str, str], str] = {}
        problems: dict[str, tuple[Problem, str | None]] = {}
        for item in found:
            source = f"asset {item.asset}"
            try:
                if isinstance(item.contract, Mapping):
                    declared.add(self._apply(item, source, entries, declared, look))
                else:
                    self._name(item, source, entries, named, look)
            except ContractError as error:
                contract_id = _id_of(item)
                if contract_id is not None:
                    declared.add(contract_id)  # the last valid version stays
                problems[source] = (error.problems[0], contract_id)
                self._note(error, source, contract_id, look)
            except Exception as error:
                contract_id = _id_of(item)
                if contract_id is not None:
                    declared.add(contract_id)
                self._seen.pop(source, None)
                problem = unexpected(error, source)
                problems[source] = (problem, contract_id)
                look.note([problem], source=source, managed_by=MANAGED_BY, contract_id=contract_id)
        self._unbind(entries, named, look)
        gone = [
            entry.contract_id
            for entry in current
            if entry.managed_by == MANAGED_BY and entry.contract_id not in declared
        ]
        look.retract(gone, managed_by=MANAGED_BY, reason="no asset declares it any more")
        solved = noted - set(problems)
        look.forget(sorted(solved))
        sources = {f"asset {item.asset}" for item in found}
        self._seen = {source: seen for source, seen in self._seen.items() if source in sources}

    def _apply(
        self,
        item: AssetContract,
        source: str,
        entries: Mapping[str, ContractSummary],
        declared: set[str],
        look: Look,
    ) -> str:
        """Apply a whole contract; returns its id."""
        digest = content_hash([item.contract, item.dataset.digest])
        contract_id = str(item.contract.get("id"))
        known = entries.get(contract_id)
        is_mine = known is not None and known.managed_by == MANAGED_BY and known.source == source
        if is_mine and self._seen.get(source) == digest and contract_id not in declared:
            return contract_id
        # As text, so that all that is demanded of a file is demanded of it.
        try:
            contract = load_text(json.dumps(item.contract, indent=1, ensure_ascii=False), source)
        except ContractError as error:
            # The lines are none of anybody's file.
            raise ContractError([replace(problem, line=None) for problem in error.problems]) from None
        holder = known.source or "another place" if known is not None and not is_mine else None
        if contract_id in declared or (known is not None and known.managed_by != MANAGED_BY):
            where = "another asset" if contract_id in declared else holder
            raise ContractError(
                [
                    Problem(
                        source,
                        f"{contract_id!r} is already applied from {where}; name it by its id instead",
                        ("id",),
                    )
                ]
            )
        look.apply(contract, source=source, managed_by=MANAGED_BY, origin=ORIGIN, asset=item.dataset)
        self._seen[source] = digest
        return contract_id

    def _name(
        self,
        item: AssetContract,
        source: str,
        entries: Mapping[str, ContractSummary],
        named: dict[tuple[str, str], str],
        look: Look,
    ) -> None:
        """Bind an object of a contract that the asset names by its id."""

        def refuse(message: str) -> ContractError:
            return ContractError([Problem(source, message)])

        if not isinstance(item.contract, str):
            raise refuse(
                "the extra's contract must be an ODCS document or the id of a contract that is applied"
            )
        entry = entries.get(item.contract.strip())
        if entry is None:
            raise refuse(f"no contract {item.contract!r} is in force; apply it first")
        schema = self._object_for(item, entry, look)
        if schema is None:
            names = ", ".join(sorted(bound.schema_name for bound in entry.schemas)) or "none"
            raise refuse(
                f"contract {entry.contract_id} has the schema objects {names}, and none is called like the asset; set "
                "openlineageNamespace and openlineageName on the one that is meant"
            )
        if schema.dataset is not None and schema.bound_by != BY_ASSET:
            if canonical_dataset(schema.dataset) != item.dataset:
                raise refuse(
                    f"object {schema.schema_name} of contract {entry.contract_id} speaks for {schema.dataset}, "
                    f"not for {item.dataset}; one object speaks for one dataset"
                )
            return
        taken = named.setdefault((entry.contract_id, schema.schema_name), source)
        if taken != source:
            raise refuse(
                f"object {schema.schema_name} of contract {entry.contract_id} is bound by {taken} already"
            )
        if schema.dataset != item.dataset:
            self._bind(entry, schema.schema_name, item.dataset, source, look)

    def _object_for(self, item: AssetContract, entry: ContractSummary, look: Look) -> BoundSchema | None:
        if len(entry.schemas) == 1:
            return entry.schemas[0]
        with look.transactions.reading() as session:
            body = read_bodies({entry.row_id: entry.content_hash}, session=session)[entry.row_id]
        wanted = {item.asset.casefold(), item.dataset.name.casefold()}
        wanted |= {name.rpartition(".")[2] for name in wanted}
        for schema in entry.schemas:
            names = {schema.schema_name.casefold(), physical_name(body, schema.schema_name).casefold()}
            if names & wanted:
                return schema
        return None

    def _bind(
        self, entry: ContractSummary, schema_name: str, dataset: DatasetId | None, source: str, look: Look
    ) -> None:
        """Bind one object anew and leave the others as they are."""
        bound = (
            BoundSchema(schema_name, dataset, BY_ASSET, source)
            if dataset is not None
            else BoundSchema(
                schema_name, None, "unbound", f"{source} names it no more; apply the contract again"
            )
        )
        with look.transactions.writing() as session:
            # Somebody may have applied another version since this look began.
            fresh = next(iter(summaries(ids=[entry.contract_id], session=session)), None)
            if fresh is None or fresh.row_id != entry.row_id:
                return
            rebind(
                fresh.row_id,
                [bound if each.schema_name == schema_name else each for each in fresh.schemas],
                contract_id=fresh.contract_id,
                version=fresh.version,
                actor=ACTOR,
                now=look.now,
                session=session,
            )

    def _unbind(
        self, entries: Mapping[str, ContractSummary], named: Mapping[tuple[str, str], str], look: Look
    ) -> None:
        for entry in entries.values():
            if entry.managed_by == MANAGED_BY:
                continue
            for schema in entry.schemas:
                if schema.bound_by == BY_ASSET and (entry.contract_id, schema.schema_name) not in named:
                    self._bind(entry, schema.schema_name, None, schema.detail or "an asset", look)

    def _note(self, error: ContractError, source: str, contract_id: str | None, look: Look) -> None:
        """Remember the problems of an asset, once as long as they are the same."""
        digest = content_hash([[problem.message, list(map(str, problem.path))] for problem in error.problems])
        if self._seen.get(source) != digest:
            look.note(error.problems, source=source, managed_by=MANAGED_BY, contract_id=contract_id)
            self._seen[source] = digest


def _id_of(item: AssetContract) -> str | None:
    found = item.contract.get("id") if isinstance(item.contract, Mapping) else item.contract
    return found[:250] if isinstance(found, str) else None
