import { sidesOf, type Direction, type GraphAnswer, type GraphEdge, type GraphNode, type Side } from "./types";

/** What answers have told so far; `neighbours` by side and node, `complete` where nobody else can be there. */
export type KnownGraph = {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly edges: readonly GraphEdge[];
  readonly neighbours: Readonly<Record<Side, ReadonlyMap<string, readonly string[]>>>;
  readonly complete: Readonly<Record<Side, ReadonlySet<string>>>;
};

/** An answer of the API and what was asked: which way, and how far. */
export type Told = { readonly answer: GraphAnswer; readonly direction: Direction; readonly depth: number };

/** Put answers together, the first one first. */
export const knownFrom = (told: readonly Told[]): KnownGraph => {
  const nodes = new Map<string, GraphNode>();
  const edges = new Map<string, GraphEdge>();
  const complete = { up: new Set<string>(), down: new Set<string>() };
  told.forEach((one, index) => {
    const answer = index === 0 ? one.answer : renamed(one.answer, index);
    if (index > 0) dropMaskedAround(answer.root, one.direction, nodes, edges);
    for (const node of answer.nodes) if (!nodes.has(node.id)) nodes.set(node.id, node);
    for (const edge of answer.edges) edges.set(edgeKey(edge), edge);
    for (const side of sidesOf(one.direction)) {
      for (const id of fullyTold(answer, side, one.depth)) complete[side].add(id);
    }
  });
  const all = [...edges.values()];
  return { nodes, edges: all, neighbours: { up: by(all, "target", "source"), down: by(all, "source", "target") }, complete };
};

export const edgeKey = ({ source, target }: Pick<GraphEdge, "source" | "target">): string => `${source}\n${target}`;

/** The id of a masked node is good for its answer only: `masked:1` of another one is somebody else. */
const renamed = (answer: GraphAnswer, index: number): GraphAnswer => {
  const masked = new Map(answer.nodes.filter((node) => node.masked).map(({ id }) => [id, `${id}@${index}`]));
  if (masked.size === 0) return answer;
  const name = (id: string): string => masked.get(id) ?? id;
  return {
    ...answer,
    nodes: answer.nodes.map((node) => ({ ...node, id: name(node.id) })),
    edges: answer.edges.map((edge) => ({ ...edge, source: name(edge.source), target: name(edge.target) })),
  };
};

/** A new answer tells all neighbours of its root again: masked ones of before would be there twice. */
const dropMaskedAround = (
  root: string,
  direction: Direction,
  nodes: Map<string, GraphNode>,
  edges: Map<string, GraphEdge>,
): void => {
  const sides = sidesOf(direction);
  const isMasked = (id: string): boolean => nodes.get(id)?.masked ?? false;
  const touched = new Map<string, number>();
  for (const { source, target } of edges.values()) {
    for (const end of [source, target]) touched.set(end, (touched.get(end) ?? 0) + 1);
  }
  for (const [key, { source, target }] of edges) {
    const masked = source === root && sides.includes("down") ? target : target === root && sides.includes("up") ? source : "";
    if (masked && isMasked(masked) && touched.get(masked) === 1) {
      edges.delete(key);
      nodes.delete(masked);
    }
  }
};

/** Nodes nearer than the depth: the walk has gone on from them, so all their neighbours are in the answer. */
const fullyTold = (answer: GraphAnswer, side: Side, depth: number): string[] => {
  if (answer.truncated) return [];
  const next = side === "up" ? by(answer.edges, "target", "source") : by(answer.edges, "source", "target");
  return [...distances(answer.root, next)].filter(([, distance]) => distance < depth).map(([id]) => id);
};

/** Edges away from the root by node, along one side. */
export const distances = (root: string, next: ReadonlyMap<string, readonly string[]>): Map<string, number> => {
  const found = new Map([[root, 0]]);
  for (const [id, distance] of found) {
    for (const other of next.get(id) ?? []) if (!found.has(other)) found.set(other, distance + 1);
  }
  return found;
};

const by = (edges: readonly GraphEdge[], key: "source" | "target", value: "source" | "target"): Map<string, string[]> => {
  const found = new Map<string, string[]>();
  for (const edge of edges) {
    const list = found.get(edge[key]);
    if (list) list.push(edge[value]);
    else found.set(edge[key], [edge[value]]);
  }
  return found;
};
