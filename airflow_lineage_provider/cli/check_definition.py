"""``airflow lineage check``; like :mod:`cli.definition`, nothing but names."""

from __future__ import annotations

from airflow.cli.cli_config import ActionCommand, Arg, lazy_load_command

FORMATS = ("text", "json", "junit", "sarif", "github")

ARG_DAGS = Arg(("dags",), nargs="+", metavar="DAGS", help="DAG files, or folders that hold some")
ARG_CONTRACTS = Arg(
    ("--contracts",),
    action="append",
    metavar="PATH",
    help="Folder of *.odcs.yaml, or a file that `contracts apply` takes; may be repeated",
)
ARG_OWNERS = Arg(("--owners",), metavar="FILE", help="Owners file, or manifest.json of a dbt project")
ARG_BASELINE = Arg(
    ("--baseline",), metavar="FILE", help="Findings that are known: only others can fail the check"
)
ARG_WRITE_BASELINE = Arg(
    ("--write-baseline",), action="store_true", help="Write what is found now into the file of --baseline"
)
ARG_WAIVERS = Arg(
    ("--waivers",), metavar="FILE", help="What `airflow lineage waivers list --output json` wrote"
)
ARG_FORMAT = Arg(("--format",), choices=FORMATS, default="text", help="Format of the report")
ARG_OUTPUT = Arg(("--output",), metavar="FILE", help="File to write the report to; default: standard output")
ARG_FAIL_ON = Arg(
    ("--fail-on",),
    choices=("warn", "block"),
    default="block",
    help="Level from which findings fail the check",
)
ARG_DIFF_BASE = Arg(
    ("--diff-base",), metavar="REF", help="Branch, tag or commit that contracts are compared with"
)
ARG_LINEAGE = Arg(
    ("--lineage",),
    metavar="FILE|URL",
    help="What `airflow lineage export` wrote, or the URL of an API server (token in AIRFLOW_LINEAGE_TOKEN): "
    "names who is downstream of a change",
)
ARG_RULES = Arg(("--rules",), metavar="JSON|FILE", help="Levels of rules; default: [lineage_provider] rules")
ARG_ENVIRONMENT = Arg(
    ("--environment",),
    metavar="NAME",
    help="Environment that contracts and rules are meant for; default: [lineage_provider] environment",
)

CHECK_COMMAND = ActionCommand(
    name="check",
    help="Judge DAG files against contracts and owners, without a running Airflow",
    func=lazy_load_command("airflow_lineage_provider.cli.check_command.check"),
    args=(
        ARG_DAGS,
        ARG_CONTRACTS,
        ARG_OWNERS,
        ARG_BASELINE,
        ARG_WRITE_BASELINE,
        ARG_WAIVERS,
        ARG_FORMAT,
        ARG_OUTPUT,
        ARG_FAIL_ON,
        ARG_DIFF_BASE,
        ARG_LINEAGE,
        ARG_RULES,
        ARG_ENVIRONMENT,
    ),
)
