"""The ``airflow lineage audit`` commands; like :mod:`cli.definition`, nothing but names."""

from __future__ import annotations

from airflow.cli.cli_config import ActionCommand, Arg, lazy_load_command

ARG_CHECKPOINTS = Arg(
    ("--checkpoints",),
    metavar="PATH",
    help="File of checkpoints to compare with; default: the configured one",
)
ARG_VERIFY_OUTPUT = Arg(("-o", "--output"), choices=("text", "json"), default="text", help="Output format")
ARG_AUDIT_SINCE = Arg(("--since",), help="Only entries from then on: ISO 8601, UTC without zone")
ARG_EXPORT_FILE = Arg(("--file",), metavar="PATH", help="File to write; default: standard output")
ARG_CHECKPOINT_FILE = Arg(
    ("--file",),
    metavar="PATH",
    help="File to append to; default: the configured one, without one standard output",
)
ARG_RESEAL_REASON = Arg(("--reason",), required=True, help="What happened; it stays in the audit")
ARG_PURGE_BEFORE = Arg(
    ("--before",), required=True, help="Only entries from before: ISO 8601, UTC without zone"
)
ARG_PURGE_YES = Arg(("-y", "--yes"), action="store_true", help="Do not ask")


def _command(name: str, text: str, *args: Arg) -> ActionCommand:
    function = lazy_load_command(f"airflow_lineage_provider.cli.audit_command.{name}")
    return ActionCommand(name=name, help=text, func=function, args=args)


AUDIT_COMMANDS = (
    _command(
        "verify",
        "Whether the audit is as it was sealed; exit code 1 if not",
        ARG_CHECKPOINTS,
        ARG_VERIFY_OUTPUT,
    ),
    _command("export", "Write the audit as lines of JSON", ARG_AUDIT_SINCE, ARG_EXPORT_FILE),
    _command(
        "checkpoint", "Append the state of the audit to a file outside the database", ARG_CHECKPOINT_FILE
    ),
    _command("seal", "Chain the entries that wait for it"),
    _command(
        "reseal", "Accept what is broken, as after a restore, and go on", ARG_RESEAL_REASON, ARG_CHECKPOINTS
    ),
    _command(
        "purge", "Delete the payloads of old entries; their hashes stay", ARG_PURGE_BEFORE, ARG_PURGE_YES
    ),
)
