"""GraphML, for Gephi, yEd, Neo4j and network libraries."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from airflow_lineage_provider.model.evidence import Evidence
from airflow_lineage_provider.store.graph.graph import Graph
from airflow_lineage_provider.store.graph.node import Edge, Node

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
_NODE_KEYS = ("type", "namespace", "name", "dag_id", "task_id", "operator", "masked")
_EDGE_KEYS = ("evidence", "first_seen", "last_seen", "runs", "jobs")
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write."""


def to_graphml(graph: Graph) -> str:
    """One directed graph; nodes have their node ids, everything else is data."""
    root = ElementTree.Element("graphml", {"xmlns": _NAMESPACE})
    for target, names in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        for name in names:
            kind = {"masked": "boolean", "runs": "long"}.get(name, "string")
            ElementTree.SubElement(
                root,
                "key",
                {"id": f"{target}_{name}", "for": target, "attr.name": name, "attr.type": kind},
            )
    body = ElementTree.SubElement(root, "graph", {"id": "lineage", "edgedefault": "directed"})
    for node in graph.nodes.values():
        element = ElementTree.SubElement(body, "node", {"id": _text(node.id)})
        _data(element, "node", _node_values(node))
    for number, edge in enumerate(graph.edges):
        element = ElementTree.SubElement(
            body, "edge", {"id": f"e{number}", "source": _text(edge.source), "target": _text(edge.target)}
        )
        _data(element, "edge", _edge_values(edge))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False).join(
        ('<?xml version="1.0" encoding="UTF-8"?>\n', "\n")
    )


def _node_values(node: Node) -> dict[str, str | None]:
    values = {name: getattr(node, name) for name in _NODE_KEYS if name != "masked"}
    return {**values, "masked": "true" if node.is_masked else "false"}


def _edge_values(edge: Edge) -> dict[str, str | None]:
    return {
        "evidence": " ".join(Evidence(edge.evidence).names) if edge.evidence is not None else None,
        "first_seen": edge.first_seen.isoformat() if edge.first_seen else None,
        "last_seen": edge.last_seen.isoformat() if edge.last_seen else None,
        "runs": str(edge.runs) if edge.runs is not None else None,
        "jobs": "\n".join(edge.jobs) if edge.jobs else None,
    }


def _data(element: ElementTree.Element, target: str, values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is not None:
            ElementTree.SubElement(element, "data", {"key": f"{target}_{name}"}).text = _text(value)


def _text(value: str) -> str:
    return _NO_XML.sub("\ufffd", value)
