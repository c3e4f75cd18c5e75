import type { Layout, LayoutInput, Point } from "./elkGraph";
import { middlesOf, type Item } from "./heights";
import { ordered } from "./ordering";
import { grouped, ranksOf, withoutCircles } from "./ranks";
import { ROOMY, type Placed } from "./size";

/** More are laid out in the worker, and whatever stands in boxes. */
export const MOST_AT_HAND = 80;

/** Lines that pass a layer are kept straight before nodes are. */
const [LINE, NODE] = [3, 1];

/**
 * Lay out a small graph at once: to start ELK in its worker takes longer than all the rest until something is seen.
 * Layers from left to right as there, and lines go around what stands between their ends.
 */
export const layOutAtHand = ({ sizes, edges, layerGap = ROOMY.layerGap }: Omit<LayoutInput, "groups">): Layout => {
  const ids = [...sizes.keys()];
  const shown = edges.filter(({ source, target }) => source !== target && sizes.has(source) && sizes.has(target));
  const turned = withoutCircles(ids, shown);
  const ranks = ranksOf(ids, turned);
  const first = Math.min(0, ...ranks.values());
  const layers: Item[][] = [];
  const put = (rank: number, item: Item): void => void (layers[rank - first] ??= []).push(item);
  for (const id of ids) put(ranks.get(id) ?? 0, { id, height: sizes.get(id)?.height ?? 0, weight: NODE });

  // A line that passes layers has a place in each of them.
  const chains = new Map<string, string[]>();
  const links = turned.flatMap(({ source, target }) => {
    const passed: string[] = [];
    for (let rank = (ranks.get(source) ?? 0) + 1; rank < (ranks.get(target) ?? 0); rank += 1) {
      const id = `${source}\n${target}\n${rank}`;
      put(rank, { id, height: 0, weight: LINE });
      passed.push(id);
    }
    if (passed.length > 0) chains.set(`${source}\n${target}`, passed);
    const way = [source, ...passed, target];
    return way.slice(1).map((to, at) => ({ from: way[at] ?? source, to }));
  });
  const before = namesBy(links, "to", "from");
  const after = namesBy(links, "from", "to");

  const items = new Map(layers.flat().map((item) => [item.id, item]));
  const full = layers.map((layer) => (layer ?? []).map(({ id }) => id));
  const sorted = ordered(full, { before, after }).map((layer) => layer.flatMap((id) => items.get(id) ?? []));
  const middles = middlesOf(sorted, [before, after]);
  const top = Math.min(...[...middles].map(([id, middle]) => middle - (items.get(id)?.height ?? 0) / 2));

  const places = new Map<string, Placed>();
  const spans = new Map<string, { readonly left: number; readonly right: number; readonly y: number }>();
  let left = 0;
  for (const layer of sorted) {
    const width = Math.max(0, ...layer.map(({ id }) => sizes.get(id)?.width ?? 0));
    for (const { id } of layer) {
      const size = sizes.get(id);
      const y = (middles.get(id) ?? 0) - top;
      if (size) places.set(id, { x: left, y: y - size.height / 2, ...size });
      else spans.set(id, { left, right: left + width, y });
    }
    left += width + layerGap;
  }
  const bends = new Map<string, readonly Point[]>();
  for (const { source, target } of shown) {
    const chain = chains.get(`${source}\n${target}`) ?? chains.get(`${target}\n${source}`)?.toReversed();
    const isTurned = !chains.has(`${source}\n${target}`);
    const points = chain?.flatMap((id): Point[] => {
      const span = spans.get(id);
      if (!span) return [];
      const [start, end] = [{ x: span.left, y: span.y }, { x: span.right, y: span.y }];
      return isTurned ? [end, start] : [start, end];
    });
    if (points?.length) bends.set(`${source}\n${target}`, points);
  }
  return { places, bends };
};

const namesBy = (links: readonly { from: string; to: string }[], key: "from" | "to", value: "from" | "to") =>
  new Map([...grouped(links, (link) => link[key])].map(([id, list]) => [id, list.map((link) => link[value])]));
