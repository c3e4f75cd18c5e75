"""The ``airflow lineage owners`` commands; like :mod:`cli.definition`, nothing but names."""

from __future__ import annotations

from airflow.cli.cli_config import ARG_OUTPUT, ActionCommand, Arg, lazy_load_command

from airflow_lineage_provider.cli.number import whole_number

ARG_OWNER = Arg(("owner",), metavar="OWNER", help="A person or a team")
ARG_OWNED_NAMESPACE = Arg(("--namespace",), required=True, help="Namespace of the dataset")
ARG_OWNED_NAME = Arg(("--name",), required=True, help="Name of the dataset")
ARG_OWNED_GLOB = Arg(
    ("--glob",), action="store_true", help="Namespace and name are globs: the owner of all that they match"
)
ARG_LISTED_NAMESPACE = Arg(("--namespace",), help="One dataset: its namespace, together with --name")
ARG_LISTED_NAME = Arg(("--name",), help="One dataset: its name, together with --namespace")
ARG_OWNERS_SEARCH = Arg(("--search",), metavar="TEXT", help="Datasets whose namespace or name holds this")
ARG_OWNERS_AT = Arg(("--at",), metavar="DATE", help="Who serves on that day; default: today")
ARG_OWNERS_LIMIT = Arg(("--limit",), type=whole_number, default=100, help="How many datasets at most")
ARG_CHANNEL = Arg(("--channel",), help="Where its findings are told: #shop-data, a mail address")
ARG_CONTACT = Arg(("--contact",), help="How to reach the owner")
ARG_KIND = Arg(("--kind",), choices=("user", "team"), help="What the owner is")
ARG_FROM = Arg(("--from",), dest="first_day", metavar="DATE", help="First day; default: always")
ARG_UNTIL = Arg(("--until",), dest="last_day", metavar="DATE", help="Last day; default: until further notice")
ARG_REPLACE = Arg(
    ("--replace",),
    action="store_true",
    help="End the others who were set for the same, on the day before",
)
ARG_ENDS = Arg(
    ("--until",),
    dest="last_day",
    metavar="DATE",
    help="Last day; default: yesterday, so that it holds at once",
)
ARG_OWNERS_PATH = Arg(("path",), metavar="PATH", help="An owners file, or the manifest.json of a dbt project")
ARG_TABLES_CONNECTION = Arg(
    ("--connection-id",), metavar="ID", help="Of a manifest: the Airflow connection to its tables"
)
ARG_TABLES_NAMESPACE = Arg(
    ("--namespace",), help="Of a manifest: the namespace of its tables; default: whatever the namespace"
)
ARG_OWNERS_DRY_RUN = Arg(("--dry-run",), action="store_true", help="Check and show, change nothing")
ARG_OWNERS_BY = Arg(("--by",), metavar="NAME", help="Who decides; default: the user of the operating system")


def _command(name: str, text: str, function: str, *args: Arg) -> ActionCommand:
    called = lazy_load_command(f"airflow_lineage_provider.cli.owners_command.{function}")
    return ActionCommand(name=name, help=text, func=called, args=args)


OWNER_COMMANDS = (
    _command(
        "list",
        "Who answers for datasets, and where that is said",
        "list_",
        ARG_LISTED_NAMESPACE,
        ARG_LISTED_NAME,
        ARG_OWNERS_SEARCH,
        ARG_OWNERS_AT,
        ARG_OWNERS_LIMIT,
        ARG_OUTPUT,
    ),
    _command(
        "set",
        "Register an owner, or change how one is registered",
        "set_",
        ARG_OWNER,
        ARG_OWNED_NAMESPACE,
        ARG_OWNED_NAME,
        ARG_OWNED_GLOB,
        ARG_CHANNEL,
        ARG_CONTACT,
        ARG_KIND,
        ARG_FROM,
        ARG_UNTIL,
        ARG_REPLACE,
        ARG_OWNERS_BY,
    ),
    _command(
        "end",
        "Let an owner that was set serve no longer",
        "end",
        ARG_OWNER,
        ARG_OWNED_NAMESPACE,
        ARG_OWNED_NAME,
        ARG_OWNED_GLOB,
        ARG_ENDS,
        ARG_OWNERS_BY,
    ),
    _command(
        "import",
        "Make the owners of a file those that are registered from it",
        "import_",
        ARG_OWNERS_PATH,
        ARG_TABLES_CONNECTION,
        ARG_TABLES_NAMESPACE,
        ARG_OWNERS_DRY_RUN,
        ARG_OWNERS_BY,
    ),
    _command("orphans", "Datasets that nobody owns", "orphans", ARG_OWNERS_LIMIT, ARG_OUTPUT),
)
