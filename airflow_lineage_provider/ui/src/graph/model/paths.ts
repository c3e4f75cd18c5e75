type Ends = { readonly source: string; readonly target: string };

/** Nodes on all ways from one node to another, whichever way data flows; empty if there is none. */
export const nodesBetween = (edges: readonly Ends[], one: string, other: string): Set<string> => {
  const there = both(reach(edges, one, "down"), reach(edges, other, "up"));
  return there.size > 0 ? there : both(reach(edges, one, "up"), reach(edges, other, "down"));
};

/** A node, and all that its data comes from and goes to. */
export const lineageOf = (edges: readonly Ends[], id: string): Set<string> =>
  new Set([...reach(edges, id, "up"), ...reach(edges, id, "down")]);

const reach = (edges: readonly Ends[], from: string, side: "up" | "down"): Set<string> => {
  const next = new Map<string, string[]>();
  for (const { source, target } of edges) {
    const [key, value] = side === "down" ? [source, target] : [target, source];
    next.set(key, [...(next.get(key) ?? []), value]);
  }
  const found = new Set([from]);
  for (const id of found) for (const other of next.get(id) ?? []) found.add(other);
  return found;
};

const both = (one: ReadonlySet<string>, other: ReadonlySet<string>): Set<string> =>
  new Set([...one].filter((id) => other.has(id)));
