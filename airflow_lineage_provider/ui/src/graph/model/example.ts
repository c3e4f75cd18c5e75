import type { GraphAnswer, GraphEdge, GraphNode } from "./types";

/** Nodes and edges for tests: `d:` names a dataset, `j:` a job, `masked:` one that may not be seen. */
export const node = (id: string, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  type: id.startsWith("j:") ? "job" : "dataset",
  masked: id.startsWith("masked:"),
  ...(id.startsWith("masked:") ? {} : { namespace: "lake", name: id.slice(2) }),
  ...more,
});

export const edge = (source: string, target: string, more: Partial<GraphEdge> = {}): GraphEdge => ({
  source,
  target,
  masked: false,
  masked_jobs: 0,
  ...more,
});

/** An answer from edges as text: `a>b b>c`. */
export const answer = (root: string, edges: string, more: Partial<GraphAnswer> = {}): GraphAnswer => {
  const pairs = edges.split(" ").filter(Boolean).map((text) => text.split(">") as [string, string]);
  const ids = new Set([root, ...pairs.flat()]);
  return {
    root,
    granularity: "task",
    nodes: [...ids].map((id) => node(id)),
    edges: pairs.map(([source, target]) => edge(source, target)),
    columns: [],
    truncated: false,
    ...more,
  };
};
