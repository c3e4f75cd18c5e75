export type Pair = { readonly source: string; readonly target: string };

/** Edges that make no circle: one that would close a circle is turned around. Each pair is there once. */
export const withoutCircles = (ids: readonly string[], edges: readonly Pair[]): Pair[] => {
  const next = grouped(edges, ({ source }) => source);
  const state = new Map<string, "open" | "done">();
  const found = new Map<string, Pair>();
  const add = (source: string, target: string): void => void found.set(`${source}\n${target}`, { source, target });
  for (const start of ids) {
    if (state.has(start)) continue;
    state.set(start, "open");
    // A stack of its own: a chain may be longer than what functions may be nested.
    const stack = [{ id: start, left: [...(next.get(start) ?? [])] }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const edge = top.left.shift();
      if (edge === undefined) {
        state.set(top.id, "done");
        stack.pop();
      } else if (state.get(edge.target) === "open") add(edge.target, edge.source);
      else {
        add(edge.source, edge.target);
        if (!state.has(edge.target)) {
          state.set(edge.target, "open");
          stack.push({ id: edge.target, left: [...(next.get(edge.target) ?? [])] });
        }
      }
    }
  }
  return [...found.values()];
};

/** The layer of each node: after all that it comes from; what comes from nowhere stands before what it goes to. */
export const ranksOf = (ids: readonly string[], edges: readonly Pair[]): Map<string, number> => {
  const next = grouped(edges, ({ source }) => source);
  const waitsFor = new Map(ids.map((id) => [id, 0]));
  for (const { target } of edges) waitsFor.set(target, (waitsFor.get(target) ?? 0) + 1);
  const isFirst = new Map([...waitsFor].map(([id, count]) => [id, count === 0]));
  const ranks = new Map<string, number>();
  const ready = ids.filter((id) => isFirst.get(id));
  for (const id of ready) ranks.set(id, 0);
  for (const id of ready) {
    for (const { target } of next.get(id) ?? []) {
      ranks.set(target, Math.max(ranks.get(target) ?? 0, (ranks.get(id) ?? 0) + 1));
      const left = (waitsFor.get(target) ?? 0) - 1;
      waitsFor.set(target, left);
      if (left === 0) ready.push(target);
    }
  }
  for (const id of ids) {
    const after = (next.get(id) ?? []).map(({ target }) => ranks.get(target) ?? 0);
    if (isFirst.get(id) && after.length > 0) ranks.set(id, Math.min(...after) - 1);
  }
  return ranks;
};

export const grouped = <T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> => {
  const found = new Map<string, T[]>();
  for (const one of all) {
    const list = found.get(keyOf(one));
    if (list) list.push(one);
    else found.set(keyOf(one), [one]);
  }
  return found;
};
