export type Item = { readonly id: string; readonly height: number; readonly weight: number };

/** What is left free between two things of a layer: less beside a line than between two nodes. */
const GAP = 20;
const SWEEPS = 10;

/**
 * The middle of each thing, so that it is near those of its neighbours and nothing of a layer overlaps.
 * Layers are looked at in turn, to and fro; within one the best places are found exactly.
 */
export const middlesOf = (
  layers: readonly (readonly Item[])[],
  neighbours: readonly ReadonlyMap<string, readonly string[]>[],
): Map<string, number> => {
  const middles = new Map<string, number>();
  for (const layer of layers) place(layer, () => 0, middles);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const isLast = sweep >= SWEEPS - 2;
    const turn = sweep % 2 === 0 ? layers : [...layers].reverse();
    for (const layer of turn) {
      const wanted = ({ id }: Item): number => {
        // To one side only while places spread; at the end both sides pull.
        const sides = isLast ? neighbours : neighbours.slice(sweep % 2, (sweep % 2) + 1);
        const there = sides.flatMap((side) => (side.get(id) ?? []).flatMap((other) => middles.get(other) ?? []));
        return there.length === 0 ? (middles.get(id) ?? 0) : there.reduce((sum, one) => sum + one, 0) / there.length;
      };
      place(layer, wanted, middles);
    }
  }
  return middles;
};

type Block = { sum: number; weight: number; readonly at: number[] };

/** As near to what is wanted as the order and the room between them allow: least squares, by pooling neighbours. */
const place = (layer: readonly Item[], wanted: (item: Item) => number, middles: Map<string, number>): void => {
  const offsets: number[] = [];
  layer.forEach((item, at) => {
    const before = layer[at - 1];
    const room = before ? (before.height + item.height) / 2 + (before.height && item.height ? GAP : GAP / 2) : 0;
    offsets.push((offsets[at - 1] ?? 0) + room);
  });
  const blocks: Block[] = [];
  layer.forEach((item, at) => {
    let block: Block = { sum: (wanted(item) - (offsets[at] ?? 0)) * item.weight, weight: item.weight, at: [at] };
    for (let last = blocks.at(-1); last && last.sum / last.weight >= block.sum / block.weight; last = blocks.at(-1)) {
      blocks.pop();
      block = { sum: last.sum + block.sum, weight: last.weight + block.weight, at: [...last.at, ...block.at] };
    }
    blocks.push(block);
  });
  for (const { sum, weight, at: places } of blocks) {
    for (const at of places) {
      const item = layer[at];
      if (item) middles.set(item.id, sum / weight + (offsets[at] ?? 0));
    }
  }
};
