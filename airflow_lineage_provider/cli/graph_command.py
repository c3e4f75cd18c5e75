"""``airflow lineage graph`` and ``export``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from airflow_lineage_provider.cli.command import CommandError, fresh_session, lineage_command, print_document
from airflow_lineage_provider.cli.moment import read_moment

if TYPE_CHECKING:
    from airflow_lineage_provider.store.graph import Graph


@lineage_command
def graph(args: Any) -> None:
    """Show the graph around a node, as a tree or as nodes and edges."""
    from airflow_lineage_provider.cli.graph_tree import graph_lines

    found = asked_graph(args, columns=not args.no_columns)
    if args.output in ("json", "yaml"):
        print_document(found.to_wire(), args.output)
        return
    for line in graph_lines(found, args.direction, with_columns=not args.no_columns):
        print(line)


@lineage_command
def export(args: Any) -> None:
    """Write the graph around a node in a format that other tools read."""
    from pathlib import Path

    from airflow_lineage_provider.store.graph.export import export_graph

    text = export_graph(asked_graph(args, columns=args.format in ("json", "openlineage")), args.format)
    if args.file is None:
        print(text, end="" if text.endswith("\n") else "\n")
        return
    try:
        Path(args.file).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise CommandError(f"{args.file} cannot be written: {error.strerror}.") from error


def asked_graph(args: Any, *, columns: bool) -> Graph:
    """The graph that the options of a command ask for."""
    from airflow_lineage_provider.model.node_id import InvalidNodeId
    from airflow_lineage_provider.store.graph import InvalidQuestion, UnknownNode, find_root, read_graph

    as_of = read_moment(args.as_of, "--as-of")
    since = read_moment(args.since, "--since")
    with fresh_session() as session:
        try:
            root = find_root(args.node, column=args.column, session=session)
            return read_graph(
                root,
                args.direction,
                args.depth,
                granularity="column" if args.column else args.granularity,
                max_nodes=args.max_nodes,
                as_of=as_of,
                since=since,
                columns=columns,
                session=session,
            )
        except (InvalidNodeId, InvalidQuestion) as error:
            raise CommandError(f"{error}.") from error
        except UnknownNode as error:
            raise CommandError(f"{error.args[0]}.") from error
