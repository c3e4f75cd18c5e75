"""The ``airflow lineage`` commands; imported by every ``airflow ...`` call, so nothing but names is in here."""

from __future__ import annotations

from airflow.cli.cli_config import ARG_OUTPUT, ActionCommand, Arg, GroupCommand, lazy_load_command

from airflow_lineage_provider.cli.check_definition import CHECK_COMMAND
from airflow_lineage_provider.cli.governance_definition import GOVERNANCE_COMMANDS
from airflow_lineage_provider.cli.number import whole_number

ARG_DAG_ID = Arg(("--dag-id",), required=True, help="Id of the DAG")
ARG_RUN_ID = Arg(("--run-id",), help="Id of the DAG run; default: all runs")
ARG_TASK_ID = Arg(("--task-id",), help="Id of a task; default: all tasks")
ARG_NODE = Arg(("--node",), required=True, help="dataset:NAMESPACE:NAME or job:NAMESPACE:NAME")
ARG_DIRECTION = Arg(
    ("--direction",),
    choices=("upstream", "downstream", "both"),
    default="both",
    help="Which way to go from the node",
)
ARG_DEPTH = Arg(
    ("--depth",), type=whole_number, default=10, help="How many edges to go (dataset to job is one)"
)
ARG_NO_COLUMNS = Arg(("--no-columns",), action="store_true", help="Leave columns out of the tree")
ARG_NAMESPACE = Arg(("--namespace",), help="Only datasets of this namespace")
ARG_SEARCH = Arg(("--search",), help="Only datasets whose name contains this")
ARG_LIMIT = Arg(("--limit",), type=whole_number, default=100, help="How many rows at most")
ARG_RUNS_LIMIT = Arg(
    ("--limit",), type=whole_number, default=1000, help="How many attempts at most, the newest ones"
)
ARG_LOOP = Arg(
    ("--loop",),
    action="store_true",
    help="Go on until stopped: for deployments whose API servers run with --apps execution only",
)
ARG_LETTER_IDS = Arg(("ids",), nargs="*", type=whole_number, metavar="ID", help="Ids of dead letters")
ARG_ALL = Arg(("--all",), action="store_true", help="All dead letters")
ARG_YES = Arg(("-y", "--yes"), action="store_true", help="Do not ask")
ARG_SQL = Arg(("sql",), metavar="SQL", help="Statements to read; - reads them from standard input")
ARG_DIALECT = Arg(
    ("--dialect",), required=True, help="A sqlglot dialect or a connection type: postgres, snowflake, mssql"
)
ARG_DEFAULT_SCHEMA = Arg(("--default-schema",), help="Schema of tables written without one")
ARG_DEFAULT_CATALOG = Arg(("--default-catalog",), help="Catalog or database of tables written without one")
ARG_COLUMNS = Arg(
    ("--columns",),
    action="append",
    metavar="TABLE=COLUMN,...",
    help="Columns of a table, for SELECT * and INSERT without a column list; may be repeated",
)
ARG_PARSE_OUTPUT = Arg(("-o", "--output"), choices=("text", "json"), default="text", help="Output format")
ARG_GRANULARITY = Arg(
    ("--granularity",),
    choices=("task", "dag", "table", "run", "column"),
    default="task",
    help="What the nodes are",
)
ARG_MAX_NODES = Arg(("--max-nodes",), type=whole_number, default=2000, help="Where the walk stops")
ARG_AS_OF = Arg(("--as-of",), help="Only what was known then: ISO 8601, UTC without zone")
ARG_SEEN_SINCE = Arg(("--since",), help="Only edges that were seen since: ISO 8601, UTC without zone")
ARG_COLUMN = Arg(("--column",), help="A column of the dataset")
ARG_FORMAT = Arg(
    ("--format",),
    choices=("json", "csv", "graphml", "mermaid", "openlineage"),
    default="json",
    help="Format to write",
)
ARG_FILE = Arg(("--file",), metavar="PATH", help="File to write; default: standard output")
ARG_IMPACT_DIRECTION = Arg(
    ("--direction",),
    choices=("upstream", "downstream"),
    default="downstream",
    help="downstream: what depends on the node; upstream: what it depends on, failed runs first",
)
ARG_IMPACT_OUTPUT = Arg(
    ("-o", "--output"),
    choices=("table", "json", "yaml", "plain", "csv"),
    default="table",
    help="Output format",
)
ARG_DIFF_RUN_ID = Arg(("--run-id",), help="Id of the DAG run; default: the newest run")
ARG_WITH = Arg(
    ("--with",), dest="with_run", help="Id of the DAG run to compare with; default: the run before"
)
ARG_DATASET_NODE = Arg(("--node",), required=True, help="dataset:NAMESPACE:NAME")
ARG_TEXT = Arg(("text",), metavar="TEXT", help="Part of a name")
ARG_TYPE = Arg(("--type",), choices=("dataset", "job", "dag", "column"), help="Only these")
ARG_SEARCH_NAMESPACE = Arg(("--namespace",), help="Only what is in this namespace")
ARG_SINCE = Arg(
    ("--since",), help="Begin of the window: ISO 8601, UTC without zone; default: 7 days before its end"
)
ARG_UNTIL = Arg(("--until",), help="End of the window: ISO 8601, UTC without zone; default: now")
ARG_KEY_NAME = Arg(("--name",), required=True, help="Name of the key")
ARG_KEY_NAMESPACE = Arg(
    ("--namespace",),
    action="append",
    required=True,
    metavar="NAMESPACE",
    help="Job namespace it may write, * at its end for any ending; may be repeated",
)
ARG_EXPIRES = Arg(("--expires-in-days",), type=whole_number, help="Days until it expires; default: never")
ARG_REVOKED = Arg(("name",), metavar="NAME", help="Name of the key")
ARG_ONCE = Arg(("--once",), action="store_true", help="Send what is due now, from here")
ARG_CLEAN_DRY_RUN = Arg(("--dry-run",), action="store_true", help="Count what would go, delete nothing")
ARG_KIND = Arg(
    ("--kind",),
    nargs="+",
    action="extend",
    choices=("events", "verdicts", "findings", "dead-letters", "schemas", "runs", "facets", "columns"),
    help="Only these kinds",
)
ARG_UNUSED = Arg(("--unused",), action="store_true", help="Also jobs and datasets that nothing speaks of")
ARG_REINDEX_DRY_RUN = Arg(("--dry-run",), action="store_true", help="Name what drifted, change nothing")
ARG_ONE_DAG = Arg(("--dag-id",), help="Only jobs of this DAG")
ARG_EXPLAIN_NAMESPACE = Arg(("namespace",), nargs="?", metavar="NAMESPACE", help="Namespace of a dataset")
ARG_EXPLAIN_NAME = Arg(("name",), nargs="?", metavar="NAME", help="Name of a dataset")
ARG_URI = Arg(("--uri",), help="URI of an asset, instead of NAMESPACE and NAME")

DEAD_LETTER_COMMANDS = (
    ActionCommand(
        name="list",
        help="List records that could not be ingested, with the reason",
        func=lazy_load_command("airflow_lineage_provider.cli.dead_letters_command.list_letters"),
        args=(ARG_LIMIT, ARG_OUTPUT),
    ),
    ActionCommand(
        name="retry",
        help="Try to ingest dead letters again",
        func=lazy_load_command("airflow_lineage_provider.cli.dead_letters_command.retry"),
        args=(ARG_LETTER_IDS, ARG_ALL),
    ),
    ActionCommand(
        name="purge",
        help="Delete dead letters for good",
        func=lazy_load_command("airflow_lineage_provider.cli.dead_letters_command.purge"),
        args=(ARG_LETTER_IDS, ARG_ALL, ARG_YES),
    ),
)

KEY_COMMANDS = (
    ActionCommand(
        name="create",
        help="Make a key with which a producer may send OpenLineage events, and show it once",
        func=lazy_load_command("airflow_lineage_provider.cli.keys_command.create"),
        args=(ARG_KEY_NAME, ARG_KEY_NAMESPACE, ARG_EXPIRES, ARG_OUTPUT),
    ),
    ActionCommand(
        name="list",
        help="List the keys, what they may write, and when they were used",
        func=lazy_load_command("airflow_lineage_provider.cli.keys_command.list_"),
        args=(ARG_OUTPUT,),
    ),
    ActionCommand(
        name="revoke",
        help="Take a key out of use for good",
        func=lazy_load_command("airflow_lineage_provider.cli.keys_command.revoke"),
        args=(ARG_REVOKED,),
    ),
)

FORWARD_COMMANDS = (
    ActionCommand(
        name="status",
        help="What waits for each target, and why",
        func=lazy_load_command("airflow_lineage_provider.cli.forward_command.status"),
        args=(ARG_OUTPUT,),
    ),
    ActionCommand(
        name="retry",
        help="Try again now what could not be sent",
        func=lazy_load_command("airflow_lineage_provider.cli.forward_command.retry"),
        args=(ARG_ONCE,),
    ),
)

LINEAGE_COMMANDS = (
    ActionCommand(
        name="status",
        help="Health: queue, dead letters, coverage",
        func=lazy_load_command("airflow_lineage_provider.cli.status_command.status"),
        args=(ARG_OUTPUT,),
    ),
    ActionCommand(
        name="runs",
        help="What task attempts read and wrote",
        func=lazy_load_command("airflow_lineage_provider.cli.runs_command.runs"),
        args=(ARG_DAG_ID, ARG_RUN_ID, ARG_TASK_ID, ARG_RUNS_LIMIT, ARG_OUTPUT),
    ),
    ActionCommand(
        name="graph",
        help="Where data comes from and where it goes",
        func=lazy_load_command("airflow_lineage_provider.cli.graph_command.graph"),
        args=(
            ARG_NODE,
            ARG_DIRECTION,
            ARG_DEPTH,
            ARG_GRANULARITY,
            ARG_COLUMN,
            ARG_AS_OF,
            ARG_SEEN_SINCE,
            ARG_MAX_NODES,
            ARG_NO_COLUMNS,
            ARG_OUTPUT,
        ),
    ),
    ActionCommand(
        name="impact",
        help="What breaks when a dataset, a column or a job does, and whose it is",
        func=lazy_load_command("airflow_lineage_provider.cli.impact_command.impact"),
        args=(
            ARG_NODE,
            ARG_COLUMN,
            ARG_IMPACT_DIRECTION,
            ARG_DEPTH,
            ARG_AS_OF,
            ARG_SEEN_SINCE,
            ARG_IMPACT_OUTPUT,
        ),
    ),
    ActionCommand(
        name="export",
        help="Write a graph for other tools",
        func=lazy_load_command("airflow_lineage_provider.cli.graph_command.export"),
        args=(
            ARG_NODE,
            ARG_DIRECTION,
            ARG_DEPTH,
            ARG_GRANULARITY,
            ARG_COLUMN,
            ARG_AS_OF,
            ARG_SEEN_SINCE,
            ARG_MAX_NODES,
            ARG_FORMAT,
            ARG_FILE,
        ),
    ),
    ActionCommand(
        name="diff",
        help="What a run did otherwise than the one before",
        func=lazy_load_command("airflow_lineage_provider.cli.diff_command.diff"),
        args=(ARG_DAG_ID, ARG_DIFF_RUN_ID, ARG_TASK_ID, ARG_WITH, ARG_OUTPUT),
    ),
    ActionCommand(
        name="history",
        help="How the columns of a dataset changed",
        func=lazy_load_command("airflow_lineage_provider.cli.history_command.history"),
        args=(ARG_DATASET_NODE, ARG_LIMIT, ARG_OUTPUT),
    ),
    ActionCommand(
        name="why",
        help="Why a dataset changed: its writers, their failures, and what happened upstream",
        func=lazy_load_command("airflow_lineage_provider.cli.why_command.why"),
        args=(ARG_DATASET_NODE, ARG_SINCE, ARG_UNTIL, ARG_LIMIT, ARG_OUTPUT),
    ),
    ActionCommand(
        name="search",
        help="Find datasets, jobs, DAGs and columns by a part of their names",
        func=lazy_load_command("airflow_lineage_provider.cli.search_command.search"),
        args=(ARG_TEXT, ARG_TYPE, ARG_SEARCH_NAMESPACE, ARG_LIMIT, ARG_OUTPUT),
    ),
    ActionCommand(
        name="parse",
        help="What SQL statements read and write; nothing is run",
        func=lazy_load_command("airflow_lineage_provider.cli.parse_command.parse"),
        args=(
            ARG_SQL,
            ARG_DIALECT,
            ARG_DEFAULT_SCHEMA,
            ARG_DEFAULT_CATALOG,
            ARG_COLUMNS,
            ARG_PARSE_OUTPUT,
        ),
    ),
    ActionCommand(
        name="datasets",
        help="List known datasets",
        func=lazy_load_command("airflow_lineage_provider.cli.datasets_command.datasets"),
        args=(ARG_NAMESPACE, ARG_SEARCH, ARG_LIMIT, ARG_OUTPUT),
    ),
    ActionCommand(
        name="explain",
        help="How a dataset came by its name, and why what looks like it is another one",
        func=lazy_load_command("airflow_lineage_provider.cli.explain_command.explain"),
        args=(ARG_EXPLAIN_NAMESPACE, ARG_EXPLAIN_NAME, ARG_URI, ARG_OUTPUT),
    ),
    ActionCommand(
        name="drain",
        help="Ingest what tasks have sent",
        func=lazy_load_command("airflow_lineage_provider.cli.drain_command.drain"),
        args=(ARG_LOOP,),
    ),
    ActionCommand(
        name="clean",
        help="Delete what is older than it is to be kept",
        func=lazy_load_command("airflow_lineage_provider.cli.clean_command.clean"),
        args=(ARG_CLEAN_DRY_RUN, ARG_KIND, ARG_UNUSED, ARG_YES, ARG_OUTPUT),
    ),
    ActionCommand(
        name="reindex",
        help="Compare edges with the facts of runs and put them right",
        func=lazy_load_command("airflow_lineage_provider.cli.reindex_command.reindex"),
        args=(ARG_REINDEX_DRY_RUN, ARG_ONE_DAG, ARG_OUTPUT),
    ),
    GroupCommand(
        name="keys",
        help="Keys with which other producers send OpenLineage events",
        subcommands=KEY_COMMANDS,
    ),
    GroupCommand(
        name="forward",
        help="OpenLineage events on their way to other backends",
        subcommands=FORWARD_COMMANDS,
    ),
    GroupCommand(
        name="dead-letters",
        help="Records that could not be ingested",
        subcommands=DEAD_LETTER_COMMANDS,
    ),
    CHECK_COMMAND,
    *GOVERNANCE_COMMANDS,
)


def get_lineage_cli_commands() -> list[GroupCommand]:
    """Return the commands this provider adds to ``airflow``."""
    return [
        GroupCommand(
            name="lineage",
            help="What every task attempt read and wrote",
            subcommands=LINEAGE_COMMANDS,
        )
    ]
