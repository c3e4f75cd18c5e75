"""The ``airflow lineage`` commands that govern; like :mod:`cli.definition`, nothing but names."""

from __future__ import annotations

from airflow.cli.cli_config import ARG_OUTPUT, ActionCommand, Arg, GroupCommand, lazy_load_command

from airflow_lineage_provider.cli.audit_definition import AUDIT_COMMANDS
from airflow_lineage_provider.cli.findings_definition import FINDING_COMMANDS
from airflow_lineage_provider.cli.gates_definition import GATE_COMMANDS
from airflow_lineage_provider.cli.number import whole_number
from airflow_lineage_provider.cli.owners_definition import OWNER_COMMANDS

ARG_BY = Arg(("--by",), metavar="NAME", help="Who decides; default: the user of the operating system")
ARG_REASON = Arg(("--reason",), required=True, help="Why; who reads it later must understand it")
ARG_TICKET = Arg(("--ticket",), help="Where it is followed up")
ARG_DAYS = Arg(("--days",), required=True, type=whole_number, help="Days that it holds")
ARG_RULE = Arg(("--rule",), required=True, help="Id of the rule")
ARG_ANY_RULE = Arg(("--rule",), help="Only of this rule")
ARG_WAIVED_NAMESPACE = Arg(("--namespace",), help="Namespace of the datasets, a glob; default: any")
ARG_WAIVED_NAME = Arg(("--name",), help="Name of the datasets, a glob; default: any")
ARG_WAIVED_DAG = Arg(("--dag-id",), help="Only where this DAG asks, a glob; default: any")
ARG_SUBJECT = Arg(("--subject",), help="Only of this column, contract or task; default: any")
ARG_WAIVER_STATE = Arg(
    ("--state",), choices=("pending", "active", "expired", "revoked"), help="Only these; default: all"
)
ARG_WAIVER_ID = Arg(("id",), type=whole_number, metavar="ID", help="Id of the waiver")
ARG_GRANT = Arg(
    ("grant",), metavar="NAME", help='Name of the grant: a run\'s conf says {"lineage_break_glass": NAME}'
)
ARG_GRANT_DAG = Arg(("--dag-id",), required=True, help="DAGs whose runs may use it, a glob")
ARG_MOST_USES = Arg(
    ("--most-uses",), type=whole_number, help="How many DAG runs may use it; default: any number"
)
ARG_BASELINE_PATH = Arg(("path",), metavar="PATH", help="File that `baseline export` wrote")
ARG_PATHS = Arg(
    ("paths",),
    nargs="+",
    metavar="PATH",
    help="Folders of *.odcs.yaml, or files: ODCS, dbt manifest.json or schema.yml, JSON Schema, Avro",
)
ARG_PRUNE = Arg(
    ("--prune",),
    action="store_true",
    help="Also retract contracts that came from these folders and are no longer there",
)
ARG_CONTRACT_CONNECTION = Arg(
    ("--connection-id",), help="Airflow connection to the database that the tables of a dbt file are in"
)
ARG_CONTRACT_NAMESPACE = Arg(
    ("--namespace",), help="Namespace of the datasets of a file whose format does not say where they are"
)
ARG_DRY_RUN = Arg(("--dry-run",), action="store_true", help="Check and show, change nothing")
ARG_CONTRACT = Arg(("contract_id",), metavar="ID", help="Id of the contract")
ARG_VERSION = Arg(("--version",), help="Version of it; default: the one in force")
ARG_OLD = Arg(("old",), metavar="A", help="A file, ID (the version in force) or ID@VERSION")
ARG_NEW = Arg(("new",), metavar="B", help="A file, ID (the version in force) or ID@VERSION")
ARG_LINT_OUTPUT = Arg(
    ("-o", "--output"), choices=("text", "json", "github"), default="text", help="Output format"
)
ARG_INFER_NAMESPACE = Arg(("--namespace",), required=True, help="Namespace of the dataset")
ARG_INFER_NAME = Arg(("--name",), required=True, help="Name of the dataset")
ARG_NEW_CONTRACT = Arg(("--id",), help="Id of the new contract; default: made from the name")
ARG_FILE = Arg(("--file",), metavar="PATH", help="File to write; default: standard output")


def _command(name: str, help: str, function: str, *args: Arg) -> ActionCommand:
    return ActionCommand(
        name=name, help=help, func=lazy_load_command(f"airflow_lineage_provider.cli.{function}"), args=args
    )


CONTRACT_COMMANDS = (
    _command(
        "apply",
        "Validate contracts and make them the ones in force",
        "contracts_command.apply",
        ARG_PATHS,
        ARG_PRUNE,
        ARG_DRY_RUN,
        ARG_CONTRACT_CONNECTION,
        ARG_CONTRACT_NAMESPACE,
        ARG_OUTPUT,
    ),
    _command(
        "list",
        "List the contracts in force and the datasets they are bound to",
        "contracts_command.list_",
        ARG_OUTPUT,
    ),
    _command(
        "show",
        "Show a contract with its versions and what it is bound to",
        "contracts_command.show",
        ARG_CONTRACT,
        ARG_VERSION,
        ARG_OUTPUT,
    ),
    _command(
        "diff",
        "Compare two contracts and say which version number the change takes",
        "contract_files_command.diff",
        ARG_OLD,
        ARG_NEW,
        ARG_OUTPUT,
    ),
    _command(
        "lint",
        "Check contract files and name every problem with its line",
        "contract_files_command.lint",
        ARG_PATHS,
        ARG_LINT_OUTPUT,
    ),
    _command(
        "status",
        "What each contract is bound to, what is unbound and why, which files are invalid",
        "contracts_command.status",
        ARG_OUTPUT,
    ),
    _command(
        "infer",
        "Write a first contract for a dataset from what was observed",
        "contract_files_command.infer",
        ARG_INFER_NAMESPACE,
        ARG_INFER_NAME,
        ARG_NEW_CONTRACT,
        ARG_FILE,
    ),
)

WAIVER_COMMANDS = (
    _command(
        "create",
        "Ask that findings are let pass for a while; somebody else has to approve it",
        "waivers_command.create",
        ARG_RULE,
        ARG_WAIVED_NAMESPACE,
        ARG_WAIVED_NAME,
        ARG_WAIVED_DAG,
        ARG_SUBJECT,
        ARG_DAYS,
        ARG_REASON,
        ARG_TICKET,
        ARG_BY,
    ),
    _command("list", "List waivers", "waivers_command.list_", ARG_WAIVER_STATE, ARG_ANY_RULE, ARG_OUTPUT),
    _command("approve", "Let a waiver hold", "waivers_command.approve", ARG_WAIVER_ID, ARG_BY),
    _command("revoke", "End a waiver before its time", "waivers_command.revoke", ARG_WAIVER_ID, ARG_BY),
)

BREAK_GLASS_COMMANDS = (
    _command(
        "create",
        "Ask for leave to run blocked DAGs in an emergency; somebody else has to approve it",
        "break_glass_command.create",
        ARG_GRANT,
        ARG_GRANT_DAG,
        ARG_DAYS,
        ARG_MOST_USES,
        ARG_REASON,
        ARG_TICKET,
        ARG_BY,
    ),
    _command("list", "List grants and how often they were used", "break_glass_command.list_", ARG_OUTPUT),
    _command("approve", "Let a grant hold", "break_glass_command.approve", ARG_GRANT, ARG_BY),
    _command("revoke", "End a grant before its time", "break_glass_command.revoke", ARG_GRANT, ARG_BY),
)

BASELINE_COMMANDS = (
    _command("take", "Take all open findings into the baseline", "baseline_command.take", ARG_BY),
    _command("shrink", "Take what is mended out of the baseline", "baseline_command.shrink", ARG_BY),
    _command("list", "List the baseline", "baseline_command.list_", ARG_OUTPUT),
    _command("export", "Write the baseline as a file", "baseline_command.export", ARG_FILE),
    _command("import", "Add the findings of a file", "baseline_command.import_", ARG_BASELINE_PATH, ARG_BY),
)

GOVERNANCE_COMMANDS = (
    *FINDING_COMMANDS,
    GroupCommand(name="contracts", help="Data contracts", subcommands=CONTRACT_COMMANDS),
    GroupCommand(name="owners", help="Who answers for datasets", subcommands=OWNER_COMMANDS),
    GroupCommand(name="waivers", help="Findings that are let pass for a while", subcommands=WAIVER_COMMANDS),
    GroupCommand(name="break-glass", help="Leave to go on in an emergency", subcommands=BREAK_GLASS_COMMANDS),
    GroupCommand(
        name="baseline", help="Findings that were there before governance", subcommands=BASELINE_COMMANDS
    ),
    GroupCommand(name="gates", help="What gates know and would do now", subcommands=GATE_COMMANDS),
    GroupCommand(name="audit", help="The audit chain", subcommands=AUDIT_COMMANDS),
)
