import type { Schema } from "../api/types";

export type TouchedRow = { readonly node: Schema<"GraphNode">; readonly edge: Schema<"GraphEdge"> };

/** Datasets right before (`reads`) or after (`writes`) the root, what was used last first. */
export const touchedBy = (graph: Schema<"GraphAnswer">, way: "reads" | "writes"): TouchedRow[] => {
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  return graph.edges
    .flatMap((edge) => {
      const [here, there] = way === "reads" ? [edge.target, edge.source] : [edge.source, edge.target];
      const node = nodes.get(there);
      return here === graph.root && node?.type === "dataset" ? [{ node, edge }] : [];
    })
    .sort(
      (a, b) =>
        (b.edge.last_seen ?? "").localeCompare(a.edge.last_seen ?? "") ||
        (a.node.name ?? "").localeCompare(b.node.name ?? ""),
    );
};
