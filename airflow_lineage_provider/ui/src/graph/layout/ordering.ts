/** Neighbours of a thing in the layer before and in the one after. */
export type Near = { readonly before: ReadonlyMap<string, readonly string[]>; readonly after: ReadonlyMap<string, readonly string[]> };

const SWEEPS = 8;

/** The same layers, each ordered so that few edges cross: by the mean place of neighbours, to and fro, the best of all. */
export const ordered = (layers: readonly (readonly string[])[], near: Near): string[][] => {
  let current = layers.map((layer) => [...layer]);
  let best = current;
  let fewest = crossingsOf(current, near);
  for (let sweep = 0; sweep < SWEEPS && fewest > 0; sweep += 1) {
    const isForward = sweep % 2 === 0;
    const next = current.map((layer) => [...layer]);
    const steps = next.map((_, at) => (isForward ? at : next.length - 1 - at)).slice(1);
    for (const at of steps) {
      const fixed = next[isForward ? at - 1 : at + 1] ?? [];
      next[at] = byMean(next[at] ?? [], fixed, isForward ? near.before : near.after);
    }
    current = next;
    const crossings = crossingsOf(current, near);
    if (crossings < fewest) [best, fewest] = [current, crossings];
  }
  return best;
};

/** Those without a neighbour there keep their place. */
const byMean = (layer: readonly string[], fixed: readonly string[], neighbours: Near["before"]): string[] => {
  const places = new Map(fixed.map((id, at) => [id, at]));
  const meanOf = (id: string, at: number): number => {
    const there = (neighbours.get(id) ?? []).flatMap((other) => places.get(other) ?? []);
    return there.length === 0 ? at : there.reduce((sum, place) => sum + place, 0) / there.length;
  };
  const means = new Map(layer.map((id, at) => [id, meanOf(id, at)]));
  return [...layer].sort((one, other) => (means.get(one) ?? 0) - (means.get(other) ?? 0));
};

/** How many pairs of edges cross. */
export const crossingsOf = (layers: readonly (readonly string[])[], { after }: Near): number => {
  let count = 0;
  layers.slice(0, -1).forEach((layer, at) => {
    const places = new Map(layers[at + 1]?.map((id, place) => [id, place]));
    const passed: number[] = [];
    for (const id of layer) {
      const ends = (after.get(id) ?? []).flatMap((other) => places.get(other) ?? []);
      for (const end of ends) count += passed.filter((other) => other > end).length;
      passed.push(...ends);
    }
  });
  return count;
};
