"""Contracts: whether there is one, what it is worth, how it changed."""

from __future__ import annotations

from dataclasses import replace

from airflow_lineage_provider.contracts.contract_diff import ContractChange, ContractDiff, Impact
from airflow_lineage_provider.governance.facts import LooseContract, PreviousContract, ScopeFacts
from tests.governance.rules.well import CONTRACT, DAY, NOW, ORDERS, WELL, Example, contract, world

_REMOVED = ContractChange(
    "column-removed",
    "schema[orders].properties[discount]",
    "discount",
    None,
    Impact.MAJOR,
    "column discount was removed",
)


def _since(old: str, new: str, *changes: ContractChange) -> PreviousContract:
    return PreviousContract(old, "active", "ann@example.com", ContractDiff(changes, old, new))


def _everything(*loose: LooseContract) -> ScopeFacts:
    return ScopeFacts((WELL,), loose_contracts=loose)


EXAMPLES = (
    Example(
        "contract-missing",
        "A DAG reads a table that no contract speaks for.",
        world(contracts=()),
        "`airflow lineage contracts apply` with a contract whose schema object names the table.",
        world(),
    ),
    Example(
        "contract-invalid",
        "A file in a watched folder has a typo.",
        _everything(
            LooseContract(
                "stock",
                "2.0.0",
                None,
                "contracts/stock.odcs.yaml",
                "it does not fit the schema of ODCS v3.1.0",
                problems=("line 20, schema[0].properties[0].requird: unknown key; did you mean 'required'?",),
                owner="bob@example.com",
                channel="#stock",
            )
        ),
        "The key is corrected; the next round reads the file again.",
        _everything(),
    ),
    Example(
        "contract-unbound",
        "A contract's server has no host, so that its table could be anywhere.",
        _everything(
            LooseContract(
                "orders",
                "1.2.0",
                "orders",
                "contracts/orders.odcs.yaml",
                "server production (postgres) has no host",
                closest=(ORDERS,),
                owner="ann@example.com",
                channel="#sales",
            )
        ),
        "The host is named and the contract applied.",
        _everything(),
    ),
    Example(
        "contract-duplicated",
        "Two teams applied a contract for the same table, both active.",
        world(contracts=(CONTRACT, replace(CONTRACT, contract_id="orders-v2", version="0.3.0"))),
        "One of them is retired; a draft or a deprecated one beside the active one would do as well.",
        world(contracts=(CONTRACT, replace(CONTRACT, contract_id="orders-v2", status="retired"))),
    ),
    Example(
        "contract-draft",
        "The only contract was applied with `status: draft`.",
        world(contracts=contract(status="draft", previous=None)),
        "`status: active`.",
        world(),
    ),
    Example(
        "contract-deprecated",
        "The contract is deprecated and its `endOfLife` is 16 days away.",
        world(contracts=contract(status="deprecated", end_of_life=(NOW + 16 * DAY).date())),
        "The table has a new contract that is active; the old one may stay until it ends.",
        world(contracts=(replace(CONTRACT, contract_id="orders-old", status="deprecated"), CONTRACT)),
    ),
    Example(
        "contract-retired",
        "The only contract was retired, and the DAG still reads the table.",
        world(contracts=contract(status="retired")),
        "A contract in force speaks for the table again.",
        world(contracts=(replace(CONTRACT, status="retired"), replace(CONTRACT, contract_id="orders-v2"))),
    ),
    Example(
        "contract-breaking-change",
        "Column `discount` was taken out of the contract and the version went from 1.1.0 to 1.2.0.",
        world(contracts=contract(previous=_since("1.1.0", "1.2.0", _REMOVED))),
        "The version is 2.0.0.",
        world(contracts=contract(version="2.0.0", previous=_since("1.1.0", "2.0.0", _REMOVED))),
    ),
    Example(
        "status-regressed",
        "Version 1.1.0 was active, version 1.2.0 was applied with `status: draft`.",
        world(contracts=contract(status="draft")),
        "The draft gets an id of its own, and the active version is applied again.",
        world(
            contracts=(CONTRACT, replace(CONTRACT, contract_id="orders-next", status="draft", previous=None))
        ),
    ),
)
