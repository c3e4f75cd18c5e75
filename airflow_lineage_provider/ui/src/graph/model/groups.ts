import type { GraphEdge, GraphNode } from "./types";
import type { Grouping } from "./urlState";

/** Nodes by the box they stand in; who stands alone, or has no box, is not there. */
export const groupsOf = (
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  grouping: Grouping,
): ReadonlyMap<string, string> => {
  if (grouping === "none") return new Map();
  const keys = new Map<string, string>();
  for (const node of nodes) {
    const key = node.masked ? null : grouping === "namespace" ? node.namespace : node.dag_id;
    if (key) keys.set(node.id, key);
  }
  if (grouping === "dag") keepDatasetsWithTheirDag(nodes, edges, keys);
  const sizes = new Map<string, number>();
  for (const key of keys.values()) sizes.set(key, (sizes.get(key) ?? 0) + 1);
  return new Map([...keys].filter(([, key]) => (sizes.get(key) ?? 0) > 1));
};

/** A dataset that only one DAG touches belongs to it; one between two belongs to none. */
const keepDatasetsWithTheirDag = (
  nodes: readonly GraphNode[],
  edges: readonly GraphEdge[],
  keys: Map<string, string>,
): void => {
  const around = new Map<string, Set<string>>();
  for (const { source, target } of edges) {
    for (const [id, other] of [[source, target], [target, source]] as const) {
      around.set(id, (around.get(id) ?? new Set()).add(keys.get(other) ?? ""));
    }
  }
  const found = nodes.flatMap(({ id, type, masked }) => {
    const dags = [...(around.get(id) ?? [])];
    return type === "dataset" && !masked && dags.length === 1 && dags[0] ? [[id, dags[0]] as const] : [];
  });
  for (const [id, dag] of found) keys.set(id, dag);
};
