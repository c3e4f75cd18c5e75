"""The ``airflow lineage gates`` commands; like :mod:`cli.definition`, nothing but names."""

from __future__ import annotations

from airflow.cli.cli_config import ARG_OUTPUT, ActionCommand, Arg, lazy_load_command

ARG_LEVEL = Arg(
    ("--level",), choices=("off", "observe", "warn", "block"), help="Only with this gravest level of findings"
)
ARG_RESULT = Arg(
    ("--result",),
    choices=("pass", "warn", "fail", "error", "unknown", "skip"),
    help="Only with this result",
)
ARG_GLOB = Arg(("--dag-id",), metavar="GLOB", help="Only DAGs that this glob matches")
ARG_DAG = Arg(("dag_id",), metavar="DAG_ID", help="Id of the DAG")
ARG_DAGS = Arg(("dag_ids",), nargs="+", metavar="DAG_ID", help="Ids of DAGs")
ARG_PATH = Arg(("path",), metavar="PATH", help="File to write")
ARG_TEXT_OUTPUT = Arg(("-o", "--output"), choices=("text", "json"), default="text", help="Output format")


def _command(name: str, help: str, function: str, *args: Arg) -> ActionCommand:
    target = f"airflow_lineage_provider.cli.gates_command.{function}"
    return ActionCommand(name=name, help=help, func=lazy_load_command(target), args=args)


GATE_COMMANDS = (
    _command(
        "list",
        "List what the gates know about each DAG",
        "list_",
        ARG_LEVEL,
        ARG_RESULT,
        ARG_GLOB,
        ARG_OUTPUT,
    ),
    _command(
        "show", "Show what the gates know about a DAG and would do now", "show", ARG_DAG, ARG_TEXT_OUTPUT
    ),
    _command("judge", "Judge DAGs now and keep the answers", "judge", ARG_DAGS, ARG_TEXT_OUTPUT),
    _command("snapshot", "Write the answers into a file for the DAG processor", "snapshot", ARG_PATH),
)
