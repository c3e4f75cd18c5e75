"""The ``airflow lineage`` commands about verdicts; like :mod:`cli.definition`, nothing but names."""

from __future__ import annotations

from airflow.cli.cli_config import ARG_OUTPUT, ActionCommand, Arg, lazy_load_command

from airflow_lineage_provider.cli.number import whole_number

ARG_JUDGED_DAG = Arg(
    ("--dag-id",), help="Judge what this DAG reads from outside, as its next run would find it"
)
ARG_JUDGED_NAMESPACE = Arg(("--namespace",), help="Judge one dataset: its namespace, together with --name")
ARG_JUDGED_NAME = Arg(("--name",), help="Judge one dataset: its name, together with --namespace")
ARG_JUDGE_ALL = Arg(
    ("--all",), action="store_true", help="Judge every dataset, and contracts that speak for none"
)
ARG_JUDGE_DEPTH = Arg(
    ("--depth",),
    type=whole_number,
    default=1,
    help="1 to 20; more than 1: also what the datasets are made of",
)
ARG_JUDGE_LEVEL = Arg(
    ("--level",),
    choices=("warn", "block"),
    help="Most that a rule without configuration has; default: its severity",
)
ARG_STORE = Arg(("--store",), action="store_true", help="Store the verdict; findings open and resolve by it")
ARG_JUDGE_OUTPUT = Arg(("-o", "--output"), choices=("text", "json"), default="text", help="Output format")
ARG_OPEN = Arg(("--open",), action="store_true", help="Only open ones; the default")
ARG_RESOLVED = Arg(("--resolved",), action="store_true", help="Only resolved ones")
ARG_ALL_FINDINGS = Arg(("--all",), action="store_true", help="Open and resolved ones")
ARG_FINDINGS_RULE = Arg(("--rule",), help="Only of this rule")
ARG_FINDINGS_DAG = Arg(("--dag-id",), help="Only about what this DAG does and what it reads")
ARG_FINDINGS_NAMESPACE = Arg(("--namespace",), help="Only about datasets of this namespace")
ARG_FINDINGS_NAME = Arg(("--name",), help="Only about datasets of this name")
ARG_FINDINGS_OWNER = Arg(("--owner",), help="Only of this owner")
ARG_FINDINGS_LIMIT = Arg(("--limit",), type=whole_number, default=100, help="How many rows at most")
ARG_VERDICTS_DAG = Arg(("--dag-id",), help="Only about this DAG")
ARG_VERDICTS_RUN = Arg(("--run-id",), help="Only of this DAG run")

FINDING_COMMANDS = (
    ActionCommand(
        name="judge",
        help="What the verdict on a DAG or a dataset would be now",
        func=lazy_load_command("airflow_lineage_provider.cli.judge_command.judge"),
        args=(
            ARG_JUDGED_DAG,
            ARG_JUDGED_NAMESPACE,
            ARG_JUDGED_NAME,
            ARG_JUDGE_ALL,
            ARG_JUDGE_DEPTH,
            ARG_JUDGE_LEVEL,
            ARG_STORE,
            ARG_JUDGE_OUTPUT,
        ),
    ),
    ActionCommand(
        name="findings",
        help="What the rules find, since when, and what is gone",
        func=lazy_load_command("airflow_lineage_provider.cli.findings_command.findings"),
        args=(
            ARG_OPEN,
            ARG_RESOLVED,
            ARG_ALL_FINDINGS,
            ARG_FINDINGS_RULE,
            ARG_FINDINGS_DAG,
            ARG_FINDINGS_NAMESPACE,
            ARG_FINDINGS_NAME,
            ARG_FINDINGS_OWNER,
            ARG_FINDINGS_LIMIT,
            ARG_OUTPUT,
        ),
    ),
    ActionCommand(
        name="verdicts",
        help="What the judge answered, to whom and when",
        func=lazy_load_command("airflow_lineage_provider.cli.findings_command.verdicts"),
        args=(ARG_VERDICTS_DAG, ARG_VERDICTS_RUN, ARG_FINDINGS_LIMIT, ARG_OUTPUT),
    ),
)
