"""``airflow lineage graph``."""

from __future__ import annotations

from typing import Any

from airflow_lineage_provider.cli.command import CommandError, fresh_session, lineage_command, print_document


@lineage_command
def graph(args: Any) -> None:
    """Show the graph around a node, as a tree or as nodes and edges."""
    from airflow_lineage_provider.cli.graph_tree import graph_lines
    from airflow_lineage_provider.model.node_id import InvalidNodeId
    from airflow_lineage_provider.store.graph import UnknownNode, find_node, read_graph

    with fresh_session() as session:
        try:
            root = find_node(args.node, session=session)
        except InvalidNodeId as error:
            raise CommandError(f"{error}.") from error
        except UnknownNode as error:
            raise CommandError(f"{error.args[0]}.") from error
        found = read_graph(root, args.direction, args.depth, session=session)
    if args.output in ("json", "yaml"):
        print_document(found.to_wire(), args.output)
        return
    for line in graph_lines(found, args.direction, with_columns=not args.no_columns):
        print(line)
