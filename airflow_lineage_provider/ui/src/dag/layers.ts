type Named = { readonly id: string; readonly name?: string | null; readonly dag_id?: string | null };
type Graph<Node> = {
  readonly root: string;
  readonly nodes: readonly Node[];
  readonly edges: readonly { readonly source: string; readonly target: string }[];
};

export type Layer<Node> = {
  /** Steps from the root: below 0 upstream, above downstream. */
  readonly step: number;
  readonly nodes: readonly Node[];
  /** How many more there are than are shown. */
  readonly hidden: number;
};

/** Nodes by their distance from the root, the farthest upstream first; at most `most` of each. */
export const layersOf = <Node extends Named>({ root, nodes, edges }: Graph<Node>, most: number): Layer<Node>[] => {
  const up = distances(root, edges.map(({ source, target }) => [target, source] as const));
  const down = distances(root, edges.map(({ source, target }) => [source, target] as const));
  const byStep = new Map<number, Node[]>();
  for (const node of nodes) {
    const step = stepOf(node.id === root ? 0 : up.get(node.id), node.id === root ? 0 : down.get(node.id));
    if (step === null) continue;
    byStep.set(step, [...(byStep.get(step) ?? []), node]);
  }
  return [...byStep.entries()]
    .sort(([a], [b]) => a - b)
    .map(([step, members]) => {
      const sorted = [...members].sort((a, b) => nameOf(a).localeCompare(nameOf(b)));
      return { step, nodes: sorted.slice(0, most), hidden: Math.max(0, sorted.length - most) };
    });
};

/** What both reads and writes stands where it is nearer, and before the root where that is the same. */
const stepOf = (up: number | undefined, down: number | undefined): number | null => {
  if (up === undefined) return down ?? null;
  return down !== undefined && down < up ? down : -up || 0;
};

const distances = (root: string, ways: readonly (readonly [string, string])[]): Map<string, number> => {
  const next = new Map<string, string[]>();
  for (const [from, to] of ways) next.set(from, [...(next.get(from) ?? []), to]);
  const found = new Map<string, number>([[root, 0]]);
  let front = [root];
  while (front.length > 0) {
    const reached: string[] = [];
    for (const at of front)
      for (const to of next.get(at) ?? [])
        if (!found.has(to)) {
          found.set(to, (found.get(at) ?? 0) + 1);
          reached.push(to);
        }
    front = reached;
  }
  return found;
};

/** What a node is called; masked ones have no name. */
export const nameOf = (node: Named): string => node.name ?? node.dag_id ?? "";
